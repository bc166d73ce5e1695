package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReplicationEvent.BreakerChanged;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The cascade that a circuit breaker is for: replicas fall behind, and readers drown the primary.
 */
@LongRun
@Timeout(240)
class StaleReadFloodTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().replicasPerShard(2));

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ReadIntent TOLERANT = ReadIntent.tolerant(Duration.ofMillis(200));
  private static final int READERS = 4;
  private static final int READS_OF_ONE = 500;

  /** Rows of the table that the primary has fetched, as it counts itself. */
  private static final String FETCHED =
      "SELECT pg_stat_get_tuples_fetched('kv'::regclass) +"
          + " pg_stat_get_tuples_returned('kv'::regclass)";

  private record Seen(long value, boolean onPrimary) {}

  @Test
  void aFloodOfTolerantReadsStaysOnReplicasThatAreFarBehind() throws Exception {
    ReadSettings settings =
        ReadSettings.builder()
            .maxLag(Duration.ofMillis(200))
            .staleThreshold(Duration.ofMillis(800))
            .build();
    Events events = new Events();
    ClusterNode primary = cluster.shard("s0").primary();
    try (Connection connection = cluster.connect("s0")) {
      ChaosRun.createTable(connection);
    }
    cluster.shard("s0").awaitReplication();
    try (Nodes nodes = new Nodes(cluster.shard("s0"), cluster.database());
        ShardDataSource dataSource = nodes.dataSource(settings)) {
      dataSource.addListener(events);
      await("reads go to replicas", () -> !read(dataSource, TOLERANT, 1).onPrimary());
      try {
        for (ClusterNode replica : cluster.shard("s0").replicas()) {
          replica.pauseReplay();
        }
        try (Connection connection = dataSource.getConnection();
            PreparedStatement update =
                connection.prepareStatement("UPDATE kv SET v = 1 WHERE k = ?")) {
          for (int key = 0; key < ChaosRun.KEYS; key++) {
            update.setInt(1, key);
            update.executeUpdate();
          }
        }
        await("the breaker opens", () -> !events.of(BreakerChanged.class).isEmpty());

        long before = fetched(primary);
        List<Seen> flood = flood(dataSource);
        long byPrimary = fetched(primary) - before;
        assertThat(flood).hasSize(READERS * READS_OF_ONE);
        assertThat(flood.stream().filter(Seen::onPrimary).count()).as("by the primary").isZero();
        assertThat(flood.stream().filter(seen -> seen.value() != 0).count()).as("fresh").isZero();
        assertThat(byPrimary).as("rows that the primary looked at").isLessThan(flood.size() / 20);

        for (int key = 0; key < 5; key++) {
          Seen strict = read(dataSource, ReadIntent.standard(), key);
          assertThat(strict).as("other reads keep their promise").isEqualTo(new Seen(1, true));
        }
      } finally {
        for (ClusterNode replica : cluster.shard("s0").replicas()) {
          replica.resumeReplay();
        }
      }
      await("the breaker closes", () -> events.of(BreakerChanged.class).size() == 2);
      await(
          "reads are fresh again, on replicas",
          () -> read(dataSource, TOLERANT, 1).equals(new Seen(1, false)));
    }
  }

  private static List<Seen> flood(ShardDataSource dataSource) throws Exception {
    ExecutorService readers = Executors.newFixedThreadPool(READERS);
    try {
      List<Future<List<Seen>>> parts = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        parts.add(
            readers.submit(
                () -> {
                  List<Seen> seen = new ArrayList<>();
                  for (int key = 0; key < READS_OF_ONE; key++) {
                    seen.add(read(dataSource, TOLERANT, key % ChaosRun.KEYS));
                  }
                  return seen;
                }));
      }
      List<Seen> all = new ArrayList<>();
      for (Future<List<Seen>> part : parts) {
        all.addAll(part.get());
      }
      return all;
    } finally {
      readers.shutdownNow();
    }
  }

  private static Seen read(ShardDataSource dataSource, ReadIntent intent, int key)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(ChaosReader.ONE)) {
      connection.unwrap(ShardConnection.class).readIntent(intent);
      select.setInt(1, key);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return new Seen(row.getLong(2), row.getInt(3) == cluster.shard("s0").primary().port());
      }
    }
  }

  private static long fetched(ClusterNode primary) throws SQLException {
    try (Connection connection = primary.connect(cluster.database());
        PreparedStatement flush = connection.prepareStatement("SELECT pg_stat_clear_snapshot()");
        PreparedStatement select = connection.prepareStatement(FETCHED)) {
      flush.execute();
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static void await(String what, Deadline.Condition<SQLException> condition)
      throws SQLException {
    Deadline.in(PATIENCE).await(what, condition);
  }
}
