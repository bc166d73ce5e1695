package io.shardjdbc.routing.yaml;

import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ScatterPolicy;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.TablePolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the part of a configuration that says where tables are: {@code shards} (their names),
 * {@code placement}, {@code tables} and the policy of {@code scatter}.
 *
 * <p>The sections that only a DataSource needs may be there; they are left to it.
 */
public final class RoutingYaml {
  /** Every section a configuration may have. */
  public static final List<String> SECTIONS =
      List.of(
          "shards",
          "placement",
          "tables",
          "functions",
          "reads",
          "pool",
          "transactions",
          "scatter",
          "gather",
          "schema",
          "ids",
          "tenantGuard");

  private static final Map<String, ScatterPolicy> POLICIES =
      Map.of("allow", ScatterPolicy.ALLOW, "refuse", ScatterPolicy.REFUSE);

  private static final Map<String, FunctionPromise> PROMISES =
      Map.of("shard-local", FunctionPromise.SHARD_LOCAL, "pure", FunctionPromise.PURE);

  private RoutingYaml() {}

  /**
   * The routing part of a whole configuration.
   *
   * @throws io.shardjdbc.routing.RoutingException {@link
   *     io.shardjdbc.routing.ErrorCode#BAD_CONFIGURATION} with line and reason
   */
  public static RoutingConfiguration read(YamlMap root) {
    root.only(SECTIONS);
    ShardNames shards = new ShardNames(shards(root.require("shards")));
    ScatterPolicy scatter =
        root.get("scatter").map(RoutingYaml::policy).orElse(ScatterPolicy.ALLOW);
    TablePolicy policy =
        TablePolicy.of(scatter)
            .withTenantGuard(root.get("tenantGuard").map(YamlNode::flag).orElse(false));
    PlacementYaml placements = new PlacementYaml(shards);
    Placement placement =
        root.get("placement").map(placements::read).orElseGet(() -> Placements.ring(shards.all()));
    TableYaml reader = new TableYaml(shards, placements, placement, policy);
    Map<List<String>, Table> tables = new LinkedHashMap<>();
    Optional<ShardId> defaultShard = Optional.empty();
    for (Map.Entry<String, YamlNode> entry : root.require("tables").map().entries().entrySet()) {
      YamlNode node = entry.getValue();
      if (entry.getKey().equals("*")) {
        defaultShard = Optional.of(reader.defaultShard(node));
        continue;
      }
      Table table = reader.read(entry.getKey(), node);
      if (tables.put(table.name(), table) != null) {
        throw node.fault("is table " + table.displayName() + ", which is declared before");
      }
    }
    Optional<ShardId> rest = defaultShard;
    Map<List<String>, FunctionPromise> functions = functions(root);
    return root.require("tables")
        .build(() -> new RoutingConfiguration(shards.all(), tables, rest, scatter, functions));
  }

  /** {@code functions: {cnt: shard-local, app.slug: pure}}. */
  private static Map<List<String>, FunctionPromise> functions(YamlMap root) {
    Map<List<String>, FunctionPromise> functions = new LinkedHashMap<>();
    Optional<YamlNode> section = root.get("functions");
    if (section.isPresent()) {
      for (Map.Entry<String, YamlNode> entry : section.get().map().entries().entrySet()) {
        FunctionPromise promise = entry.getValue().choice(PROMISES);
        functions.put(entry.getValue().build(() -> Identifiers.parse(entry.getKey())), promise);
      }
    }
    return functions;
  }

  /** The names of the shards: the keys of a map, or a list where a router stands alone. */
  private static List<ShardId> shards(YamlNode node) {
    List<ShardId> shards =
        node.isList()
            ? node.list().stream().map(RoutingYaml::shard).toList()
            : node.map().entries().entrySet().stream()
                .map(entry -> entry.getValue().build(() -> new ShardId(entry.getKey())))
                .toList();
    if (shards.isEmpty()) {
      throw node.fault("names no shard");
    }
    if (shards.stream().distinct().count() < shards.size()) {
      throw node.fault("names a shard twice");
    }
    return shards;
  }

  private static ShardId shard(YamlNode node) {
    String name = node.text();
    return node.build(() -> new ShardId(name));
  }

  /** {@code scatter: refuse} or {@code scatter: {policy: refuse, ...}}. */
  private static ScatterPolicy policy(YamlNode node) {
    return node.isScalar()
        ? policyWord(node)
        : node.map().get("policy").map(RoutingYaml::policyWord).orElse(ScatterPolicy.ALLOW);
  }

  static boolean isAllowed(YamlNode node) {
    return policyWord(node) == ScatterPolicy.ALLOW;
  }

  static ScatterPolicy policyWord(YamlNode node) {
    return node.choice(POLICIES);
  }
}
