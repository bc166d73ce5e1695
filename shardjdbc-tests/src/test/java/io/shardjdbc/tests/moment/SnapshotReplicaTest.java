package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.IsolationOverShards;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.observe.PartListener;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sums over all shards on their replicas, while money is moved on the primaries. */
@LongRun
class SnapshotReplicaTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How long a replica was silent does not matter: it is asked at the moment. */
  private static final ReadIntent INTENT = ReadIntent.bounded(Duration.ofHours(1)).ofOneMoment();

  private static final AtomicInteger ON_REPLICAS = new AtomicInteger();
  private static final AtomicInteger ON_PRIMARIES = new AtomicInteger();

  private static final int READS = 12;

  private static ShardDataSource dataSource;
  private static ShardDataSource transactions;
  private static ShardDataSource elsewhere;

  /** Counts the parts of reads by where they run. */
  private static final class Counting implements ShardListener, StatementListener {

    @Override
    public StatementListener started(StartedStatement statement) {
      return this;
    }

    @Override
    public @Nullable PartListener part(StartedPart part) {
      (part.why().isReplica() ? ON_REPLICAS : ON_PRIMARIES).incrementAndGet();
      return null;
    }
  }

  @BeforeAll
  static void open() throws SQLException {
    Bank.createTables(cluster.primaryUrls());
    dataSource = open(Bank.settings());
    transactions = open(Bank.settings().withIsolationOverShards(IsolationOverShards.SNAPSHOT));
    elsewhere = Bank.open(cluster.primaryUrls()); // whose writes are not the reader's own
    Bank.fill(elsewhere);
  }

  private static ShardDataSource open(TransactionSettings settings) throws SQLException {
    return ShardDataSource.of(
        Bank.configuration(
                cluster.primaryUrls(), cluster.cluster().replicaUrls(cluster.database()), settings)
            .build(),
        new Counting());
  }

  @AfterAll
  static void close() {
    transactions.close();
    elsewhere.close();
    dataSource.close();
  }

  @AfterEach
  void putBack() throws SQLException {
    replica().resumeReplay();
  }

  private static ClusterNode replica() {
    return cluster.shard("s0").replicas().get(0);
  }

  /** What a read shows that the replicas serve, if they can. */
  private static long sum() throws SQLException {
    try (Connection connection = Bank.reader(dataSource, INTENT)) {
      return Bank.sum(connection);
    }
  }

  private static void awaitReplicas() throws SQLException {
    Deadline.in(PATIENCE)
        .await(
            "replicas serve",
            () -> {
              int before = ON_REPLICAS.get();
              sum();
              return ON_REPLICAS.get() == before + 2;
            });
  }

  private static void add(ShardDataSource writing, int amount) throws SQLException {
    int account = Bank.onDifferentShards(writing, 1).get(0);
    try (Connection connection = writing.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE accounts SET balance = balance + " + amount + " WHERE account = " + account);
    }
  }

  /** Runs reads while money is moved by a process, and says how many of them replicas served. */
  private static int servedBeside(ShardDataSource writing, int reads) throws SQLException {
    int served = 0;
    try (Movers movers = Movers.startSteady(writing, 2)) {
      for (int i = 0; i < reads || movers.moved() < 20; i++) {
        int before = ON_REPLICAS.get();
        assertThat(sum()).isEqualTo(Bank.TOTAL);
        served += ON_REPLICAS.get() - before == 2 ? 1 : 0;
      }
      System.out.printf(
          "0 of %d sums wrong beside %d moves, %d of them by replicas alone%n",
          reads, movers.moved(), served);
    }
    return served;
  }

  @Test
  void replicasShowTheMomentOfTheirPrimaries() throws SQLException {
    assertThat(servedBeside(elsewhere, READS)).isPositive();
  }

  /** The own writes that a choice of a replica knows of are no obstacle: the moment has them. */
  @LongRun
  @Test
  void theyShowIsWhatTheirReaderHasJustWritten() throws SQLException {
    awaitReplicas();
    Deadline.in(PATIENCE)
        .await(
            "replicas serve at once behind a write of the same process",
            () -> {
              int before = ON_REPLICAS.get();
              add(dataSource, 3);
              long sum = sum();
              add(dataSource, -3);
              assertThat(sum).isEqualTo(Bank.TOTAL + 3);
              return ON_REPLICAS.get() == before + 2;
            });
    assertThat(servedBeside(dataSource, READS)).isPositive();
  }

  @Test
  void aReadOnlyTransactionSeesTheMomentOnReplicas() throws SQLException {
    awaitReplicas();
    Deadline.in(PATIENCE)
        .await(
            "replicas serve a transaction",
            () -> {
              try (Connection connection = beginReadOnly();
                  Statement statement = connection.createStatement()) {
                int before = ON_REPLICAS.get();
                int others = ON_PRIMARIES.get();
                assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
                add(dataSource, 2);
                assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
                add(dataSource, -2);
                boolean served = ON_REPLICAS.get() == before + 4;
                if (served) {
                  assertThatThrownBy(() -> statement.executeQuery("SELECT pg_current_xact_id()"))
                      .hasMessageContaining("SJ0925");
                }
                assertThat(ON_PRIMARIES.get()).isGreaterThanOrEqualTo(others);
                connection.rollback();
                return served;
              }
            });
  }

  private static Connection beginReadOnly() throws SQLException {
    Connection connection = transactions.getConnection();
    connection.unwrap(ShardConnection.class).readIntent(ReadIntent.bounded(Duration.ofHours(1)));
    connection.setAutoCommit(false);
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    return connection;
  }

  @Test
  void aTransactionMayAskForPrimaries() throws SQLException {
    try (Connection connection = beginReadOnly();
        Statement statement = connection.createStatement()) {
      int before = ON_REPLICAS.get();
      assertThat(Bank.sum(connection, "/* shardjdbc: primary */ " + Bank.SUM))
          .isEqualTo(Bank.TOTAL);
      try (ResultSet row = statement.executeQuery("SELECT pg_current_xact_id_if_assigned()")) {
        assertThat(row.next()).isTrue();
      }
      assertThat(ON_REPLICAS.get()).isEqualTo(before);
      connection.rollback();
    }
  }

  @Test
  void aReplicaThatHasNotComeToTheMomentIsLeftAlone() throws SQLException {
    awaitReplicas();
    replica().pauseReplay();
    add(elsewhere, 5);
    try {
      int before = ON_PRIMARIES.get();
      assertThat(sum()).isEqualTo(Bank.TOTAL + 5);
      assertThat(ON_PRIMARIES.get()).isEqualTo(before + 2);
    } finally {
      add(elsewhere, -5);
    }
  }

  /** Nobody waits for it for long while nobody can decide. */
  @LongRun
  @Test
  void soIsOneThatSaysNothingMore() throws SQLException {
    awaitReplicas();
    replica().freeze();
    try (Movers movers = Movers.startSteady(elsewhere, 2)) {
      for (int i = 0; i < 5; i++) {
        long moved = movers.moved();
        assertThat(sum()).isEqualTo(Bank.TOTAL);
        Deadline.in(PATIENCE).await("others commit", () -> movers.moved() > moved);
      }
    } finally {
      replica().thaw();
    }
  }

  @Test
  void aReplicaWhoseConnectionsAreDeadIsNoObstacle() throws SQLException {
    awaitReplicas();
    Deadline.in(PATIENCE)
        .await(
            "replicas serve a transaction, and their connections are ended right behind it",
            () -> {
              int before = ON_REPLICAS.get();
              try (Connection connection = beginReadOnly()) {
                assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
                connection.commit();
              }
              endConnections();
              try (Connection connection = beginReadOnly();
                  Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL work_mem = '5MB'"); // said to each as it joins
                assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
                connection.commit();
              }
              assertThat(sum()).isEqualTo(Bank.TOTAL);
              return ON_REPLICAS.get() > before;
            });
  }

  private static void endConnections() throws SQLException {
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = shard.replicas().get(0).connect(cluster.database());
          Statement statement = connection.createStatement()) {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
      }
    }
  }

  @Test
  void whatAReplicaCannotReadItsPrimaryDoes() throws SQLException {
    for (String url : cluster.primaryUrls().values()) {
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute("ALTER TABLE cards SET UNLOGGED");
      }
    }
    awaitReplicas();
    try (Connection connection = Bank.reader(dataSource, INTENT)) {
      assertThat(Bank.sum(connection, "SELECT count(*) FROM cards")).isZero();
    }
  }
}
