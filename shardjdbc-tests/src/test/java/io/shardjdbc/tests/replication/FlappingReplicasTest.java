package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.ReadSettings;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Replicas that come and go use up nothing: neither threads nor connections.
 *
 * <p>{@code -Dshardjdbc.flapping=PT10M} lets them flap for ten minutes instead of a moment.
 */
@LongRun
@Timeout(1200)
class FlappingReplicasTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration FLAPPING =
      Duration.parse(System.getProperty("shardjdbc.flapping", "PT2S"));

  /** The least that what hangs on a frozen replica is waited for. */
  private static final ReadSettings SETTINGS =
      ReadSettings.builder().silenceLimit(ReadSettings.defaults().probing().timeout()).build();

  private static final int PROBE_THREADS = 7;
  private static final int POOL = 8;
  private static final long PACE = Duration.ofMillis(1).toNanos();

  /** Read on the server itself: those of the pools and the one of the probe, by their names. */
  private static final String PROBES =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shardjdbc-probe'";

  private final Map<String, Integer> most = new TreeMap<>();
  private long reads;
  private long failedReads;

  /** Those of other tests, which may take a moment to end. */
  private List<Thread> before = List.of();

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().replicasPerShard(2));

  @Test
  void threadsAndConnectionsStayConstantWhileReplicasFlap() throws Exception {
    before = named("shardjdbc-");
    try (Nodes nodes = new Nodes(cluster.shard("s0"), cluster.database())) {
      try (Connection connection = cluster.connect("s0")) {
        ChaosRun.createTable(connection);
      }
      cluster.shard("s0").awaitReplication();
      int flaps = 0;
      try (ShardDataSource dataSource = nodes.dataSource(SETTINGS)) {
        List<ClusterNode> replicas = cluster.shard("s0").replicas();
        Deadline end = Deadline.in(FLAPPING);
        while (!end.hasPassed() || flaps < 4) {
          ClusterNode replica = replicas.get(flaps % 2);
          boolean freezes = flaps % 4 >= 2;
          breaks(nodes, replica, freezes);
          readsFor(dataSource, Duration.ofMillis(300));
          look(cluster.shard("s0").primary());
          mends(nodes, replica, freezes);
          readsFor(dataSource, Duration.ofMillis(300));
          look(cluster.shard("s0").primary());
          flaps++;
        }
        Deadline.in(PATIENCE)
            .await(
                "all is well again",
                () -> {
                  readsFor(dataSource, Duration.ZERO);
                  return dataSource.level() == DegradationLevel.HEALTHY;
                });
        look(cluster.shard("s0").primary());
        assertThat(dataSource.usage()).extracting(NodeUsage::lent).containsOnly(0);
        assertThat(dataSource.usage()).extracting(NodeUsage::open).allMatch(open -> open <= POOL);
        for (ClusterNode node : cluster.shard("s0").nodes()) {
          assertThat(Servers.ask(node, PROBES)).as("probes on " + node.name()).isEqualTo("1");
        }
      }
      System.out.printf(
          "flapping for %s: %d flaps, %d reads (%d failed), at most %s%n",
          FLAPPING, flaps, reads, failedReads, most);
      assertThat(most.get("probe threads")).isLessThanOrEqualTo(PROBE_THREADS);
      assertThat(most.get("probes of the primary")).isEqualTo(1);
      assertThat(most.get("threads of pools")).isLessThanOrEqualTo(3 * 4);
      assertThat(reads).isPositive();
      Deadline.in(PATIENCE)
          .await("all threads end but " + before, () -> before.containsAll(named("shardjdbc-")));
    }
  }

  private static void breaks(Nodes nodes, ClusterNode replica, boolean freezes) {
    if (freezes) {
      replica.freeze();
    } else {
      nodes.proxy(replica).reset();
    }
  }

  private static void mends(Nodes nodes, ClusterNode replica, boolean freezes) {
    if (freezes) {
      replica.thaw();
    } else {
      nodes.proxy(replica).pass();
    }
  }

  private void readsFor(ShardDataSource dataSource, Duration time) {
    Deadline end = Deadline.in(time);
    do {
      try (Connection connection = dataSource.getConnection();
          PreparedStatement select = connection.prepareStatement("SELECT v FROM kv WHERE k = ?")) {
        select.setInt(1, (int) (reads % ChaosRun.KEYS));
        try (ResultSet row = select.executeQuery()) {
          row.next();
          reads++;
        }
      } catch (SQLException e) {
        failedReads++;
      }
      LockSupport.parkNanos(PACE);
    } while (!end.hasPassed());
  }

  private void look(ClusterNode primary) throws SQLException {
    most.merge("probe threads", threads("shardjdbc-probe-"), Math::max);
    most.merge("threads of pools", threads("shardjdbc-s0."), Math::max);
    int probes = Integer.parseInt(Servers.ask(primary, PROBES));
    most.merge("probes of the primary", probes, Math::max);
  }

  private int threads(String prefix) {
    return (int) named(prefix).stream().filter(thread -> !before.contains(thread)).count();
  }

  private static List<Thread> named(String prefix) {
    List<Thread> found = new ArrayList<>(Thread.getAllStackTraces().keySet());
    return found.stream().filter(thread -> thread.getName().startsWith(prefix)).toList();
  }
}
