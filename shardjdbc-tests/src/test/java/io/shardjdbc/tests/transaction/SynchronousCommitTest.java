package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardXADataSource;
import io.shardjdbc.config.Acknowledgement;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationBuilder;
import io.shardjdbc.config.DecisionDurability;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.failover.ReplicasOf;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.Shutdown;
import io.shardjdbc.transaction.CommitObserver;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What commits wait for where there are standbys to wait for. */
@LongRun
@Timeout(300)
class SynchronousCommitTest {

  private static PostgresCluster cluster;
  private static PlainConnections plain;
  private static List<Long> accounts;
  private static long transfers;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch paused = new CountDownLatch(1);
  private long transfer;

  @BeforeAll
  static void start() throws SQLException {
    cluster =
        PostgresCluster.builder().shards(2).replicasPerShard(1).synchronousReplicas(1).start();
    cluster.createDatabase("app");
    plain = PlainConnections.of(cluster, "app");
    Accounts.createTables(cluster.primaryUrls("app"));
    try (ShardDataSource dataSource = open(CommitObserver.NONE)) {
      accounts = List.copyOf(Accounts.accountOnEach(dataSource, 2).values());
      dataSource.transactions().install();
    }
    cluster.awaitReplication();
  }

  @AfterAll
  static void stop() throws SQLException {
    plain.close();
    cluster.close();
  }

