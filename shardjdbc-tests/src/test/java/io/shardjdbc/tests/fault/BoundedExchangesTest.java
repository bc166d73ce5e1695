package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody waits for a silent server for longer than was asked for, whatever is said to it. */
class BoundedExchangesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder());

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** After how long the pool tests a connection before it lends it again. */
  private static final String LONG_UNUSED =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
          + " AND pid <> pg_backend_pid() AND query = 'SELECT 42'"
          + " AND state_change < clock_timestamp() - interval '1 s'";

  private TcpProxy proxy;
  private ShardDataSource dataSource;

  @BeforeEach
  void open() throws SQLException {
    proxy = cluster.shard("s0").primary().proxy();
    dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.shard("s0").primary().jdbcUrl(cluster.database(), proxy))
            .pool(
                new PoolConfiguration(
                    2, 0, Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(5)))
            .tables(t -> t.sharded("noted", "id"))
            .build();
  }

  @AfterEach
  void close() {
    proxy.close();
    dataSource.close();
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long direct(String sql) throws SQLException {
    return Long.parseLong(plain.rows("s0", sql).get(0));
  }

  /** Something that a caller does. */
  private interface Use {
    void run() throws SQLException;
  }

  private static Throwable untilTold(Use use) throws Exception {
    FutureTask<Throwable> told = new FutureTask<>(() -> catchThrowable(use::run));
    new Thread(told, "caller").start();
    return told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @LongRun
  @Test
  void theTimeOutOfTheNetworkHoldsOnConnectionsThatThePoolHasTested() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 400);
      run(connection, "SELECT 42");
    }
    Deadline.in(PATIENCE).await("the connection is long unused", () -> direct(LONG_UNUSED) > 0);
    try (Connection connection = dataSource.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 400);
      run(connection, "SELECT 42"); // tested before
      proxy.stall();
      assertThat(untilTold(() -> run(connection, "SELECT 42"))).isInstanceOf(SQLException.class);
    }
  }

  @LongRun
  @Test
  void settingsAreBroughtToASilentServerForNoLongerThanAConnectionIsWaitedFor() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "SELECT 42");
      proxy.stall();
      assertThat(untilTold(() -> run(connection, "SET work_mem = '5MB'")))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aQueryTimeOutHoldsForTheBeginningOfItsTransactionToo() throws Exception {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      run(connection, "SELECT 42");
      run(connection, "SET work_mem = '5MB'");
      try (Connection other = dataSource.getConnection()) {
        run(other, "SELECT 42");
      }
      connection.setAutoCommit(false);
      run(connection, "SET LOCAL work_mem = '6MB'");
      statement.setQueryTimeout(1);
      proxy.stall();
      assertThat(untilTold(() -> statement.execute("SELECT 42"))).isInstanceOf(SQLException.class);
    }
  }

  @LongRun
  @Test
  void aQueryTimeOutHoldsForWhatThePlannerAsksToo() throws Exception {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      run(connection, "SELECT 42");
      statement.setQueryTimeout(1);
      proxy.stall();
      assertThat(untilTold(() -> statement.execute("SELECT unheard_of(id) FROM noted")))
          .hasMessageContaining("SJ0502: no answer from shard s0 within 1s");
      assertThat(untilTold(() -> statement.execute("SELECT unheard_of_too(id) FROM noted")))
          .as("where a connection to ask has to be opened first")
          .hasMessageContaining("SJ0502");
    }
  }

  @Test
  void theTimeOutOfTheNetworkHoldsForWhatThePlannerAsks() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "SELECT 42");
      connection.setNetworkTimeout(Runnable::run, 400);
      proxy.stall();
      assertThat(untilTold(() -> connection.prepareStatement("SELECT unheard(id) FROM noted")))
          .hasMessageContaining("SJ0502");
    }
  }

  @LongRun
  @Test
  void aSagaWaitsForASilentServerNoLongerThanItsStepMayTake() throws Exception {
    Saga<SagaState> saga =
        Saga.builder("silent", 1)
            .step(
                "only",
                step ->
                    step.on("noted", state -> 1L)
                        .deadline(Duration.ofSeconds(1))
                        .retry(RetryPolicy.never())
                        .action(
                            (connection, state) -> {
                              proxy.stall();
                              run(connection, "SELECT 42");
                              return state;
                            }))
            .build();
    try (Sagas sagas =
        Sagas.builder(dataSource)
            .saga(saga)
            .withoutBackground()
            .patience(Duration.ofSeconds(1))
            .build()) {
      sagas.install();
      assertThat(untilTold(() -> sagas.run(saga, "silent", SagaState.of("n", 1))))
          .isInstanceOf(SQLException.class);
    }
  }

  /** More than the buffers between here and the server hold. */
  private static final byte[] LARGE = new byte[48 << 20];

  @LongRun
  @Test
  void whatIsWrittenToANetworkThatTakesNothingIsGivenUpToo() throws Exception {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement("SELECT length(?::bytea)")) {
      run(connection, "SELECT 42"); // which finds its shard, however long a busy machine takes
      connection.setNetworkTimeout(Runnable::run, 400);
      proxy.stall();
      insert.setBytes(1, LARGE);
      assertThat(untilTold(insert::executeQuery)).isInstanceOf(SQLException.class);
    }
  }

  @LongRun
  @Test
  void soIsACopy() throws Exception {
    plain.on("s0", "CREATE TABLE IF NOT EXISTS noted (id bigint, note text)");
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "SELECT 42"); // which finds its shard, however long a busy machine takes
      connection.setNetworkTimeout(Runnable::run, 400);
      InputStream rows =
          new InputStream() {
            private long left = LARGE.length;

            @Override
            public int read() {
              byte[] one = new byte[1];
              return read(one, 0, 1) < 0 ? -1 : one[0];
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
              proxy.stall();
              int count = (int) Math.min(length, left);
              for (int i = 0; i < count; i++, left--) {
                bytes[offset + i] = (byte) (left % 8 == 1 ? '\n' : left % 8 == 4 ? '\t' : '7');
              }
              return count == 0 ? -1 : count;
            }
          };
      assertThat(
              untilTold(
                  () -> {
                    try {
                      connection
                          .unwrap(ShardConnection.class)
                          .copy()
                          .copyIn("COPY noted FROM STDIN", rows);
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  }))
          .isInstanceOf(SQLException.class);
    }
  }
}
