package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.pool.Greetings;
import io.shardjdbc.pool.NodeAddress;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections that the library keeps beside a pool end with it, also those that come too late. */
class KeptConnectionsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(1));

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String CLOSED = "SJ0701";

  private static NodePool pool(String url) {
    NodeAddress address = new NodeAddress(new ShardId("s0"), "s0.primary", url, null, null);
    return new NodePool(address, PoolConfiguration.defaults(), null, new Greetings());
  }

  private static boolean hasNoSession(String application) throws SQLException {
    try (Connection connection = cluster.connect("s0");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = '"
                    + application
                    + "'")) {
      row.next();
      return row.getInt(1) == 0;
    }
  }

  private static String named(String url, String application) {
    return url + (url.contains("?") ? "&" : "?") + "ApplicationName=" + application;
  }

  @Test
  void oneThatIsForgottenEndsWithThePool() throws Exception {
    NodePool pool = pool(named(cluster.primaryUrls().get("s0"), "forgotten"));
    Connection forgotten = pool.openKept();
    assertThat(forgotten.isValid(0)).isTrue();
    assertThat(hasNoSession("forgotten")).isFalse();
    pool.close();
    Deadline.in(PATIENCE).await("it has ended", () -> hasNoSession("forgotten"));
    assertThatThrownBy(pool::openKept)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(CLOSED);
  }

  @Test
  void soDoesOneThatIsOpenedMeanwhile() throws Exception {
    ClusterNode primary = cluster.cluster().shard("s0").primary();
    try (TcpProxy proxy = primary.proxy()) {
      NodePool pool = pool(named(primary.jdbcUrl(cluster.database(), proxy), "late"));
      proxy.stall();
      CompletableFuture<String> opening = Beside.get(() -> outcome(pool));
      Deadline.in(PATIENCE).await("it is under way", () -> proxy.openConnections() > 0);
      pool.close();
      proxy.pass();
      assertThat(opening.get(60, TimeUnit.SECONDS)).contains(CLOSED);
      Deadline.in(PATIENCE).await("it has ended", () -> hasNoSession("late"));
    }
  }

  private static String outcome(NodePool pool) {
    try {
      return pool.openKept().toString();
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
