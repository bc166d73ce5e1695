package io.shardjdbc.config;

import io.shardjdbc.routing.yaml.YamlMap;
import io.shardjdbc.routing.yaml.YamlNode;
import java.time.Duration;
import java.util.Map;

/**
 * Reads {@code transactions}.
 *
 * <pre>{@code
 * transactions: two-phase
 * transactions: {mode: two-phase, durability: remote-apply, recoveryInterval: 5s}
 * }</pre>
 */
final class TransactionsYaml {
  private static final Map<String, TransactionMode> MODES =
      Map.of(
          "single-shard", TransactionMode.SINGLE_SHARD,
          "two-phase", TransactionMode.TWO_PHASE,
          "best-effort", TransactionMode.BEST_EFFORT);
  private static final Map<String, DecisionDurability> LEVELS =
      Map.of(
          "local", DecisionDurability.LOCAL,
          "on", DecisionDurability.ON,
          "remote-apply", DecisionDurability.REMOTE_APPLY);
  private static final Map<String, Acknowledgement> ACKNOWLEDGEMENTS =
      Map.of("told", Acknowledgement.TOLD, "decided", Acknowledgement.DECIDED);
  private static final Map<String, IsolationOverShards> POLICIES =
      Map.of(
          "refuse", IsolationOverShards.REFUSE,
          "allow", IsolationOverShards.ALLOW,
          "snapshot", IsolationOverShards.SNAPSHOT);

  private TransactionsYaml() {}

  static TransactionSettings read(YamlNode node) {
    if (node.isScalar()) {
      return TransactionSettings.of(node.choice(MODES));
    }
    YamlMap map =
        node.map()
            .only(
                "mode",
                "isolationOverShards",
                "durability",
                "acknowledge",
                "timeout",
                "recoveryInterval",
                "orphanAge",
                "keepDecisions",
                "snapshotReads",
                "snapshotTimeout",
                "deadlockInterval");
    TransactionSettings defaults = TransactionSettings.defaults();
    TransactionMode mode = map.get("mode").map(n -> n.choice(MODES)).orElse(defaults.mode());
    IsolationOverShards isolation =
        map.get("isolationOverShards")
            .map(n -> n.choice(POLICIES))
            .orElse(defaults.isolationOverShards());
    DecisionDurability durability =
        map.get("durability").map(n -> n.choice(LEVELS)).orElse(defaults.durability());
    Acknowledgement acknowledge =
        map.get("acknowledge")
            .map(n -> n.choice(ACKNOWLEDGEMENTS))
            .orElse(defaults.acknowledgement());
    Duration timeout = length(map, "timeout", defaults.commitTimeout());
    Duration interval = length(map, "recoveryInterval", defaults.recoveryInterval());
    Duration age = length(map, "orphanAge", defaults.orphanAge());
    Duration keep = length(map, "keepDecisions", defaults.keepDecisions());
    boolean reads =
        map.get("snapshotReads").map(YamlNode::flag).orElse(defaults.snapshots().reads());
    Duration patience = length(map, "snapshotTimeout", defaults.snapshots().timeout());
    Duration deadlocks = length(map, "deadlockInterval", defaults.deadlockInterval());
    return node.build(
        () ->
            new TransactionSettings(
                mode,
                isolation,
                durability,
                acknowledge,
                timeout,
                interval,
                age,
                keep,
                new SnapshotSettings(reads, patience),
                deadlocks));
  }

  private static Duration length(YamlMap map, String key, Duration otherwise) {
    return map.get(key).map(YamlNode::duration).orElse(otherwise);
  }
}
