package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sums over all shards while money is moved between them. */
class SnapshotReadTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(4));

  private static final int READS = Integer.getInteger("shardjdbc.moments.reads", 200);

  /** At most so many reads, of which one has to be wrong where nothing keeps that out. */
  private static final int MOST = 20_000;

  private static ShardDataSource dataSource;
  private static Movers movers;

  @BeforeAll
  static void open() throws SQLException {
    Bank.create(cluster.primaryUrls());
    dataSource = Bank.open(cluster.primaryUrls());
    movers = Movers.start(dataSource, 8);
  }

  @AfterAll
  static void close() {
    movers.close();
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
    dataSource.close();
  }

  private static int wrong(ReadIntent intent, int reads, int enough) throws SQLException {
    int wrong = 0;
    try (Connection connection = Bank.reader(dataSource, intent)) {
      for (int i = 0; i < reads && wrong < enough; i++) {
        wrong += Bank.sum(connection) == Bank.TOTAL ? 0 : 1;
      }
    }
    return wrong;
  }

  @Test
  void aSnapshotNeverShowsHalfOfATransaction() throws SQLException {
    assertThat(wrong(ReadIntent.snapshot(), READS, READS)).isZero();
    assertThat(movers.moved()).isPositive();
  }

  @Test
  void anOrdinaryReadOverShardsDoes() throws SQLException {
    assertThat(wrong(ReadIntent.standard(), MOST, 1)).isPositive();
  }

  @Test
  void soDoesOneThatDoesNotWaitForWhatIsDecided() throws SQLException {
    Fence.UNTOLD_PARTS.out(true);
    try {
      assertThat(wrong(ReadIntent.snapshot(), MOST, 1)).isPositive();
    } finally {
      Fence.UNTOLD_PARTS.out(false);
    }
  }
}
