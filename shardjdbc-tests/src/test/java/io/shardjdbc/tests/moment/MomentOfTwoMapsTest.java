package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.RunningMap;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A shard joins while somebody waits for a moment of those that there were. */
@LongRun
class MomentOfTwoMapsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(4));

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ShardId JOINING = new ShardId("s3");

  @Test
  void whoReadsAShardThatHasJoinedSharesTheMomentOfWhoBeganBefore() throws Exception {
    Bank.create(cluster.primaryUrls());
    Map<String, String> three = new LinkedHashMap<>(cluster.primaryUrls());
    three.remove(JOINING.name());
    try (ShardDataSource dataSource = Bank.open(three);
        Connection decider = cluster.connect("s0");
        Statement statement = decider.createStatement()) {
      decider.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock_shared(1936352354, 1)");
      CompletableFuture<Long> ofThree = Beside.get(() -> sum(dataSource));
      Deadline.in(PATIENCE).await("it waits for who decides", () -> waitsForLock(statement));
      grow(dataSource);
      CompletableFuture<Long> ofFour = Beside.get(() -> sum(dataSource));
      Deadline.in(PATIENCE)
          .await(
              "the other one has its connections",
              () ->
                  dataSource.usage().stream()
                      .anyMatch(node -> node.shard().equals(JOINING) && node.lent() > 0));
      decider.commit();
      assertThat(ofThree.get(60, TimeUnit.SECONDS)).isLessThan(Bank.TOTAL);
      assertThat(ofFour.get(60, TimeUnit.SECONDS)).isEqualTo(Bank.TOTAL);
    }
  }

  private static boolean waitsForLock(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND"
                + " database = (SELECT oid FROM pg_database WHERE datname ="
                + " current_database()))")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static void grow(ShardDataSource dataSource) throws SQLException {
    ShardMap now = RunningMap.of(dataSource);
    List<ShardId> four = List.of(new ShardId("s0"), new ShardId("s1"), new ShardId("s2"), JOINING);
    Map<String, Placement> placements = new LinkedHashMap<>();
    now.placements().keySet().stream()
        .filter(name -> !name.equals(ShardMap.RECORDS))
        .forEach(name -> placements.put(name, Placements.ring(four)));
    RunningMap.install(
        dataSource,
        now.next(four, placements),
        ShardConfiguration.of(
            JOINING.name(),
            NodeConfiguration.of(
                cluster.shard(JOINING.name()).primary().jdbcUrl(cluster.database()))));
  }

  private static long sum(ShardDataSource dataSource) {
    try (Connection connection = Bank.reader(dataSource, ReadIntent.snapshot())) {
      return Bank.sum(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
