package io.shardjdbc.config;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.yaml.EnvironmentLookup;
import io.shardjdbc.routing.yaml.RoutingYaml;
import io.shardjdbc.routing.yaml.Yaml;
import io.shardjdbc.routing.yaml.YamlMap;
import io.shardjdbc.routing.yaml.YamlNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Configuration} from YAML. */
public final class ConfigurationYaml {
  private static final Duration SCATTER_TIMEOUT = Duration.ofSeconds(30);
  private static final Map<String, Boolean> POLICIES = Map.of("allow", true, "refuse", false);

  private ConfigurationYaml() {}

  /**
   * The configuration in a file, with variables of this process's environment.
   *
   * @throws io.shardjdbc.routing.RoutingException {@link
   *     io.shardjdbc.routing.ErrorCode#BAD_CONFIGURATION} with line and reason
   */
  public static Configuration read(Path file) {
    return read(Yaml.read(file, EnvironmentLookup.ofProcess()));
  }

  /**
   * The configuration in a text.
   *
   * @throws io.shardjdbc.routing.RoutingException {@link
   *     io.shardjdbc.routing.ErrorCode#BAD_CONFIGURATION} with line and reason
   */
  public static Configuration read(String text, EnvironmentLookup environment) {
    return read(Yaml.read(text, environment));
  }

  /**
   * The configuration in a text.
   *
   * @param variables the value of each {@code ${NAME}} in it; null where there is none
   * @throws io.shardjdbc.routing.RoutingException {@link
   *     io.shardjdbc.routing.ErrorCode#BAD_CONFIGURATION} with line and reason
   */
  public static Configuration parse(String text, Function<String, @Nullable String> variables) {
    return read(text, name -> Optional.ofNullable(variables.apply(name)));
  }

  private static Configuration read(YamlMap root) {
    RoutingConfiguration routing = RoutingYaml.read(root);
    ReadsYaml reads = ReadsYaml.of(root.get("reads"));
    List<ShardConfiguration> shards = ShardYaml.all(root.require("shards"));
    PoolConfiguration pool =
        root.get("pool").map(ConfigurationYaml::pool).orElse(PoolConfiguration.defaults());
    TransactionSettings transactions =
        root.get("transactions").map(TransactionsYaml::read).orElse(TransactionSettings.defaults());
    Duration scatterTimeout =
        root.get("scatter").map(ConfigurationYaml::scatterTimeout).orElse(SCATTER_TIMEOUT);
    Optional<GatherLimits> gather =
        root.get("gather")
            .map(ConfigurationYaml::gather)
            .orElse(Optional.of(GatherLimits.defaults()));
    Map<List<String>, Durability> durability = DurabilityYaml.of(root.require("tables"));
    return root.require("shards")
        .build(
            () ->
                new Configuration(
                    shards,
                    routing,
                    reads.settings(),
                    reads.hedging(),
                    pool,
                    transactions,
                    scatterTimeout,
                    gather,
                    durability,
                    SchemaYaml.of(root),
                    IdsYaml.of(root)));
  }

  private static PoolConfiguration pool(YamlNode node) {
    YamlMap map = node.map();
    map.only(
        "maximumSize",
        "minimumIdle",
        "connectionTimeout",
        "idleTimeout",
        "maxLifetime",
        "leakDetection",
        "failFast");
    PoolConfiguration defaults = PoolConfiguration.defaults();
    int maximumSize = map.get("maximumSize").map(n -> n.integer(1)).orElse(defaults.maximumSize());
    int minimumIdle =
        map.get("minimumIdle")
            .map(n -> n.integer(0))
            .orElse(Math.min(defaults.minimumIdle(), maximumSize));
    Duration maxLifetime =
        map.get("maxLifetime").map(YamlNode::duration).orElse(defaults.maxLifetime());
    Duration idleTimeout =
        map.get("idleTimeout")
            .map(YamlNode::duration)
            .orElse(min(defaults.idleTimeout(), maxLifetime));
    Duration connectionTimeout =
        map.get("connectionTimeout").map(YamlNode::duration).orElse(defaults.connectionTimeout());
    Duration leakDetection =
        map.get("leakDetection").map(YamlNode::duration).orElse(defaults.leakDetection());
    boolean failFast = map.get("failFast").map(YamlNode::flag).orElse(defaults.failFast());
    return node.build(
        () ->
            new PoolConfiguration(
                maximumSize,
                minimumIdle,
                connectionTimeout,
                idleTimeout,
                maxLifetime,
                leakDetection,
                failFast));
  }

  /** The policy beside it is the router's. */
  private static Duration scatterTimeout(YamlNode node) {
    if (node.isScalar()) {
      return SCATTER_TIMEOUT;
    }
    Optional<YamlNode> timeout = node.map().only("timeout", "policy").get("timeout");
    Duration length = timeout.map(YamlNode::duration).orElse(SCATTER_TIMEOUT);
    if (length.isZero()) {
      throw timeout.orElse(node).fault("must be more than zero");
    }
    return length;
  }

  private static Optional<GatherLimits> gather(YamlNode node) {
    if (node.isScalar()) {
      return node.choice(POLICIES) ? Optional.of(GatherLimits.defaults()) : Optional.empty();
    }
    YamlMap map = node.map().only("policy", "maxRows", "maxBytes");
    boolean allowed = map.get("policy").map(policy -> policy.choice(POLICIES)).orElse(true);
    if (!allowed) {
      if (map.has("maxRows") || map.has("maxBytes")) {
        throw map.fault("refuses to gather and limits it, which contradict each other");
      }
      return Optional.empty();
    }
    GatherLimits defaults = GatherLimits.defaults();
    long maxRows = map.get("maxRows").map(YamlNode::wholeNumber).orElse(defaults.maxRows());
    long maxBytes = map.get("maxBytes").map(YamlNode::bytes).orElse(defaults.maxBytes());
    return Optional.of(node.build(() -> new GatherLimits(maxRows, maxBytes)));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
