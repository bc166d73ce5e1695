package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.ids.IdsUnavailableException;
import io.shardjdbc.ids.SnowflakeId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A DataSource that is suspended holds nothing outside of its process, and goes on when resumed.
 */
@Timeout(180)
class SuspendTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  @BeforeAll
  static void create() throws SQLException {
    try (ShardDataSource dataSource = open()) {
      Sample.createTables(dataSource);
      Sample.insertUsers(dataSource);
    }
  }

  private static ShardDataSource open() throws SQLException {
    return Replicated.builder(cluster.cluster(), cluster.database())
        .transactions(TransactionMode.TWO_PHASE)
        .build();
  }

  /** In the class's database, on all servers. */
  private static long sessions() throws SQLException {
    long all = 0;
    for (ClusterNode node : cluster.cluster().nodes()) {
      try (Connection connection = node.connect("postgres");
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                      + " AND datname = '%s'".formatted(cluster.database()))) {
        row.next();
        all += row.getLong(1);
      }
    }
    return all;
  }

  /** On a busy machine a first look at servers may take longer than it may. */
  private static void awaitUsers(ShardDataSource dataSource) throws Exception {
    Deadline.in(Replicated.PATIENCE)
        .await(
            "all users to be read",
            () -> {
              try {
                return Sample.rows(dataSource, "SELECT count(*) FROM users")
                    .equals(List.of(String.valueOf(Sample.USERS)));
              } catch (SQLTransientConnectionException e) {
                return false;
              }
            });
  }

  private static boolean isOurs(Thread thread) {
    return thread.isAlive() && thread.getName().startsWith("shardjdbc");
  }

  @LongRun
  @Test
  @SuppressWarnings("try") // of a connection from before
  void whatIsSuspendedHasNoConnectionAndNoThreadAndGoesOnWhenResumed() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (ShardDataSource dataSource = open();
        Connection old = dataSource.getConnection()) {
      awaitUsers(dataSource);
      long first = dataSource.ids().next();
      assertThat(sessions()).isPositive();
      assertThat(dataSource.level()).isNotNull();

      dataSource.suspend();
      dataSource.suspend();
      Deadline.in(Replicated.PATIENCE)
          .await(
              "no thread to be left",
              () ->
                  Thread.getAllStackTraces().keySet().stream()
                      .noneMatch(thread -> isOurs(thread) && !before.contains(thread)));
      Deadline.in(Replicated.PATIENCE).await("no session to be left", () -> sessions() == 0);
      assertThat(dataSource.isSuspended()).isTrue();
      assertThatThrownBy(dataSource::getConnection).hasMessageContaining("SJ0707");
      assertThatThrownBy(dataSource::health).hasMessageContaining("SJ0707");
      assertThatThrownBy(() -> dataSource.ids().next())
          .isInstanceOf(IdsUnavailableException.class)
          .hasMessageContaining("SJ0707");
      assertThatThrownBy(() -> Sample.rows(old, "SELECT count(*) FROM users"))
          .isInstanceOf(SQLException.class);
      assertThat(dataSource.router().explain("SELECT count(*) FROM users")).isNotEmpty();

      dataSource.resume();
      dataSource.resume();
      awaitUsers(dataSource);
      try (Connection connection = dataSource.getConnection()) {
        connection.setAutoCommit(false);
        Sample.update(connection, "UPDATE users SET age = age + 1");
        connection.commit();
      }
      long next = dataSource.ids().next();
      assertThat(next).isGreaterThan(first);
      assertThat(SnowflakeId.of(next).time()).isAfterOrEqualTo(SnowflakeId.of(first).time());
      try (Connection connection = dataSource.getConnection()) {
        assertThat(connection.unwrap(ShardConnection.class).ids().getAsLong()).isGreaterThan(next);
      }
      dataSource.close();
      assertThatThrownBy(dataSource::resume).hasMessageContaining("SJ0701");
      assertThatThrownBy(dataSource::suspend).hasMessageContaining("SJ0701");
    }
  }

  @LongRun
  @Test
  void ownWritesFromBeforeAreSeenWhereReplicasAreBehind() throws Exception {
    List<ClusterNode> replicas =
        cluster.cluster().nodes().stream().filter(node -> !node.name().endsWith("-1")).toList();
    try (ShardDataSource dataSource = open()) {
      Replicated.awaitReplicas(dataSource, 1);
      for (ClusterNode replica : replicas) {
        replica.pauseReplay();
      }
      try {
        Sample.execute(dataSource, "UPDATE users SET name = 'written' WHERE user_id = 1");
        dataSource.suspend();
        dataSource.resume();
        assertThat(Sample.rows(dataSource, Replicated.NAME, 1L)).containsExactly("written");
      } finally {
        for (ClusterNode replica : replicas) {
          replica.resumeReplay();
        }
      }
    }
  }
}
