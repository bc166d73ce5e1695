package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.replication.NodeHealth.State;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReplicationEvent.NodeRefused;
import io.shardjdbc.replication.ReplicationEvent.SplitBrain;
import io.shardjdbc.replication.set.ProbeScheduler;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.replication.watch.Choice;
import io.shardjdbc.replication.watch.NodeConnector;
import io.shardjdbc.replication.watch.NodeSpec;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.Shutdown;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a replica set makes of real servers that stop, freeze, part and change their roles. */
@LongRun
class NodesUnderFaultsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ReadIntent STANDARD = ReadIntent.standard();

  private static PostgresCluster cluster;
  private static ProbeScheduler scheduler;

  private ClusterShard shard;
  private Nodes nodes;
  private Events events;
  private ReplicaSet set;

  @BeforeAll
  static void startCluster() {
    cluster = PostgresCluster.builder().shards(2).replicasPerShard(2).start();
    scheduler = ProbeScheduler.start();
  }

  @AfterAll
  static void closeCluster() {
    scheduler.close();
    cluster.close();
  }

  @BeforeEach
  void open() throws SQLException {
    shard = cluster.shard("s0");
    nodes = new Nodes(shard);
    events = new Events();
    Servers.tell(shard.primary(), "DROP TABLE IF EXISTS t", "CREATE TABLE t (id int)");
    set = nodes.replicaSet(ReadSettings.defaults(), scheduler).listener(events).build();
    awaitUsable(set, shard.primary());
  }

  @AfterEach
  void close() {
    set.close();
    nodes.close();
  }

  @Test
  void writesFollowAPromotionAndTheOldPrimaryIsFencedWhileItClaimsToBeOne() throws Exception {
    ClusterNode old = shard.primary();
    ClusterNode heir = shard.replicas().get(0);
    ClusterNode other = shard.replicas().get(1);

    heir.promote();
    awaitPrimary(heir);
    assertThat(state(old)).isIn(State.FENCED, State.PRIMARY);
    await("the old primary is fenced", () -> state(old) == State.FENCED);
    await("a split brain is told", () -> !events.of(SplitBrain.class).isEmpty());
    assertThat(events.of(SplitBrain.class).get(0).kept()).contains(id(heir));

    other.follow(heir);
    await("the other replica is used", () -> state(other) == State.REPLICA);
    // The old one writes on, alone; then it comes back as a standby of a history that forked.
    Servers.tell(old, "INSERT INTO t SELECT generate_series(1, 1000)");
    old.follow(heir);
    await("the old primary is refused", () -> state(old) == State.REFUSED);
    for (int i = 0; i < 100; i++) {
      assertThat(set.chooseRead(STANDARD, i).node()).isNotEqualTo(id(old));
    }

    old.rebuildFrom(heir);
    awaitUsable(set, heir);
  }

  @Test
  void aReplicaOfAnotherShardIsNeverUsed() throws Exception {
    ClusterNode stranger = cluster.shard("s1").replicas().get(0);
    Events heard = new Events();
    try (ReplicaSet mixed =
        ReplicaSet.builder("s0")
            .scheduler(scheduler)
            .listener(heard)
            .node(NodeSpec.of("p", nodes.connector(shard.primary())))
            .node(
                NodeSpec.of("x", NodeConnector.to(stranger.jdbcUrl("postgres"), new Properties())))
            .build()) {
      await("the stranger is refused", () -> !heard.of(NodeRefused.class).isEmpty());
      assertThat(heard.of(NodeRefused.class).get(0).cause())
          .isEqualTo(NodeRefused.Cause.OTHER_SYSTEM);
      assertThat(mixed.chooseRead(STANDARD, 1).isPrimary()).isTrue();
      await("the level says so", () -> mixed.level() == DegradationLevel.REPLICAS_UNFIT);
    }
  }

  @LongRun
  @Test
  void aFrozenReplicaIsLeftAndTheOtherStaysFresh() throws Exception {
    ClusterNode frozen = shard.replicas().get(0);
    ClusterNode other = shard.replicas().get(1);
    frozen.freeze();
    try {
      await("the frozen replica is left", () -> state(frozen) == State.DOWN);
      for (int round = 0; round < 20; round++) {
        Servers.tell(shard.primary(), "INSERT INTO t VALUES (1)");
        set.written(1);
        await(
            "the other replica has the write",
            () -> set.chooseRead(STANDARD, 1).node().equals(id(other)));
      }
    } finally {
      frozen.thaw();
    }
    awaitUsable(set, shard.primary());
  }

  @Test
  void withoutItsPrimaryAShardIsReadOnlyAndHealsByItself() throws Exception {
    shard.primary().stop(Shutdown.IMMEDIATE);
    await("writes are refused", () -> !hasPrimary());
    await("the level says so", () -> set.level() == DegradationLevel.READ_ONLY);
    assertThat(set.chooseRead(ReadIntent.tolerant(Duration.ofMillis(1)), 1).isStale()).isTrue();

    shard.primary().start();
    awaitPrimary(shard.primary());
    await("all is well again", () -> set.level() == DegradationLevel.HEALTHY);
  }

  @Test
  void anIdlePrimaryThatStandsBehindAPageHeaderKeepsItsReplicasFresh() throws Exception {
    // The switch leaves the insert position behind the header of a segment's first page.
    Servers.tell(
        shard.primary(),
        "SET synchronous_commit = off",
        "INSERT INTO t VALUES (1)",
        "SELECT pg_switch_wal()");
    set.writtenAll();
    await("a replica has all", () -> !set.chooseRead(STANDARD).isPrimary());
  }

  @LongRun
  @Test
  void ownWritesAreReadThoughTheirCommitsAreNotFlushed() throws Exception {
    Servers.tell(shard.primary(), "INSERT INTO t VALUES (0)");
    try (Client client = new Client(nodes, set);
        Connection writer = nodes.connect(shard.primary().name())) {
      ChaosRun.createTable(writer);
      set.writtenAll();
      try (var statement = writer.createStatement()) {
        statement.execute("SET synchronous_commit = off");
        for (int i = 1; i <= 1000; i++) {
          statement.execute("UPDATE kv SET v = " + i + " WHERE k = 3");
          set.written(3);
          int written = i;
          Client.Seen seen = client.read(3, i % 50 == 0 ? ReadIntent.sequential() : STANDARD);
          assertThat(seen.value()).isEqualTo(written);
        }
      }
      await("a replica has the last write", () -> !set.chooseRead(STANDARD, 3).isPrimary());
      assertThat(client.read(3, STANDARD).value()).isEqualTo(1000);
    }
  }

  @LongRun
  @Test
  void aUserWithoutPrivilegesUsesReplicasAgainAfterTheirNextRestartPoint() throws Exception {
    Servers.tell(shard.primary(), "DROP ROLE IF EXISTS plain", "CREATE ROLE plain LOGIN");
    shard.awaitReplication();
    var builder = ReplicaSet.builder("s0").scheduler(scheduler);
    for (ClusterNode node : shard.nodes()) {
      String url = node.jdbcUrl("postgres").replace("user=postgres", "user=plain");
      builder.node(NodeSpec.of(node.name(), NodeConnector.to(url, new Properties())));
    }
    try (ReplicaSet plain = builder.build()) {
      awaitUsable(plain, shard.primary());
      ClusterNode old = shard.primary();
      ClusterNode heir = shard.replicas().get(0);
      ClusterNode other = shard.replicas().get(1);
      old.stop(Shutdown.FAST);
      heir.promote();
      other.follow(heir);
      old.follow(heir);
      awaitUsable(set, heir);
      await(
          "the plain user sees the new primary", () -> plain.chooseWrite().node().equals(id(heir)));

      Servers.tell(heir, "CHECKPOINT");
      shard.awaitReplication();
      Servers.tell(other, "CHECKPOINT");
      Servers.tell(old, "CHECKPOINT");
      awaitUsable(plain, heir);
    }
  }

  @LongRun
  @Test
  void probingTakesOneConnectionANodeAndFewThreadsHoweverNodesFlap() throws Exception {
    ClusterNode flapping = shard.replicas().get(0);
    int mostThreads = 0;
    long mostConnections = 0;
    for (int round = 0; round < 40; round++) {
      nodes.proxy(flapping).reset();
      await("it is down", () -> state(flapping) == State.DOWN);
      nodes.proxy(flapping).pass();
      // As a request would that fails there: makes the probe try at once.
      Choice choice = set.chooseRead(ReadIntent.primary());
      set.started(choice);
      set.failed(choice, STANDARD, new SQLException("broken", "08006"));
      await("it is up", () -> state(flapping) == State.REPLICA);
      mostThreads = Math.max(mostThreads, probeThreads());
      for (ClusterNode node : shard.nodes()) {
        mostConnections = Math.max(mostConnections, nodes.proxy(node).openConnections());
      }
    }
    assertThat(mostThreads).isLessThanOrEqualTo(7);
    assertThat(mostConnections).isEqualTo(1);

    set.close();
    for (ClusterNode node : shard.nodes()) {
      await("its connection is closed", () -> nodes.proxy(node).openConnections() == 0);
    }
  }

  private static int probeThreads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("shardjdbc-probe-"))
            .count();
  }

  private boolean hasPrimary() {
    return set.health().stream().anyMatch(node -> set.isPrimary(node.id()));
  }

  private State state(ClusterNode node) {
    return set.health().stream()
        .filter(health -> health.id().equals(id(node)))
        .map(NodeHealth::state)
        .findFirst()
        .orElseThrow();
  }

  private static NodeId id(ClusterNode node) {
    return new NodeId(node.name());
  }

  private void awaitPrimary(ClusterNode node) throws Exception {
    await(node.name() + " is the primary", () -> set.isPrimary(id(node)));
  }

  /** Waits until the node is the primary and all others are used. */
  private void awaitUsable(ReplicaSet replicas, ClusterNode primary) throws SQLException {
    Deadline.in(PATIENCE)
        .await(
            "all nodes are used: " + events,
            () ->
                replicas.isPrimary(id(primary))
                    && replicas.health().stream()
                            .filter(node -> node.state() == State.REPLICA && node.lag().isPresent())
                            .count()
                        == shard.nodes().size() - 1);
  }

  private static <X extends Exception> void await(String what, Deadline.Condition<X> condition)
      throws X {
    Deadline.in(PATIENCE).await(what, condition);
  }
}
