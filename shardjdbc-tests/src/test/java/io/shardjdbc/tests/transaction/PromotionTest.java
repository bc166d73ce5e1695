package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Acknowledgement;
import io.shardjdbc.config.DecisionDurability;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.Shutdown;
import io.shardjdbc.transaction.CommitObserver;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The deciding shard loses its primary, and a replica that had heard less is promoted: what that
 * loses, and that a decision which waits for a synchronous standby is not lost.
 *
 * <p>Also the participants that cannot take part, because the cluster is at hand.
 */
@Timeout(300)
class PromotionTest {

  private static PostgresCluster cluster;
  private static Map<String, String> urls;
  private static List<Long> accounts;

  @BeforeAll
  static void start() throws SQLException {
    cluster = PostgresCluster.builder().shards(2).replicasPerShard(1).start();
    cluster.createDatabase("app");
    urls = cluster.primaryUrls("app");
    Accounts.createTables(urls);
    try (ShardDataSource dataSource = Accounts.open(urls)) {
      accounts = List.copyOf(Accounts.accountOnEach(dataSource, 2).values());
      dataSource.transactions().install();
    }
    cluster.awaitReplication();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static ShardDataSource open(DecisionDurability durability) throws SQLException {
    TransactionSettings settings =
        new TransactionSettings(
            TransactionMode.TWO_PHASE,
            false,
            durability,
            Acknowledgement.TOLD,
            Duration.ofSeconds(3),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofHours(1));
    return ObservedDataSource.open(
        Accounts.configuration(cluster.primaryUrls("app")).transactions(settings).build(),
        CommitObserver.NONE);
  }

  /** The deciding primary dies while its replica is away, which is promoted then. */
  private static void promoteTheReplicaThatWasAway(ClusterNode replica) throws SQLException {
    cluster.shard("s0").primary().kill();
    replica.start();
    replica.promote();
  }

  private static ClusterNode replicaThatGoesAway() throws SQLException {
    ClusterNode replica = cluster.shard("s0").replicas().get(0);
    replica.stop(Shutdown.FAST);
    return replica;
  }

  @LongRun
  @Test
  void onlyADecisionThatWaitsForASynchronousStandbySurvivesThePromotionOfAnother()
      throws SQLException {
    // Asynchronous: the commit is acknowledged, and the decision is lost with the primary.
    ClusterNode replica = replicaThatGoesAway();
    try (ShardDataSource dataSource = open(DecisionDurability.ON)) {
      Accounts.transfer(dataSource, accounts, 1);
    }
    promoteTheReplicaThatWasAway(replica);
    try (ShardDataSource dataSource = open(DecisionDurability.ON)) {
      assertThat(dataSource.transactions().recover().isClean()).isTrue();
    }
    assertThat(Accounts.entered(cluster.primaryUrls("app"), 1))
        .as("the shards disagree, as docs/limits.md says")
        .containsExactly(accounts.get(1));

    // Synchronous: what the standby has not heard of is not acknowledged, nor told to the others.
    ClusterNode diverged = cluster.shard("s0").replicas().get(0);
    diverged.rebuildFrom(cluster.shard("s0").primary());
    cluster.shard("s0").primary().set("synchronous_standby_names", "ANY 1 (*)");
    try (ShardDataSource dataSource = open(DecisionDurability.ON)) {
      Accounts.transfer(dataSource, accounts, 2);
      cluster.awaitReplication();
      ClusterNode away = cluster.shard("s0").replicas().get(0);
      away.stop(Shutdown.FAST);
      assertThatThrownBy(() -> Accounts.transfer(dataSource, accounts, 3))
          .isInstanceOf(UnknownOutcomeException.class)
          .hasMessageContaining("SJ0611");
      cluster.shard("s0").primary().kill();
      away.start();
      away.promote();
    }
    try (ShardDataSource dataSource = open(DecisionDurability.ON)) {
      Deadline.in(Accounts.PATIENCE)
          .await("recovery", () -> dataSource.transactions().recover().isClean());
      assertThat(dataSource.transactions().inDoubt()).isEmpty();
    }
    Map<Long, Integer> entered = Accounts.entered(cluster.primaryUrls("app"));
    assertThat(entered).containsEntry(2L, 2).doesNotContainKey(3L);
  }

  @Test
  void aServerThatCannotPrepareIsRefusedBeforeAnythingIsSentToIt() throws SQLException {
    ClusterNode s1 = cluster.shard("s1").primary();
    try (Connection connection = s1.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET max_prepared_transactions = 0");
    }
    s1.restart();
    try {
      theSecondWriteIsRefusedAndTheFirstStandsBehindASavepoint(
          cluster.primaryUrls("app"), 10, "SJ0613");
    } finally {
      try (Connection connection = s1.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("ALTER SYSTEM RESET max_prepared_transactions");
      }
      s1.restart();
    }
  }

  @Test
  void aReplicaThatIsConfiguredAsPrimaryIsRefused() throws SQLException {
    Map<String, String> misled = new java.util.LinkedHashMap<>(cluster.primaryUrls("app"));
    misled.put("s1", cluster.shard("s1").replicas().get(0).jdbcUrl("app"));
    theSecondWriteIsRefusedAndTheFirstStandsBehindASavepoint(misled, 11, "SJ0614");
  }

  private static void theSecondWriteIsRefusedAndTheFirstStandsBehindASavepoint(
      Map<String, String> shards, long transfer, String code) throws SQLException {
    try (ShardDataSource dataSource = Accounts.open(shards);
        Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      Accounts.enter(connection, accounts.get(0), transfer);
      Savepoint savepoint = connection.setSavepoint();
      assertThatThrownBy(() -> Accounts.enter(connection, accounts.get(1), transfer))
          .hasMessageContaining(code)
          .hasMessageContaining("s1");
      connection.rollback(savepoint);
      connection.commit();
    }
    assertThat(Accounts.entered(cluster.primaryUrls("app"), transfer))
        .containsExactly(accounts.get(0));
  }
}
