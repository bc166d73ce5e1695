package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSession;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.failover.FailoverCommand;
import io.shardjdbc.replication.failover.FailoverReport;
import io.shardjdbc.replication.failover.FailoverReport.Refused;
import io.shardjdbc.replication.failover.FailoverReport.Refused.Reason;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Applications that fail their shard over themselves when its primary is killed: what they promote,
 * that it is one between them, and what their connections notice.
 */
@Timeout(240)
class FailoverByProcessesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ReadSession SESSION = ReadSession.start();

  @LongRun
  @Test
  void processesPromoteTheOneReplicaThatHasMostAndWritesGoOn() throws Exception {
    try (PostgresCluster cluster = PostgresCluster.builder().replicasPerShard(2).start();
        Nodes nodes = new Nodes(cluster.shard("s0"));
        ForkedJvm neighbour = fork(cluster.shard("s0"));
        ShardDataSource dataSource = nodes.dataSource(ReadSettings.defaults())) {
      ClusterShard shard = cluster.shard("s0");
      ClusterNode old = shard.primary();
      ClusterNode ahead = shard.replicas().get(1);
      ClusterNode behind = shard.replicas().get(0);
      try (Connection connection = old.connect()) {
        ChaosRun.createTable(connection);
      }
      cluster.awaitReplication();
      neighbour.awaitLine("WATCHING");
      write(dataSource, null, 1);
      cutOff(behind, old, 1);
      write(dataSource, null, 2);
      awaitReceived(ahead, old);
      cutOff(ahead, old, 0);
      write(dataSource, SESSION, 3);

      old.kill();
      theBoundOfLossIsKept(dataSource, behind, ahead);
      List<String> outcomes = letBothFailOver(dataSource, neighbour);
      assertThat(outcomes).containsExactlyInAnyOrder("PROMOTED replica-2", "FOLLOWS");
      assertThat(ahead.isStandby()).isFalse();
      assertThat(behind.isStandby()).isTrue();

      await("writes go on", () -> writes(dataSource, 4));
      assertThat(value(dataSource, "before")).as("what no replica had is lost").isEqualTo(2);
      theSessionIsToldOfItsLoss(dataSource);
    }
  }

  private static ForkedJvm fork(ClusterShard shard) throws Exception {
    String[] urls =
        shard.nodes().stream().map(node -> node.jdbcUrl("postgres")).toArray(String[]::new);
    return ForkedJvm.run(
        List.of(), System.getProperty("java.class.path"), List.of(), FailoverProgram.class, urls);
  }

  /** Lets a replica receive nothing any more, while it goes on to serve. */
  private static void cutOff(ClusterNode replica, ClusterNode primary, int left)
      throws SQLException {
    replica.set("primary_conninfo", "host=127.0.0.1 port=1 user=nobody");
    await(
        replica + " is cut off",
        () ->
            Servers.ask(primary, "SELECT count(*) FROM pg_stat_replication")
                .equals(String.valueOf(left)));
  }

  private static void awaitReceived(ClusterNode replica, ClusterNode primary) throws SQLException {
    String position = Servers.ask(primary, "SELECT pg_current_wal_flush_lsn()");
    await(
        replica + " has received all",
        () ->
            Servers.ask(replica, "SELECT pg_last_wal_receive_lsn() >= '" + position + "'")
                .equals("t"));
  }

  private static void theBoundOfLossIsKept(
      ShardDataSource dataSource, ClusterNode behind, ClusterNode ahead) throws SQLException {
    FailoverCommand careful = FailoverProgram.command(dataSource, Duration.ZERO);
    List<FailoverReport> reports = new ArrayList<>();
    await(
        "the careful command has decided",
        () -> {
          reports.add(careful.check());
          return reports.contains(new Refused(Reason.TOO_FAR_BEHIND));
        });
    assertThat(reports).noneMatch(FailoverReport.Promoted.class::isInstance);
    assertThat(behind.isStandby() && ahead.isStandby()).as("nothing was promoted").isTrue();
  }

  private static List<String> letBothFailOver(ShardDataSource dataSource, ForkedJvm neighbour)
      throws Exception {
    FailoverCommand command = FailoverProgram.command(dataSource, Duration.ofMinutes(10));
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      neighbour.writeLine("go");
      Future<String> here = threads.submit(() -> FailoverProgram.untilAnotherReigns(command));
      String there = neighbour.awaitLine("");
      while (!there.equals("FOLLOWS") && !there.startsWith("PROMOTED")) {
        there = neighbour.awaitLine("");
      }
      return List.of(here.get(), there);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Monotonic writes: what the session writes next must not come after a write that is gone. */
  private static void theSessionIsToldOfItsLoss(ShardDataSource dataSource) throws SQLException {
    assertThatThrownBy(() -> write(dataSource, SESSION, 5))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("SJ0508");
    assertThat(value(dataSource, "v")).as("nothing was written").isEqualTo(4);
    SESSION.acceptLostWrites();
    write(dataSource, SESSION, 6);
    assertThat(value(dataSource, "v")).isEqualTo(6);
  }

  private static void write(ShardDataSource dataSource, @Nullable ReadSession session, long value)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement("UPDATE kv SET before = v, v = ? WHERE k = 1")) {
      if (session != null) {
        connection.unwrap(ShardConnection.class).readIntent(ReadIntent.standard().within(session));
      }
      update.setLong(1, value);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  private static long value(ShardDataSource dataSource, String column) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT " + column + " FROM kv WHERE k = 1");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static boolean writes(ShardDataSource dataSource, long value) {
    try {
      write(dataSource, null, value);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private static <X extends Exception> void await(String what, Deadline.Condition<X> condition)
      throws X {
    Deadline.in(PATIENCE).await(what, condition);
  }
}
