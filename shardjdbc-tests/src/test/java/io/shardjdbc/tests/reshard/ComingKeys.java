package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVED;
import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.reshard.engine.Settings;
import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.testkit.ClusterExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Users of whom a part comes to another shard key by key. */
final class ComingKeys implements AfterAllCallback {
  static final int USERS = 200;
  static final String OF_MOVED = MOVED.condition("hashint8extended(id, 0)");

  private final ClusterExtension cluster;
  private final MovingShards shards;

  ComingKeys(ClusterExtension cluster) {
    this.cluster = cluster;
    this.shards = new MovingShards(cluster);
  }

  /** Servers that cannot replicate by rows. */
  static ClusterExtension servers() {
    return ClusterExtension.of(
        MovingShards.servers()
            .shards(2)
            .setting("wal_level", "replica")
            .setting("max_replication_slots", "0")
            .setting("max_prepared_transactions", "20"));
  }

  MovingShards shards() {
    return shards;
  }

  void install() throws SQLException {
    shards.createTables();
    shards.fill(USERS);
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
    }
  }

  Resharding mover() {
    return shards
        .mover()
        .by(Strategy.READ_THROUGH)
        .waiting(
            Settings.DEFAULT
                .withPause(Duration.ofSeconds(30))
                .withFlip(Duration.ofMinutes(5))
                .deleting(30, Duration.ZERO)
                .notFasterThan(1_500, 0));
  }

  ShardDataSource open() throws SQLException {
    return open(url -> url);
  }

  /** A process that reaches the servers by other URLs. */
  ShardDataSource open(UnaryOperator<String> urls) throws SQLException {
    ShardDataSourceBuilder builder =
        ShardDataSource.builder()
            .tables(
                t ->
                    t.sharded("users", "id")
                        .sharded("posts", "user_id")
                        .reference("countries")
                        .single("settings", "s1")
                        .function("counted", FunctionPromise.SHARD_LOCAL));
    cluster.primaryUrls().forEach((shard, url) -> builder.shard(shard, urls.apply(url)));
    return builder.build();
  }

  /** A mover that dies when a step begins; the number of its move. */
  int dyingAt(Step last) throws SQLException {
    MoveListener dying =
        new MoveListener() {
          @Override
          public void onStep(int move, Step step) {
            if (step == last) {
              throw new Dead();
            }
          }
        };
    try (Resharding mover = mover().telling(dying)) {
      int move = mover.start(MOVING);
      assertThatThrownBy(() -> mover.run(move)).isInstanceOf(Dead.class);
      return move;
    }
  }

  long moved(int which) throws SQLException {
    return shards.number(
        S0, "SELECT id FROM users WHERE " + OF_MOVED + " ORDER BY id OFFSET " + which + " LIMIT 1");
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).as(sql).isTrue();
      return rows.getLong(1);
    }
  }

  void assertNoTraces() throws SQLException {
    assertThat(shards.traces(S0)).isEmpty();
    assertThat(shards.traces(S1)).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    shards.close();
  }

  static final class Dead extends Error {
    private static final long serialVersionUID = 1L;
  }
}
