package io.shardjdbc.spring.boot;

import io.shardjdbc.MapShares;
import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardHealth;
import io.shardjdbc.ShardMove;
import io.shardjdbc.outcome.InDoubtTransaction;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.status.StatusPage;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@code /actuator/shards}: the map, levels, servers, lag, pools, moves, and what is in doubt. It
 * only reads, and names no user, password or address.
 */
@Endpoint(id = "shards")
public class ShardsEndpoint {

  private final ShardDataSource dataSource;

  /** Of a DataSource. */
  public ShardsEndpoint(ShardDataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Everything there is to tell. */
  @ReadOperation
  public Map<String, Object> shards() {
    Map<String, Object> all = new LinkedHashMap<>();
    try {
      all.put("level", dataSource.level().name());
      List<NodeUsage> usage = dataSource.usage();
      Map<String, Object> shards = new LinkedHashMap<>();
      for (ShardHealth shard : dataSource.health()) {
        shards.put(shard.shard().name(), shard(shard, usage));
      }
      all.put("shards", shards);
      all.put("map", map());
      all.put("moves", moves());
      all.put("inDoubt", inDoubt());
    } catch (SQLException e) {
      all.put("error", String.valueOf(e.getMessage()));
    }
    return all;
  }

  /**
   * The same for people, as a page, where a client asks for HTML.
   *
   * @throws SQLException if the DataSource is closed
   */
  @ReadOperation(produces = "text/html")
  public String page() throws SQLException {
    return StatusPage.of(dataSource).html();
  }

  private static Map<String, Object> shard(ShardHealth shard, List<NodeUsage> usage) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("level", shard.level().name());
    if (!shard.nodes().isEmpty()) {
      told.put("nodes", shard.nodes().stream().map(ShardsEndpoint::node).toList());
    }
    told.put(
        "pools",
        usage.stream()
            .filter(pool -> pool.shard().equals(shard.shard()))
            .map(pool -> Map.of("node", pool.node(), "open", pool.open(), "active", pool.lent()))
            .toList());
    return told;
  }

  private static Map<String, @Nullable Object> node(NodeHealth node) {
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("node", node.id().name());
    told.put("state", node.state().name());
    told.put("lag", node.lag().map(Object::toString).orElse(null));
    told.put("position", node.position().map(Object::toString).orElse(null));
    told.put("sinceAnswer", node.sinceAnswer().map(Object::toString).orElse(null));
    return told;
  }

  private Map<String, Object> map() throws SQLException {
    MapShares map = MapShares.of(dataSource);
    Map<String, Object> owns = new LinkedHashMap<>();
    map.owns()
        .forEach(
            (placement, shares) -> {
              Map<String, Double> byShard = new LinkedHashMap<>();
              shares.forEach((shard, share) -> byShard.put(shard.name(), share));
              owns.put(placement, byShard);
            });
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("epoch", map.epoch().number());
    told.put("moving", map.moving());
    told.put("owns", owns);
    return told;
  }

  private Object moves() {
    try {
      return dataSource.moves().stream().map(ShardsEndpoint::move).toList();
    } catch (SQLException e) {
      return "not known: " + e.getMessage();
    }
  }

  private static Map<String, Object> move(ShardMove move) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("move", move.number());
    told.put("placement", move.placement());
    told.put("share", move.share());
    told.put("source", move.source().name());
    told.put("target", move.target().name());
    told.put("step", move.step());
    told.put("inStep", move.inStep().toString());
    told.put("held", move.held());
    told.put("keptLog", move.keptLog());
    return told;
  }

  private Object inDoubt() {
    try {
      return dataSource.transactions().inDoubt().stream().map(ShardsEndpoint::inDoubt).toList();
    } catch (SQLException e) {
      return "not known: " + e.getMessage();
    }
  }

  private static Map<String, Object> inDoubt(InDoubtTransaction part) {
    return Map.of(
        "transaction", part.transaction().toString(),
        "shard", part.shard().name(),
        "age", part.age().toString());
  }
}
