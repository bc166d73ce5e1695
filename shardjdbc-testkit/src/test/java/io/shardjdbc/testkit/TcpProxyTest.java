package io.shardjdbc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TcpProxyTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private TcpProxy proxy;

  @BeforeEach
  void open() {
    proxy = cluster.shard("s0").primary().proxy();
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void aNewProxyPassesEverything() throws Exception {
    try (Connection connection = connect()) {
      assertThat(Sql.value(connection, "SELECT length(repeat('x', 10000000))"))
          .isEqualTo("10000000");
      assertThat(Sql.value(connection, "SELECT repeat('x', 1000000)")).hasSize(1_000_000);
      assertThat(proxy.openConnections()).isEqualTo(1);
    }
    Deadline.in(Duration.ofSeconds(10))
        .await("the connection is gone", () -> proxy.openConnections() == 0);
  }

  @Test
  void aDelayHoldsEachAnswerBackForAsLong() throws Exception {
    try (Connection connection = connect()) {
      proxy.delay(Duration.ofMillis(100));
      long begin = System.nanoTime();
      assertThat(Sql.value(connection, "SELECT 1")).isEqualTo("1");
      assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(200_000_000L);
    }
  }

  @Test
  void aStalledConnectionGoesOnWhereItStood() throws Exception {
    try (Connection connection = connect();
        Connection watcher = cluster.connect("s0")) {
      proxy.stall();
      Thread waiting = new Thread(() -> createTable(connection));
      waiting.start();
      waiting.join(200);
      assertThat(waiting.isAlive()).isTrue();
      assertThat(exists(watcher)).isFalse();

      proxy.pass();
      waiting.join();
      assertThat(exists(watcher)).isTrue();
    }
  }

  @Test
  void aNewConnectionThroughAStalledProxyRunsIntoItsTimeOut() {
    proxy.stall();
    assertThatThrownBy(() -> DriverManager.getConnection(url() + "&socketTimeout=1"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void aStatementWhoseReplyStallsIsExecutedAllTheSame() throws Exception {
    try (Connection connection = connect();
        Connection watcher = cluster.connect("s0")) {
      proxy.stallReplies();
      connection.setNetworkTimeout(Runnable::run, 300);
      assertThatThrownBy(() -> Sql.value(connection, "CREATE TABLE t (); SELECT 1"))
          .isInstanceOf(SQLException.class);
      Deadline.in(Duration.ofSeconds(10)).await("the table is there", () -> exists(watcher));
    } finally {
      try (Connection connection = cluster.connect("s0");
          Statement statement = connection.createStatement()) {
        statement.execute("DROP TABLE t");
      }
    }
  }

  @Test
  void aResetCutsConnectionsOldAndNewUntilTheProxyPasses() throws Exception {
    try (Connection connection = connect()) {
      proxy.reset();
      assertThatThrownBy(() -> Sql.value(connection, "SELECT 1")).isInstanceOf(SQLException.class);
    }
    assertThatThrownBy(this::connect).isInstanceOf(SQLException.class);
    proxy.pass();
    connect().close();
  }

  @Test
  void resettingConnectionsLeavesNewOnesAlone() throws Exception {
    try (Connection connection = connect()) {
      proxy.resetConnections();
      assertThatThrownBy(() -> Sql.value(connection, "SELECT 1")).isInstanceOf(SQLException.class);
      connect().close();
    }
  }

  @Test
  void aRefusingProxyIsLikeNoServerUntilItPasses() throws Exception {
    int port = proxy.port();
    proxy.refuse();
    assertThatThrownBy(() -> new Socket(proxy.host(), port)).isInstanceOf(ConnectException.class);
    proxy.pass();
    assertThat(proxy.port()).isEqualTo(port);
    connect().close();
  }

  @Test
  void aProxyWorksInFrontOfAnythingThatIsNotThereYet() {
    try (TcpProxy alone = TcpProxy.to("localhost", 1)) {
      assertThatThrownBy(
              () ->
                  DriverManager.getConnection(
                      "jdbc:postgresql://" + alone.host() + ":" + alone.port() + "/x?user=x"))
          .isInstanceOf(SQLException.class);
    }
  }

  private String url() {
    return cluster.shard("s0").primary().jdbcUrl(cluster.database(), proxy);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  private static void createTable(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t ()");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean exists(Connection connection) throws SQLException {
    return Sql.isTrue(connection, "to_regclass('t') IS NOT NULL");
  }
}
