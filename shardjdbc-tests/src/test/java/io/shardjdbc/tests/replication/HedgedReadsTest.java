package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.failover.ReplicasOf;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reads that are asked of a second replica when the first takes long. */
@Timeout(240)
class HedgedReadsTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().replicasPerShard(2));

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ReadIntent TOLERANT = ReadIntent.bounded(Duration.ofHours(1));
  private static final String READ = "SELECT v FROM kv WHERE k = ?";
  private static final String SLOW_ON_THE_FIRST = "SELECT ##< k, v FROM kv WHERE k = ?";
  private static final String SLOW_ON_BOTH = "SELECT ##> k, v FROM kv WHERE k = ?";
  private static final String STILL_RUNNING =
      "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT ##%'";

  /** A stopped server is noticed late, so that only a second replica helps in time. */
  private static final ReadSettings SETTINGS =
      ReadSettings.builder()
          .probeInterval(Duration.ofSeconds(1))
          .probeTimeout(Duration.ofSeconds(100))
          .silenceLimit(Duration.ofSeconds(200))
          .build();

  private static final HedgeSettings HEDGING =
      new HedgeSettings(0.5, Duration.ofMillis(1), 20, 1.0);

  private Nodes nodes;
  private ClusterNode first;
  private ShardDataSource dataSource;

  @BeforeEach
  void open() throws SQLException {
    first = cluster.shard("s0").replicas().get(0);
    ClusterNode second = cluster.shard("s0").replicas().get(1);
    try (Connection connection = cluster.connect("s0");
        Statement statement = connection.createStatement()) {
      ChaosRun.createTable(connection);
      statement.execute(slowOperator("##<", "slow_on_first", String.valueOf(first.port())));
      statement.execute(slowOperator("##>", "slow_on_both", first.port() + ", " + second.port()));
    }
    cluster.shard("s0").awaitReplication();
    nodes = new Nodes(cluster.shard("s0"), cluster.database());
    dataSource = nodes.dataSource(SETTINGS, HEDGING);
    ReplicaSet replicas = ReplicasOf.shard(dataSource, "s0");
    Deadline.in(PATIENCE)
        .await(
            "both replicas serve, and how long that takes is known",
            () -> {
              read(READ);
              return replicas.hedgeDelay().isPresent()
                  && dataSource.usage().stream().allMatch(node -> node.open() > 0);
            });
  }

  /**
   * An operator that lasts until it is cancelled, on the servers of some ports. Its function claims
   * to be immutable, because any other goes to the primary.
   */
  private static String slowOperator(String operator, String function, String ports) {
    return "DROP FUNCTION IF EXISTS %2$s(int) CASCADE;"
        .concat(
            " CREATE FUNCTION %2$s(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
                + " $$ BEGIN IF inet_server_port() IN (%3$s) THEN PERFORM pg_sleep(150);"
                + " END IF; RETURN 0; END $$;"
                + " CREATE OPERATOR %1$s (FUNCTION = %2$s, RIGHTARG = int)")
        .formatted(operator, function, ports);
  }

  @AfterEach
  void close() {
    first.thaw();
    dataSource.close();
    nodes.close();
  }

  private static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    connection.unwrap(ShardConnection.class).readIntent(TOLERANT);
    PreparedStatement select = connection.prepareStatement(sql);
    select.setInt(1, 7);
    return select;
  }

  private void read(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = prepare(connection, sql);
        ResultSet row = select.executeQuery()) {
      assertThat(row.next()).isTrue();
    }
  }

  private void read(String sql, int times) throws SQLException {
    for (int i = 0; i < times; i++) {
      read(sql);
    }
  }

  private int lentOf(String node) {
    return dataSource.usage().stream()
        .filter(usage -> usage.node().equals(node))
        .mapToInt(NodeUsage::lent)
        .sum();
  }

  private void awaitAllBack() {
    Deadline.in(PATIENCE)
        .await(
            "all connections are back",
            () -> dataSource.usage().stream().allMatch(node -> node.lent() == 0));
  }

  @Test
  void readsAreAnsweredByTheOtherReplicaWhileOneIsFrozen() throws SQLException {
    Deadline.in(PATIENCE)
        .await(
            "a read hangs on the frozen replica and was answered all the same",
            () -> {
              // One that is lent at once: a connection that was idle for long is tested before.
              first.thaw();
              read(READ, 4);
              first.freeze();
              for (int i = 0; i < 4 && lentOf("s0.replica-1") == 0; i++) {
                read(READ);
              }
              return lentOf("s0.replica-1") > 0;
            });
    assertThat(first.isRunning()).isTrue();
    first.thaw();
    awaitAllBack();
    read(READ, 20);
  }

  @Test
  void theLoserIsCancelledAndItsConnectionServesAgain() throws SQLException {
    int open = dataSource.usage().stream().mapToInt(NodeUsage::open).sum();
    read(SLOW_ON_THE_FIRST, 8);
    awaitAllBack();
    Deadline.in(PATIENCE)
        .await("nothing sleeps on the server", () -> Servers.ask(first, STILL_RUNNING).equals("0"));
    read(READ, 40);
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::open).sum())
        .as("no connection had to be replaced")
        .isGreaterThanOrEqualTo(open);
  }

  @LongRun
  @Test
  void aTransactionStaysWhereItIs() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      Deadline.in(PATIENCE)
          .await(
              "one begins on the slow replica, and waits for it",
              () -> {
                try (PreparedStatement select = prepare(connection, SLOW_ON_THE_FIRST)) {
                  select.setQueryTimeout(1);
                  select.executeQuery();
                  connection.commit();
                  return false;
                } catch (SQLTransientException e) {
                  boolean onTheSlowOneAlone =
                      lentOf("s0.replica-1") == 1 && lentOf("s0.replica-2") == 0;
                  connection.rollback();
                  return onTheSlowOneAlone;
                }
              });
    }
    awaitAllBack();
  }

  @LongRun
  @Test
  void cancellingAReadCancelsItOnBothReplicas() throws Exception {
    ClusterNode second = cluster.shard("s0").replicas().get(1);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = prepare(connection, SLOW_ON_BOTH)) {
      // The primary answers at once, and nobody hedges, while connections to replicas are young.
      Deadline.in(PATIENCE)
          .await(
              "a read sleeps on both until it is cancelled",
              () -> {
                Future<ResultSet> answer = threads.submit(() -> select.executeQuery());
                boolean both = sleepsOnBoth(second, answer);
                select.cancel();
                Throwable failure = catchThrowable(answer::get);
                if (both) {
                  assertThat(failure).cause().isInstanceOf(SQLException.class);
                  SQLException cause = (SQLException) failure.getCause();
                  assertThat(cause.getSQLState()).isEqualTo("57014");
                }
                return both;
              });
    } finally {
      threads.shutdownNow();
    }
    awaitAllBack();
    assertThat(Servers.ask(first, STILL_RUNNING)).isEqualTo("0");
    assertThat(Servers.ask(second, STILL_RUNNING)).isEqualTo("0");
  }

  /** Waits until it does, or is answered, or there is no hope that it will. */
  private boolean sleepsOnBoth(ClusterNode second, Future<ResultSet> answer) throws SQLException {
    AtomicBoolean both = new AtomicBoolean();
    try {
      Deadline.in(Duration.ofSeconds(5))
          .await(
              "both sleep",
              () -> {
                both.set(
                    Servers.ask(first, STILL_RUNNING).equals("1")
                        && Servers.ask(second, STILL_RUNNING).equals("1"));
                return both.get() || answer.isDone();
              });
    } catch (IllegalStateException e) {
      return false;
    }
    return both.get();
  }
}
