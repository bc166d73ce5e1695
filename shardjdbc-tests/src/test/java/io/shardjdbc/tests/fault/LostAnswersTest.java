package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A write whose answer is lost is an unknown outcome, and nothing that invites doing it again. */
class LostAnswersTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AtomicLong KEYS = new AtomicLong(1000);
  private static final String INSERT = "INSERT INTO entry VALUES (?, 1)";

  private final long key = KEYS.incrementAndGet();
  private TcpProxy proxy;
  private ShardDataSource dataSource;

  /** Something that a caller does on a connection. */
  private interface Use {
    void on(Connection connection) throws SQLException;
  }

  @BeforeAll
  static void createTables() throws SQLException {
    plain.on(
        "s0",
        """
        CREATE TABLE entry (id bigint, n int);
        CREATE FUNCTION note(k bigint) RETURNS bigint LANGUAGE sql
          AS 'INSERT INTO entry VALUES (k, 1) RETURNING id';
        CREATE PROCEDURE note_twice(k bigint) LANGUAGE plpgsql AS $$
          BEGIN
            INSERT INTO entry VALUES (k, 1);
            COMMIT;
            INSERT INTO entry VALUES (k, 2);
          END $$;
        """);
  }

  @BeforeEach
  void open() throws SQLException {
    proxy = cluster.shard("s0").primary().proxy();
    dataSource = open(TransactionMode.SINGLE_SHARD);
  }

  private ShardDataSource open(TransactionMode mode) throws SQLException {
    return ShardDataSource.builder()
        .shard("s0", cluster.shard("s0").primary().jdbcUrl(cluster.database(), proxy))
        .shard("s1", cluster.primaryUrls().get("s1"))
        .transactions(mode)
        .pool(
            new PoolConfiguration(
                4, 0, Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(5)))
        .tables(t -> t.single("entry", "s0").single("made", "s0"))
        .schema(SchemaMode.OFF) // else a change of the schema asks before it runs
        .build();
  }

  @AfterEach
  void close() {
    proxy.close();
    dataSource.close();
  }

  private static long direct(String sql) throws SQLException {
    return Long.parseLong(plain.rows("s0", sql).get(0));
  }

  private long written() throws SQLException {
    return direct("SELECT count(*) FROM entry WHERE id = " + key);
  }

  /** What a caller is told whose network swallows the answer, and is cut when the row stands. */
  private Throwable cutWhenDone(Use prepare, Use use) throws Exception {
    return cutWhenDone(prepare, use, () -> written() > 0);
  }

  private Throwable cutWhenDone(Use prepare, Use use, Deadline.Condition<SQLException> done)
      throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      useOnce(connection);
      prepare.on(connection);
      proxy.stallReplies();
      FutureTask<Throwable> told = new FutureTask<>(() -> catchThrowable(() -> use.on(connection)));
      new Thread(told, "caller").start();
      Deadline.in(PATIENCE).await("the write stands", done);
      assertThat(told).isNotDone();
      proxy.resetConnections();
      return told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** Asks what is asked once of a table and of a function, and leaves a connection pooled. */
  private static void useOnce(Connection connection) throws SQLException {
    run(connection, "INSERT INTO entry VALUES (-1, 1)");
    run(connection, "/* shardjdbc: shard=s0 */ SELECT note(-1)");
    run(connection, "SELECT count(*) FROM entry");
  }

  private static void nothing(Connection connection) {}

  private static void isUnknown(Throwable told) {
    assertThat(told).isInstanceOf(UnknownOutcomeException.class).hasMessageContaining("s0");
    assertThat(((SQLException) told).getSQLState()).isEqualTo("08007");
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWriteInAutoCommitModeIsUnknownInEveryMode(TransactionMode mode) throws Exception {
    dataSource.close();
    dataSource = open(mode);
    isUnknown(
        cutWhenDone(
            LostAnswersTest::nothing,
            connection -> {
              try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                insert.setLong(1, key);
                insert.executeUpdate();
              }
            }));
    assertThat(written()).isOne();
  }

  @Test
  void soIsAWriteThatReturnsRows() throws Exception {
    isUnknown(
        cutWhenDone(
            LostAnswersTest::nothing,
            c -> run(c, "INSERT INTO entry VALUES (" + key + ", 1) RETURNING n")));
  }

  @Test
  void soIsABatch() throws Exception {
    Throwable told =
        cutWhenDone(
            LostAnswersTest::nothing,
            connection -> {
              try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                for (int i = 0; i < 3; i++) {
                  insert.setLong(1, key);
                  insert.addBatch();
                }
                insert.executeBatch();
              }
            });
    assertThat(told).isInstanceOf(BatchUpdateException.class);
    assertThat(((SQLException) told).getSQLState()).isEqualTo("08007");
    isUnknown(told.getCause());
    assertThat(written()).isEqualTo(3);
  }

  @Test
  void soIsABatchOfPlainTexts() throws Exception {
    Throwable told =
        cutWhenDone(
            LostAnswersTest::nothing,
            connection -> {
              try (Statement statement = connection.createStatement()) {
                statement.addBatch("INSERT INTO entry VALUES (" + key + ", 1)");
                statement.addBatch("INSERT INTO entry VALUES (" + key + ", 2)");
                statement.executeBatch();
              }
            });
    isUnknown(told.getCause());
  }

  @Test
  void soIsASelectThatWrites() throws Exception {
    isUnknown(
        cutWhenDone(
            LostAnswersTest::nothing,
            c -> run(c, "/* shardjdbc: shard=s0 */ SELECT note(" + key + ")")));
  }

  @Test
  void soIsAProcedureThatHasCommittedAPart() throws Exception {
    String call = "/* shardjdbc: shard=s0 */ CALL note_twice(" + key + ")";
    isUnknown(
        cutWhenDone(c -> c.prepareStatement(call).close(), c -> run(c, call))); // its body is known
  }

  @Test
  void soIsAProcedureWhoseSessionIsEndedAfterItsFirstCommit() throws Exception {
    try (Connection holder = cluster.connect("s0");
        Connection connection = dataSource.getConnection()) {
      run(holder, "BEGIN; LOCK TABLE entry IN SHARE MODE");
      FutureTask<Throwable> told =
          new FutureTask<>(
              () ->
                  catchThrowable(
                      () ->
                          run(
                              connection,
                              "/* shardjdbc: shard=s0 */ DO $$ BEGIN COMMIT; INSERT INTO entry"
                                  + " VALUES (1, 1); END $$")));
      new Thread(told, "caller").start();
      endSessionThatWaits();
      isUnknown(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }
  }

  private static void endSessionThatWaits() throws SQLException {
    Deadline.in(PATIENCE)
        .await(
            "a session waits, and is ended",
            () ->
                direct(
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                            + " WHERE wait_event_type = 'Lock' AND datname = current_database()")
                    > 0);
  }

  @LongRun
  @ParameterizedTest
  @ValueSource(strings = {"", "-- so\n", "/* a * b /* c */ */ "})
  void aWriteWhoseSessionTheServerEndsWasNotDone(String head) throws Exception {
    try (Connection holder = cluster.connect("s0");
        Connection connection = dataSource.getConnection()) {
      run(holder, "BEGIN; LOCK TABLE entry IN SHARE MODE");
      FutureTask<Throwable> told =
          new FutureTask<>(
              () ->
                  catchThrowable(() -> run(connection, head + "INSERT INTO entry SELECT " + key)));
      new Thread(told, "caller").start();
      endSessionThatWaits();
      assertThat(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(SQLTransientException.class);
      assertThat(written()).isZero();
    }
  }

  @Test
  void soIsAChangeOfTheSchema() throws Exception {
    isUnknown(
        cutWhenDone(
            LostAnswersTest::nothing,
            c -> run(c, "CREATE TABLE made (id bigint)"),
            () -> direct("SELECT count(to_regclass('made'))") == 1));
  }

  @Test
  void soIsACommitOfOneShard() throws Exception {
    isUnknown(
        cutWhenDone(
            connection -> {
              connection.setAutoCommit(false);
              run(connection, "INSERT INTO entry VALUES (" + key + ", 1)");
            },
            Connection::commit));
  }

  @Test
  void soIsACommitOfWhatASelectWrote() throws Exception {
    isUnknown(
        cutWhenDone(
            connection -> {
              connection.setAutoCommit(false);
              run(connection, "/* shardjdbc: shard=s0 */ SELECT note(" + key + ")");
            },
            Connection::commit));
  }

  @LongRun
  @ParameterizedTest
  @EnumSource
  void aWriteThatTimesOutOnASilentServerIsUnknown(TransactionMode mode) throws Exception {
    dataSource.close();
    dataSource = open(mode);
    isUnknown(silent(connection -> executeWithin(connection, 1)));
    assertThat(written()).isOne();
  }

  @Test
  void soIsOneThatTheNetworksTimeOutEnds() throws Exception {
    isUnknown(
        silent(
            connection -> {
              connection.setNetworkTimeout(Runnable::run, 500);
              executeWithin(connection, 0);
            }));
  }

  @Test
  void soIsOneWhoseConnectionIsAbortedMeanwhile() throws Exception {
    Connection connection = dataSource.getConnection();
    useOnce(connection);
    proxy.stallReplies();
    FutureTask<Throwable> told =
        new FutureTask<>(() -> catchThrowable(() -> executeWithin(connection, 0)));
    new Thread(told, "caller").start();
    Deadline.in(PATIENCE).await("the write stands", () -> written() > 0);
    connection.abort(Runnable::run);
    isUnknown(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
  }

  private Throwable silent(Use use) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      useOnce(connection);
      proxy.stallReplies();
      return catchThrowable(() -> use.on(connection));
    } finally {
      proxy.resetConnections();
    }
  }

  private void executeWithin(Connection connection, int seconds) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setQueryTimeout(seconds);
      insert.setLong(1, key);
      insert.executeUpdate();
    }
  }

  @Test
  void aWriteThatWasNeverSentIsTransient() throws Exception {
    proxy.refuse();
    try (Connection connection = dataSource.getConnection()) {
      Throwable told = catchThrowable(() -> executeWithin(connection, 0));
      assertThat(told).isInstanceOf(SQLTransientException.class);
    }
    assertThat(written()).isZero();
  }

  @Test
  void aReadWhoseAnswerIsLostIsTransient() throws Exception {
    Use read =
        connection -> {
          connection.setNetworkTimeout(Runnable::run, 500);
          run(connection, "SELECT count(*) FROM entry");
        };
    assertThat(silent(read)).isInstanceOf(SQLTransientException.class);
  }

  @LongRun
  @Test
  void aTransactionWhoseStatementIsCutIsNotUnknownAsNothingOfItStands() throws Exception {
    Throwable told =
        silent(
            connection -> {
              connection.setAutoCommit(false);
              connection.setNetworkTimeout(Runnable::run, 500);
              executeWithin(connection, 0);
            });
    assertThat(told).isInstanceOf(SQLTransientException.class);
    assertThat(written()).isZero();
  }

  @Test
  void aWriteThatTheServerCancelsInTimeWasNotDone() throws Exception {
    try (Connection holder = DriverManager.getConnection(cluster.primaryUrls().get("s0"));
        Connection connection = dataSource.getConnection()) {
      run(holder, "BEGIN; LOCK TABLE entry IN SHARE MODE");
      Throwable told = catchThrowable(() -> executeWithin(connection, 1));
      assertThat(told).isInstanceOf(java.sql.SQLTransientException.class);
    }
    assertThat(written()).isZero();
  }
}
