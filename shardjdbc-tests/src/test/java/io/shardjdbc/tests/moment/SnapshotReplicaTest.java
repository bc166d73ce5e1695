package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.observe.PartListener;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
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
class SnapshotReplicaTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  private static final Deadline PATIENCE = Deadline.in(Duration.ofSeconds(60));

  /** A lag does not matter: whether a replica has come to the moment is seen when it is there. */
  private static final ReadIntent INTENT = ReadIntent.bounded(Duration.ofHours(1)).ofOneMoment();

  private static final AtomicInteger ON_REPLICAS = new AtomicInteger();

  private static ShardDataSource dataSource;
  private static ShardDataSource elsewhere;

  /** Counts parts that a replica runs. */
  private static final class Counting implements ShardListener, StatementListener {

    @Override
    public StatementListener started(StartedStatement statement) {
      return this;
    }

    @Override
    public @Nullable PartListener part(StartedPart part) {
      if (part.why().isReplica()) {
        ON_REPLICAS.incrementAndGet();
      }
      return null;
    }
  }

  @BeforeAll
  static void open() throws SQLException {
    Bank.create(cluster.primaryUrls());
    dataSource =
        ShardDataSource.of(
            Bank.configuration(
                    cluster.primaryUrls(),
                    cluster.cluster().replicaUrls(cluster.database()),
                    Bank.settings())
                .build(),
            new Counting());
    elsewhere = Bank.open(cluster.primaryUrls()); // whose writes are not the reader's own
  }

  @AfterAll
  static void close() {
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
    PATIENCE.await(
        "replicas serve",
        () -> {
          int before = ON_REPLICAS.get();
          sum();
          return ON_REPLICAS.get() == before + 2;
        });
  }

  private static void add(int amount) throws SQLException {
    int account = Bank.onDifferentShards(elsewhere, 1).get(0);
    try (Connection connection = elsewhere.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE accounts SET balance = balance + " + amount + " WHERE account = " + account);
    }
  }

  @Test
  void replicasShowTheMomentOfTheirPrimaries() throws SQLException {
    try (Movers movers = Movers.start(elsewhere, 2)) {
      for (int i = 0; i < 20 || movers.moved() < 20; i++) {
        assertThat(sum()).isEqualTo(Bank.TOTAL);
      }
    }
    awaitReplicas();
    assertThat(sum()).isEqualTo(Bank.TOTAL);
  }

  @Test
  void aReplicaThatHasNotComeToTheMomentIsLeftAlone() throws SQLException {
    awaitReplicas();
    replica().pauseReplay();
    add(5);
    try {
      assertThat(sum()).isEqualTo(Bank.TOTAL + 5);
    } finally {
      add(-5);
    }
  }
}
