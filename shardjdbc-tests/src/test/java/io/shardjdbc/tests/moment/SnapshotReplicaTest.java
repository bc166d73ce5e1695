package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.observe.PartListener;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sums over all shards on their replicas, while money is moved on the primaries. */
class SnapshotReplicaTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  private static final int READS = 60;
  private static final int MOST = 20_000;

  private static final AtomicInteger ON_REPLICAS = new AtomicInteger();

  private static ShardDataSource dataSource;
  private static ShardDataSource elsewhere;
  private static Movers movers;

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
    movers = Movers.start(elsewhere, 4);
  }

  @AfterAll
  static void close() {
    movers.close();
    elsewhere.close();
    dataSource.close();
  }

  private static int wrong(int reads, int enough) throws SQLException {
    int wrong = 0;
    ReadIntent intent = ReadIntent.bounded(Duration.ofMillis(900)).ofOneMoment();
    try (Connection connection = Bank.reader(dataSource, intent)) {
      for (int i = 0; i < reads && wrong < enough; i++) {
        wrong += Bank.sum(connection) == Bank.TOTAL ? 0 : 1;
      }
    }
    return wrong;
  }

  @Test
  void replicasShowTheMomentOfTheirPrimaries() throws SQLException {
    int before = ON_REPLICAS.get();
    assertThat(wrong(READS, READS)).isZero();
    assertThat(ON_REPLICAS.get()).isGreaterThan(before);
  }

  @Test
  void replicasThatNobodyWaitsForDoNot() throws SQLException {
    Fence.REPLAYED_MOMENTS.out(true);
    try {
      assertThat(wrong(MOST, 1)).isPositive();
    } finally {
      Fence.REPLAYED_MOMENTS.out(false);
    }
  }
}
