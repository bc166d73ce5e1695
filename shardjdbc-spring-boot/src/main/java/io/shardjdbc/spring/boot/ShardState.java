package io.shardjdbc.spring.boot;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardHealth;
import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a shard is, for the health of both lines of Boot, whose types differ.
 *
 * <p>A shard with replicas is watched, and what is known of it is told. One without is asked.
 *
 * @param status what it counts as
 * @param details what people may see of it
 */
public record ShardState(Status status, Map<String, Object> details) {

  private static final int SECONDS = 2;

  /** What a shard counts as. */
  public enum Status {
    UP,
    OUT_OF_SERVICE,
    DOWN
  }

  /** The names of all shards there are now. */
  public static List<String> names(ShardDataSource dataSource) {
    return dataSource.shards().stream().map(ShardId::name).toList();
  }

  /** How one shard is now. */
  public static ShardState of(
      ShardDataSource dataSource, String shard, ShardProperties.ReadOnly readOnly) {
    Map<String, Object> details = new LinkedHashMap<>();
    try {
      for (ShardHealth health : dataSource.health()) {
        if (health.shard().name().equals(shard)) {
          details.put("level", health.level().name());
          health.nodes().forEach(node -> details.put(node.id().name(), told(node)));
          if (health.nodes().isEmpty()) {
            ask(dataSource, shard);
          }
          return new ShardState(status(health.level(), readOnly), details);
        }
      }
      details.put("error", "the shard has left");
      return new ShardState(Status.DOWN, details);
    } catch (SQLException e) {
      return down(details, e);
    }
  }

  private static ShardState down(Map<String, Object> details, SQLException why) {
    details.put("level", DegradationLevel.DOWN.name());
    details.put("error", String.valueOf(why.getMessage()));
    return new ShardState(Status.DOWN, details);
  }

  private static String told(NodeHealth node) {
    return node.state()
        + node.lag().filter(lag -> !lag.isZero()).map(lag -> ", behind by " + lag).orElse("");
  }

  private static void ask(ShardDataSource dataSource, String shard) throws SQLException {
    try (Connection connection = dataSource.openUnheard();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(SECONDS);
      statement.execute("/* shardjdbc: shard=" + shard + " */ SELECT 1");
    }
  }

  private static Status status(DegradationLevel level, ShardProperties.ReadOnly readOnly) {
    return switch (level) {
      case HEALTHY, ELEVATED_LAG, REPLICA_DOWN, REPLICAS_UNFIT -> Status.UP;
      case READ_ONLY ->
          switch (readOnly) {
            case UP -> Status.UP;
            case OUT_OF_SERVICE -> Status.OUT_OF_SERVICE;
          };
      case DOWN -> Status.DOWN;
    };
  }
}