  @BeforeEach
  void next() {
    transfer = ++transfers;
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  private static ShardDataSource open(CommitObserver observer) throws SQLException {
    return open(Accounts.settings(), observer);
  }

  private static ShardDataSource open(TransactionSettings settings, CommitObserver observer)
      throws SQLException {
    ConfigurationBuilder builder = Configuration.builder();
    for (ClusterShard shard : cluster.shards()) {
      builder.shard(
          new ShardConfiguration(
              new ShardId(shard.name()),
              NodeConfiguration.of(shard.primary().jdbcUrl("app")),
              List.of(NodeConfiguration.of(replica(shard.name()).jdbcUrl("app")))));
    }
    return ObservedDataSource.open(
        builder
            .pool(
                new PoolConfiguration(
                    8, 0, Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(5)))
            .transactions(settings)
            .tables(t -> t.sharded("accounts", "account").sharded("entries", "account"))
            .build(),
        observer);
  }

  private static ClusterNode replica(String shard) {
    return cluster.shard(shard).replicas().get(0);
  }

  private static void enter(
      ShardDataSource dataSource, Durability durability, boolean together, List<Long> on, long id)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.unwrap(ShardConnection.class).durability(durability);
      connection.setAutoCommit(!together);
      for (long account : on) {
        Accounts.enter(connection, account, id);
      }
      if (together) {
        connection.commit();
      }
    }
  }

  private static boolean isOnReplica(String shard, long id) throws SQLException {
    return !Accounts.entered(Map.of(shard, replica(shard).jdbcUrl("app")), id).isEmpty();
  }

  private void pause(String shard) {
    try {
      replica(shard).pauseReplay();
      paused.countDown();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns when a commit on a primary waits for its standby. */
  private static void awaitWaiting(String shard) throws SQLException {
    String waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    Deadline.in(Accounts.PATIENCE)
        .await("a commit waits on " + shard, () -> !plain.rows(shard, waiting).isEmpty());
  }

  @Test
  void aSynchronousWriteCanBeReadOnTheStandbyWhenItReturnsAndAnotherCannot() throws Exception {
    List<Long> onFirst = accounts.subList(0, 1);
    try (ShardDataSource dataSource = open(CommitObserver.NONE)) {
      for (boolean together : List.of(false, true)) {
        long id = ++transfers;
        replica("s0").pauseReplay();
        enter(dataSource, Durability.SEMI_SYNC, together, onFirst, id);
        assertThat(isOnReplica("s0", id)).as("received, and not replayed").isFalse();
        long next = ++transfers;
        Future<?> write =
            threads.submit(
                () -> {
                  enter(dataSource, Durability.SYNC, together, onFirst, next);
                  return null;
                });
        awaitWaiting("s0");
        replica("s0").resumeReplay();
        write.get();
        assertThat(isOnReplica("s0", next)).isTrue();
      }
    }
  }

  @Test
  void aSemiSynchronousWriteWaitsForTheStandbysDiskAndALocalOneDoesNot() throws Exception {
    List<Long> onFirst = accounts.subList(0, 1);
    try (ShardDataSource dataSource = open(CommitObserver.NONE)) {
      enter(dataSource, Durability.SEMI_SYNC, false, onFirst, ++transfers);
      replica("s0").freeze();
      Future<?> write;
      try {
        enter(dataSource, Durability.LOCAL, false, onFirst, ++transfers);
        write =
            threads.submit(
                () -> {
                  enter(dataSource, Durability.SEMI_SYNC, false, onFirst, transfer);
                  return null;
                });
        awaitWaiting("s0");
      } finally {
        replica("s0").thaw();
      }
      write.get();
    }
  }

  /** COMMIT PREPARED is not in the transaction whose writes asked for it. */
  @ParameterizedTest
  @EnumSource(Acknowledgement.class)
  void theLastWordOfATwoPhaseCommitWaitsForWhatItsWritesAskedFor(Acknowledgement acknowledgement)
      throws Exception {
    CommitObserver pausing =
        (step, shard) -> {
          if (step == Step.BEFORE_TELLING && shard.name().equals("s1")) {
            pause("s1");
          }
        };
    try (ShardDataSource dataSource = open(Accounts.settings(acknowledgement), pausing)) {
      Future<?> write =
          threads.submit(
              () -> {
                enter(dataSource, Durability.SYNC, true, accounts, transfer);
                return null;
              });
      await(paused); // what waits before that is no last word
      awaitWaiting("s1");
      assertThat(write.isDone()).isFalse();
      replica("s1").resumeReplay();
      write.get();
      assertThat(isOnReplica("s0", transfer)).isTrue();
      assertThat(isOnReplica("s1", transfer)).isTrue();
      requireNothingLeft(dataSource);
    }
  }

  private static void requireNothingLeft(ShardDataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      long account = accounts.get(1);
      assertThat(
              Accounts.number(
                  connection,
                  "SELECT count(*) FROM entries WHERE account = "
                      + account
                      + " AND current_setting('synchronous_commit') = 'on'"))
          .as("nothing of it is left to the next borrower")
          .isPositive();
    }
  }

  /** Nor is that of a transaction manager, which may be in another process. */
  @Test
  void theLastWordOfATransactionManagerWaitsForWhatItsWritesAskedFor() throws Exception {
    Xid xid = new TestXid(transfer);
    try (ShardDataSource dataSource = open(CommitObserver.NONE)) {
      XAConnection xa = new ShardXADataSource(dataSource).getXAConnection();
      XAResource resource = xa.getXAResource();
      Connection connection = xa.getConnection();
      resource.start(xid, XAResource.TMNOFLAGS);
      connection.unwrap(ShardConnection.class).durability(Durability.SYNC);
      for (long account : accounts) {
        Accounts.enter(connection, account, transfer);
      }
      resource.end(xid, XAResource.TMSUCCESS);
      assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
      xa.close();
    }
    try (ShardDataSource another = open(CommitObserver.NONE)) {
      XAResource resource = new ShardXADataSource(another).getXAConnection().getXAResource();
      replica("s1").pauseReplay();
      Future<?> commit =
          threads.submit(
              () -> {
                resource.commit(resource.recover(XAResource.TMSTARTRSCAN)[0], false);
                return null;
              });
      awaitWaiting("s1");
      assertThat(commit.isDone()).isFalse();
      replica("s1").resumeReplay();
      commit.get();
      assertThat(isOnReplica("s0", transfer)).isTrue();
      assertThat(isOnReplica("s1", transfer)).isTrue();
    }
  }

  /** The decision is on the standby when the commit returns; the other shard is told later. */
  @Test
  void whatIsAcknowledgedWhenItIsDecidedWaitsForTheStandbyOfTheDecision() throws Exception {
    TransactionSettings defaults = Accounts.settings(Acknowledgement.DECIDED);
    TransactionSettings settings =
        new TransactionSettings(
            defaults.mode(),
            false,
            DecisionDurability.REMOTE_APPLY,
            defaults.acknowledgement(),
            defaults.commitTimeout(),
            defaults.recoveryInterval(),
            defaults.orphanAge(),
            defaults.keepDecisions());
    CountDownLatch mayTell = new CountDownLatch(1);
    CommitObserver holdingBack =
        (step, shard) -> {
          if (step == Step.BEFORE_DECISION) {
            pause("s0");
          } else if (step == Step.BEFORE_TELLING) {
            await(mayTell);
          }
        };
    try (ShardDataSource dataSource = open(settings, holdingBack)) {
      Future<?> write =
          threads.submit(
              () -> {
                Accounts.transfer(dataSource, accounts, transfer);
                return null;
              });
      await(paused); // what waits before that is no last word
      awaitWaiting("s0");
      assertThat(write.isDone()).isFalse();
      replica("s0").resumeReplay();
      write.get();
      assertThat(isOnReplica("s0", transfer)).isTrue();
      assertThat(Accounts.entered(plain, transfer)).as("decided, and not yet told").hasSize(1);
      mayTell.countDown();
    }
    assertThat(Accounts.entered(plain, transfer)).hasSize(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(Accounts.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The deciding shard's own writes may ask for less than those that it decides. */
  @Test
  void theDecisionWaitsForAsMuchAsAnyPartOfItsTransaction() throws Exception {
    CommitObserver pausing =
        (step, shard) -> {
          if (step == Step.BEFORE_DECISION) {
            pause("s0");
          }
        };
    try (ShardDataSource dataSource = open(pausing)) {
      Future<?> write =
          threads.submit(
              () -> {
                try (Connection connection = dataSource.getConnection()) {
                  ShardConnection mine = connection.unwrap(ShardConnection.class);
                  connection.setAutoCommit(false);
                  mine.durability(Durability.LOCAL);
                  Accounts.enter(connection, accounts.get(0), transfer);
                  mine.durability(Durability.SYNC);
                  Accounts.enter(connection, accounts.get(1), transfer);
                  connection.commit();
                }
                return null;
              });
      await(paused); // what waits before that is no last word
      awaitWaiting("s0");
      replica("s0").resumeReplay();
      write.get();
      assertThat(isOnReplica("s0", transfer)).isTrue();
      assertThat(isOnReplica("s1", transfer)).isTrue();
    }
  }

  @Test
  void withoutAStandbyWhatWouldWaitForEverIsRefused() throws Exception {
    try (ShardDataSource dataSource = open(CommitObserver.NONE)) {
      enter(dataSource, Durability.SYNC, false, accounts, transfer);
      replica("s1").stop(Shutdown.FAST);
      try {
        Deadline.in(Accounts.PATIENCE).await("refusal", () -> isRefused(dataSource));
        for (boolean together : List.of(false, true)) {
          assertThatThrownBy(
                  () -> enter(dataSource, Durability.SYNC, together, accounts, ++transfers))
              .hasMessageContaining("SJ0507")
              .hasMessageContaining("s1");
        }
        enter(dataSource, Durability.LOCAL, false, accounts, ++transfers);
      } finally {
        replica("s1").start();
      }
    }
  }

  /** Sees what the probe has seen; nothing is sent to a server for it. */
  private static boolean isRefused(ShardDataSource dataSource) throws SQLException {
    try {
      ReplicasOf.shard(dataSource, "s1").checkDurability(Durability.SYNC);
      return false;
    } catch (SQLException e) {
      return true;
    }
  }
}
