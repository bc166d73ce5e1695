package io.shardjdbc.config;

import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.ReadPolicy;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReadSettingsBuilder;
import io.shardjdbc.replication.ReadYourWrites;
import io.shardjdbc.routing.yaml.YamlMap;
import io.shardjdbc.routing.yaml.YamlNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads {@code reads}.
 *
 * <pre>{@code
 * reads: {replicas: true, maxLag: 1s, readYourWrites: 30s}   # by key, remembered for 30 s
 * reads: {readYourWrites: off, policy: zone, zone: eu-1a, hedging: true}
 * reads: {readYourWrites: {level: shard, memory: 1m}}
 * }</pre>
 */
record ReadsYaml(ReadSettings settings, Optional<HedgeSettings> hedging) {
  private static final Map<String, ReadPolicy> POLICIES =
      Map.of(
          "least-lag", ReadPolicy.LEAST_LAG,
          "round-robin", ReadPolicy.ROUND_ROBIN,
          "zone", ReadPolicy.ZONE,
          "least-outstanding", ReadPolicy.LEAST_OUTSTANDING);
  private static final Map<String, ReadYourWrites> LEVELS =
      Map.of("key", ReadYourWrites.KEY, "shard", ReadYourWrites.SHARD, "off", ReadYourWrites.OFF);

  static ReadsYaml of(Optional<YamlNode> section) {
    return section
        .map(ReadsYaml::read)
        .orElseGet(() -> new ReadsYaml(ReadSettings.defaults(), Optional.empty()));
  }

  private static ReadsYaml read(YamlNode node) {
    YamlMap map =
        node.map()
            .only(
                "replicas",
                "maxLag",
                "staleThreshold",
                "readYourWrites",
                "policy",
                "zone",
                "waitBound",
                "probeInterval",
                "idleProbeInterval",
                "idleAfter",
                "probeTimeout",
                "silenceLimit",
                "failuresUntilDown",
                "hedging");
    ReadSettingsBuilder settings = ReadSettings.builder();
    map.get("replicas").ifPresent(n -> settings.replicas(n.flag()));
    lengths(map, settings);
    map.get("policy").ifPresent(n -> settings.policy(n.choice(POLICIES)));
    map.get("zone").flatMap(YamlNode::optionalText).ifPresent(settings::zone);
    map.get("failuresUntilDown").ifPresent(n -> settings.failuresUntilDown(n.integer(1)));
    map.get("readYourWrites").ifPresent(n -> readYourWrites(n, settings));
    boolean hedges = map.get("hedging").map(YamlNode::flag).orElse(false);
    return new ReadsYaml(
        node.build(settings::build),
        hedges ? Optional.of(HedgeSettings.defaults()) : Optional.empty());
  }

  private static void lengths(YamlMap map, ReadSettingsBuilder settings) {
    Map<String, Consumer<Duration>> lengths =
        Map.of(
            "waitBound", settings::waitBound,
            "probeInterval", settings::probeInterval,
            "idleProbeInterval", settings::idleProbeInterval,
            "idleAfter", settings::idleAfter,
            "probeTimeout", settings::probeTimeout,
            "silenceLimit", settings::silenceLimit);
    lengths.forEach((key, setting) -> map.get(key).map(YamlNode::duration).ifPresent(setting));
    ReadSettings defaults = ReadSettings.defaults();
    Duration maxLag = map.get("maxLag").map(YamlNode::duration).orElse(defaults.maxLag());
    settings.maxLag(maxLag);
    // What is not given follows a longer lag instead of contradicting it.
    settings.staleThreshold(
        map.get("staleThreshold")
            .map(YamlNode::duration)
            .orElse(max(defaults.staleThreshold(), maxLag)));
    settings.writeMemory(max(defaults.writeMemory(), maxLag));
  }

  private static void readYourWrites(YamlNode node, ReadSettingsBuilder settings) {
    if (!node.isScalar()) {
      YamlMap map = node.map().only("level", "memory");
      map.get("level").ifPresent(level -> settings.readYourWrites(level.choice(LEVELS)));
      map.get("memory").ifPresent(memory -> settings.writeMemory(memory.duration()));
    } else if (LEVELS.containsKey(node.text())) {
      settings.readYourWrites(node.choice(LEVELS));
    } else {
      settings.writeMemory(node.duration());
    }
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
