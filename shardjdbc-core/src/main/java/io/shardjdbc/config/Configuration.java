package io.shardjdbc.config;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a DataSource is made of.
 *
 * <p>Immutable and validated at construction; a fault is a {@link RoutingException} with {@link
 * ErrorCode#BAD_CONFIGURATION}. No password shows in {@code toString}.
 *
 * @param shards the shards and their servers, in their fixed order
 * @param routing where rows are; over the same shards in the same order
 * @param reads how reads use replicas
 * @param hedging when a second replica is asked as well; empty for never
 * @param pool of each server
 * @param transactions what a transaction may do on a second shard, and how it commits there
 * @param scatterTimeout how long a statement over many shards may take in all
 * @param gather how much a statement may gather; empty when gathering is refused
 * @param durability what commits of writes to a table wait for at least, by the table's name as
 *     declared
 * @param schema what is said about constraints that hold on each shard only
 * @param ids how numbers of sequences are taken, and what is taken instead
 */
public record Configuration(
    List<ShardConfiguration> shards,
    RoutingConfiguration routing,
    ReadSettings reads,
    Optional<HedgeSettings> hedging,
    PoolConfiguration pool,
    TransactionSettings transactions,
    Duration scatterTimeout,
    Optional<GatherLimits> gather,
    Map<List<String>, Durability> durability,
    SchemaSettings schema,
    IdSettings ids) {

  public Configuration {
    shards = List.copyOf(shards);
    List<ShardId> names = shards.stream().map(ShardConfiguration::id).toList();
    if (!names.equals(routing.shards())) {
      throw fault("the shards with servers are not those that rows are placed on");
    }
    if (scatterTimeout.isNegative() || scatterTimeout.isZero()) {
      throw fault("the time-out of scatter is not more than zero");
    }
    checkPlaces(shards);
    durability = Map.copyOf(durability);
    for (List<String> table : schema.perShard().keySet()) {
      if (!routing.tables().containsKey(table)) {
        throw fault("what is known of " + String.join(".", table) + ": it is no declared table");
      }
    }
    for (List<String> table : ids.snowflakes()) {
      if (!routing.tables().containsKey(table)) {
        throw fault("the ids of " + String.join(".", table) + ": it is no declared table");
      }
    }
    for (List<String> table : durability.keySet()) {
      if (!routing.tables().containsKey(table)) {
        throw fault("the durability of " + String.join(".", table) + ": it is no declared table");
      }
    }
  }

  /** A builder with no shard and no table, and every setting at its default. */
  public static ConfigurationBuilder builder() {
    return new ConfigurationBuilder();
  }

  /** The same with other servers of the same shards. */
  public Configuration withShards(List<ShardConfiguration> others) {
    return new Configuration(
        others,
        routing,
        reads,
        hedging,
        pool,
        transactions,
        scatterTimeout,
        gather,
        durability,
        schema,
        ids);
  }

  /** The shard's servers. */
  public ShardConfiguration shard(ShardId id) {
    return shards.stream().filter(shard -> shard.id().equals(id)).findFirst().orElseThrow();
  }

  /**
   * Two nodes at one place would count its rows twice, or trust a primary to be its own replica.
   */
  private static void checkPlaces(List<ShardConfiguration> shards) {
    Map<String, String> taken = new HashMap<>();
    for (ShardConfiguration shard : shards) {
      shard
          .nodes()
          .forEach(
              (name, node) -> {
                String here = shard.id() + "." + name;
                String other = taken.putIfAbsent(node.place(), here);
                if (other != null) {
                  throw fault("nodes " + other + " and " + here + " are one database");
                }
              });
    }
  }

  private static RoutingException fault(String reason) {
    return new RoutingException(ErrorCode.BAD_CONFIGURATION, reason);
  }
}
