package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.failover.FailoverCommand;
import io.shardjdbc.replication.failover.FailoverReport;
import io.shardjdbc.replication.failover.FailoverReport.Counting;
import io.shardjdbc.replication.failover.FailoverReport.PrimaryAnswers;
import io.shardjdbc.replication.failover.FailoverReport.Promoted;
import io.shardjdbc.replication.failover.FailoverReport.Refused;
import io.shardjdbc.replication.failover.FailoverReport.Refused.Reason;
import io.shardjdbc.replication.set.ProbeScheduler;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Promotions by {@link FailoverCommand}: when there is one, when not, and never two. */
@LongRun
class FailoverCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String RECEIVED = "SELECT pg_last_wal_receive_lsn() >= '%s'::pg_lsn";

  /** Of the test before, if it has left a primary with its replicas. */
  private static @Nullable PostgresCluster left;

  private final PostgresCluster cluster = leftOrNew();
  private final ClusterShard shard = cluster.shard("s0");
  private final Nodes nodes = new Nodes(shard);
  private final ProbeScheduler scheduler = ProbeScheduler.start();
  private final List<ReplicaSet> sets = new ArrayList<>();

  @BeforeEach
  void createTable() throws Exception {
    if (!shard.primary().isRunning()) {
      shard.primary().start();
    }
    Servers.tell(shard.primary(), "DROP TABLE IF EXISTS t", "CREATE TABLE t (id int)");
    shard.awaitReplication();
  }

  private static PostgresCluster leftOrNew() {
    return leftOrNone().orElseGet(() -> PostgresCluster.builder().replicasPerShard(2).start());
  }

  @AfterEach
  void close() throws SQLException {
    sets.forEach(ReplicaSet::close);
    scheduler.close();
    nodes.close();
    boolean promoted = false;
    for (ClusterNode replica : shard.replicas()) {
      promoted |= !replica.isStandby();
    }
    if (promoted) {
      cluster.close();
    } else {
      left = cluster;
    }
  }

  @AfterAll
  static void closeLeft() {
    leftOrNone().ifPresent(PostgresCluster::close);
  }

  private static Optional<PostgresCluster> leftOrNone() {
    Optional<PostgresCluster> before = Optional.ofNullable(left);
    left = null;
    return before;
  }

  @Test
  void whileOnlyThisProcessCannotReachThePrimaryNothingIsPromoted() throws Exception {
    FailoverCommand command = command();
    assertThat(command.check()).isInstanceOf(PrimaryAnswers.class);

    nodes.proxy(shard.primary()).refuse();
    assertThat(command.check()).isInstanceOf(Counting.class);
    Servers.tell(shard.primary(), "INSERT INTO t VALUES (1)");
    shard.awaitReplication();
    assertThat(command.check()).isEqualTo(new Refused(Reason.PRIMARY_FEEDS_REPLICAS));

    nodes.proxy(shard.primary()).pass();
    assertThat(command.check()).isInstanceOf(PrimaryAnswers.class);
  }

  @Test
  void withoutAMajorityOfTheOthersNothingIsPromoted() throws Exception {
    FailoverCommand command = command();
    shard.primary().kill();
    nodes.proxy(shard.replicas().get(0)).refuse();
    assertThat(command.check()).isInstanceOf(Counting.class);
    assertThat(command.check()).isEqualTo(new Refused(Reason.NO_MAJORITY));
  }

  @Test
  void whenThePrimaryDiesSeveralProcessesPromoteOneReplicaBetweenThem() throws Exception {
    ClusterNode old = shard.primary();
    List<FailoverCommand> commands = List.of(command(), command(), command());
    old.kill();
    ExecutorService processes = Executors.newFixedThreadPool(commands.size());
    List<FailoverReport> promotions = new ArrayList<>();
    try {
      Deadline deadline = Deadline.in(PATIENCE);
      List<Future<List<FailoverReport>>> results = new ArrayList<>();
      for (FailoverCommand command : commands) {
        results.add(processes.submit(() -> checkUntilDone(command, deadline)));
      }
      for (Future<List<FailoverReport>> result : results) {
        promotions.addAll(result.get());
      }
    } finally {
      processes.shutdownNow();
    }
    assertThat(promotions).hasSize(1);
    NodeId heir = ((Promoted) promotions.get(0)).node();
    for (ClusterNode node : shard.replicas()) {
      if (node != old) {
        assertThat(node.isStandby()).isEqualTo(!node.name().equals(heir.name()));
      }
    }
    Servers.tell(nodes.node(heir.name()), "INSERT INTO t VALUES (2)");
  }

  @Test
  void whatIsLeftToBeReplayedDoesNotCancelThePromotion() throws Exception {
    FailoverCommand command = command();
    for (ClusterNode replica : shard.replicas()) {
      replica.set("max_standby_streaming_delay", "0");
      replica.pauseReplay();
    }
    Servers.tell(
        shard.primary(),
        "INSERT INTO t SELECT generate_series(1, 10000)",
        "DELETE FROM t WHERE id % 2 = 0",
        "VACUUM t");
    String written = Servers.ask(shard.primary(), "SELECT pg_current_wal_flush_lsn()");
    for (ClusterNode replica : shard.replicas()) {
      Deadline.in(PATIENCE)
          .await(
              "the log is received",
              () -> Servers.ask(replica, RECEIVED.formatted(written)).equals("t"));
    }
    shard.primary().kill();
    assertThat(command.check()).isInstanceOf(Counting.class);
    assertThat(command.check()).isInstanceOf(Promoted.class);
  }

  @Test
  @SuppressWarnings("try") // what is open counts
  void aPrimaryThatRefusesConnectionsLives() throws Exception {
    String usual = Servers.ask(shard.primary(), "SHOW max_connections");
    shard.primary().set("max_connections", "20");
    shard.primary().restart();
    FailoverCommand command = command();
    List<Connection> all = new ArrayList<>();
    try {
      Deadline.in(PATIENCE)
          .await(
              "the primary has too many connections",
              () -> {
                try {
                  all.add(shard.primary().connect());
                  return false;
                } catch (SQLException e) {
                  return "53300".equals(e.getSQLState());
                }
              });
      for (int i = 0; i < 5; i++) {
        assertThat(command.check()).isInstanceOf(PrimaryAnswers.class);
      }
    } finally {
      for (Connection one : all) {
        one.close();
      }
      shard.primary().set("max_connections", usual);
      shard.primary().restart();
    }
  }

  @Test
  void anIdlePrimaryThatOnlyThisProcessCannotReachStaysTheOnlyOne() throws Exception {
    FailoverCommand command = command();
    shard.awaitReplication();
    nodes.proxy(shard.primary()).refuse();
    assertThat(command.check()).isInstanceOf(Counting.class);
    for (int i = 0; i < 6; i++) {
      FailoverReport report = command.check();
      assertThat(report).isNotInstanceOf(Promoted.class);
      if (report instanceof Refused refused) {
        // A server may take a moment to notice that the session of the check before has ended.
        assertThat(refused.reason()).isIn(Reason.PRIMARY_FEEDS_REPLICAS, Reason.OTHER_PROCESS);
      }
    }
    assertThat(shard.primary().isStandby()).isFalse();
    for (ClusterNode replica : shard.replicas()) {
      assertThat(replica.isStandby()).isTrue();
    }
  }

  @Test
  void aFrozenPrimaryIsReplacedWhenItsReplicasHaveAskedInVain() throws Exception {
    for (ClusterNode replica : shard.replicas()) {
      replica.set("wal_receiver_timeout", "3s");
    }
    FailoverCommand command = command();
    shard.primary().freeze();
    try {
      Deadline.in(PATIENCE).await("one promotes", () -> command.check() instanceof Promoted);
    } finally {
      shard.primary().thaw();
    }
  }

  @Test
  void nothingIsPromotedBeforeTheFormerPrimaryIsFenced() throws Exception {
    String name = shard.primary().name();
    List<String> fenced = new ArrayList<>();
    boolean[] works = {false};
    FailoverCommand command =
        FailoverCommand.builder(set())
            .failures(2)
            .timeout(Duration.ofSeconds(1))
            .fence(
                primary -> {
                  fenced.add(primary.name());
                  if (!works[0]) {
                    throw new IOException("no answer from the machine's console");
                  }
                  for (ClusterNode replica : shard.replicas()) {
                    assertThat(replica.isStandby()).isTrue();
                  }
                })
            .build();
    shard.primary().kill();
    assertThat(command.check()).isInstanceOf(Counting.class);
    assertThat(command.check()).isEqualTo(new Refused(Reason.NOT_FENCED));
    works[0] = true;
    assertThat(command.check()).isInstanceOf(Promoted.class);
    assertThat(fenced).containsExactly(name, name);
  }

  /** As a person does who loses patience, while the command waits for its fence. */
  @Test
  void whoeverIsPromotedMeanwhileStaysTheOnlyOne() throws Exception {
    ClusterNode promoted = shard.replicas().get(0);
    FailoverCommand command =
        FailoverCommand.builder(set())
            .failures(2)
            .timeout(Duration.ofSeconds(1))
            .fence(primary -> Servers.ask(promoted, "SELECT pg_promote(true)"))
            .build();
    shard.primary().kill();
    assertThat(command.check()).isInstanceOf(Counting.class);
    assertThat(command.check()).isEqualTo(new Refused(Reason.PRIMARY_EXISTS));
    assertThat(promoted.isStandby()).isFalse();
    assertThat(shard.replicas().get(1).isStandby()).isTrue();
  }

  @Test
  void whoeverMakesACommandSaysWhatStopsTheFormerPrimary() {
    assertThatThrownBy(() -> FailoverCommand.builder(set()).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("fence(..)");
  }

  @Test
  void aReplicaThatIsTooFarBehindIsNotPromoted() throws Exception {
    FailoverCommand command =
        FailoverCommand.builder(set())
            .failures(2)
            .timeout(Duration.ofSeconds(1))
            .maxExposure(Duration.ZERO)
            .withoutFence()
            .build();
    shard.primary().kill();
    assertThat(command.check()).isInstanceOf(Counting.class);
    assertThat(command.check()).isEqualTo(new Refused(Reason.TOO_FAR_BEHIND));
  }

  @Test
  void aReplicaThatIsFedByAReplicaDoesNotKeepADeadPrimaryAlive() throws Exception {
    ClusterNode first = shard.replicas().get(0);
    ClusterNode second = shard.replicas().get(1);
    second.follow(first);
    shard.awaitReplication();
    FailoverCommand command = command();
    ClusterNode old = shard.primary();
    old.kill();
    assertThat(command.check()).isInstanceOf(Counting.class);
    Deadline.in(PATIENCE).await("one promotes", () -> command.check() instanceof Promoted);
    assertThat(List.of(first.isStandby(), second.isStandby())).containsOnlyOnce(true);
  }

  /** Checks until a primary answers that is not the first; gives the promotions made. */
  private static List<FailoverReport> checkUntilDone(FailoverCommand command, Deadline deadline) {
    List<FailoverReport> promotions = new ArrayList<>();
    deadline.await(
        "a primary answers",
        () -> {
          FailoverReport report = command.check();
          if (report instanceof Promoted) {
            promotions.add(report);
          }
          return report instanceof PrimaryAnswers;
        });
    return promotions;
  }

  /** What another process would have: a replica set of its own, and a command on it. */
  private FailoverCommand command() {
    return FailoverCommand.builder(set())
        .failures(2)
        .timeout(Duration.ofSeconds(1))
        .withoutFence()
        .build();
  }

  private ReplicaSet set() {
    ReplicaSet set = nodes.replicaSet(ReadSettings.defaults(), scheduler).build();
    sets.add(set);
    Deadline.in(PATIENCE)
        .await(
            "freshness is known",
            () -> set.health().stream().allMatch(node -> node.lag().isPresent()));
    return set;
  }
}
