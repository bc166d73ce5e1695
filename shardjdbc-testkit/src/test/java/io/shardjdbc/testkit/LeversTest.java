package io.shardjdbc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@LongRun
class LeversTest {

  private static PostgresCluster cluster;
  private static ClusterNode primary;
  private static ClusterNode replica;

  @BeforeAll
  static void start() {
    cluster = PostgresCluster.builder().replicasPerShard(1).start();
    primary = cluster.shard("s0").primary();
    replica = cluster.shard("s0").replicas().get(0);
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void emptyTable() throws SQLException {
    run("DROP TABLE IF EXISTS t", "CREATE TABLE t (id int)");
    cluster.awaitReplication();
  }

  @Test
  void pausedReplayHidesRowsThatWereReceived() throws Exception {
    replica.pauseReplay();
    run("INSERT INTO t VALUES (1)");
    String written = ask(primary, "SELECT pg_current_wal_flush_lsn()");

    Deadline.in(Duration.ofSeconds(30))
        .await(
            "the replica has received the row",
            () ->
                ask(replica, "SELECT pg_last_wal_receive_lsn() >= '" + written + "'").equals("t"));
    assertThat(ask(replica, "SELECT count(*) FROM t")).isEqualTo("0");

    replica.resumeReplay();
    cluster.awaitReplication();
    assertThat(ask(replica, "SELECT count(*) FROM t")).isEqualTo("1");
  }

  @Test
  void delayedReplayWaitsBeforeItShowsACommit() throws Exception {
    replica.delayReplay(Duration.ofHours(1));
    run("INSERT INTO t VALUES (1)");

    Deadline.in(Duration.ofSeconds(30))
        .await(
            "replay waits for the delay",
            () ->
                ask(
                        replica,
                        "SELECT count(*) FROM pg_stat_activity"
                            + " WHERE wait_event = 'RecoveryApplyDelay'")
                    .equals("1"));
    assertThat(ask(replica, "SELECT count(*) FROM t")).isEqualTo("0");

    replica.delayReplay(Duration.ZERO);
    cluster.awaitReplication();
    assertThat(ask(replica, "SELECT count(*) FROM t")).isEqualTo("1");
  }

  @Test
  void aStoppedReplicaCatchesUpAfterItsStart() throws Exception {
    for (Shutdown how : Shutdown.values()) {
      replica.stop(how);
      assertThat(replica.isRunning()).isFalse();
      assertThatThrownBy(replica::connect).isInstanceOf(SQLException.class);
      run("INSERT INTO t VALUES (1)");
      int port = replica.port();

      replica.start();

      cluster.awaitReplication();
      assertThat(replica.port()).isEqualTo(port);
      assertThat(ask(replica, "SELECT count(*) FROM t"))
          .isEqualTo(ask(primary, "SELECT count(*) FROM t"));
    }
  }

  @Test
  void aKilledPrimaryHasItsCommitsAfterItsStart() throws Exception {
    try (Connection session = primary.connect()) {
      run("INSERT INTO t VALUES (1)");
      primary.kill();
      assertThat(primary.isRunning()).isFalse();
      assertThatThrownBy(() -> Sql.value(session, "SELECT 1")).isInstanceOf(SQLException.class);
    }

    primary.start();

    run("INSERT INTO t VALUES (2)");
    cluster.awaitReplication();
    assertThat(ask(replica, "SELECT string_agg(id::text, ' ' ORDER BY id) FROM t"))
        .isEqualTo("1 2");
  }

  @Test
  void aFrozenServerIsSilentUntilItIsThawed() throws Exception {
    try (Connection session = primary.connect();
        Connection other = primary.connect()) {
      primary.freeze();
      assertThat(primary.isRunning()).isTrue();
      session.setNetworkTimeout(Runnable::run, 300);
      assertThatThrownBy(() -> Sql.value(session, "SELECT 1")).isInstanceOf(SQLException.class);

      primary.thaw();
      assertThat(Sql.value(other, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void aSettingHoldsAtOnceAndAfterARestart() throws Exception {
    primary.set("work_mem", "5MB");
    assertThat(ask(primary, "SHOW work_mem")).isEqualTo("5MB");
    primary.restart();
    assertThat(ask(primary, "SHOW work_mem")).isEqualTo("5MB");
  }

  @Test
  void aNodeIsKnownByItsRoleAndItsName() throws Exception {
    assertThat(primary.isStandby()).isFalse();
    assertThat(replica.isStandby()).isTrue();
    assertThat(ask(replica, "SHOW cluster_name")).isEqualTo(replica.name());
    assertThat(ask(primary, "SELECT application_name FROM pg_stat_replication"))
        .isEqualTo(replica.name());
  }

  private static void run(String... statements) throws SQLException {
    try (Connection connection = primary.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String ask(ClusterNode node, String query) throws SQLException {
    try (Connection connection = node.connect()) {
      return Sql.value(connection, query);
    }
  }
}
