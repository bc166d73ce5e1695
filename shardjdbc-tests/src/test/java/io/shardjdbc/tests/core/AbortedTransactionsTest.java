package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A statement that fails aborts its transaction, whoever finds the fault and whatever method it
 * came by, and nothing runs in it until it is rolled back.
 */
class AbortedTransactionsTest {

  private static final String ABORTED = "25P02";
  private static final String RENAME = "UPDATE users SET name = ? WHERE user_id = ?";
  private static final String NAME = "SELECT name FROM users WHERE user_id = ?";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static long here;
  private static long there;

  private Connection connection;

  private interface Act {
    void on(Connection connection) throws Exception;
  }

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).gather(new GatherLimits(40, 1_000_000)).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    Sample.execute(dataSource, "INSERT INTO countries VALUES ('de', 'Germany')");
    here = Sample.userOn(dataSource, "s0");
    there = Sample.userOn(dataSource, "s1");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    connection = dataSource.getConnection();
    Sample.update(connection, RENAME, "first", here);
    connection.setAutoCommit(false);
  }

  @AfterEach
  void everythingIsGivenBack() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Act text(String sql) {
    return connection -> run(connection, sql);
  }

  /** Statements that fail, most of which no server ever hears of. */
  private static Map<String, Act> failures() {
    Map<String, Act> all = new LinkedHashMap<>();
    all.put("of the server", text("UPDATE users SET age = 1 / 0 WHERE user_id = " + here));
    all.put("of syntax", text("SELEC 1"));
    all.put("of a hint", text("/* shardjdbc: shard=s9 */ SELECT 1"));
    all.put("of a table", text("SELECT * FROM nowhere"));
    all.put("of a NULL key", text("INSERT INTO users (user_id, name) VALUES (NULL, 'x')"));
    all.put(
        "of a NULL key that is bound",
        c -> Sample.update(c, "INSERT INTO users (user_id, name) VALUES (?, 'x')", (Object) null));
    all.put("of a missing key", text("INSERT INTO users (name) VALUES ('x')"));
    all.put("of a changed key", text("UPDATE users SET user_id = user_id + 1"));
    all.put("of a second shard", c -> Sample.update(c, RENAME, "second", there));
    all.put("of session functions", text("SELECT currval('ids')"));
    all.put("of a copy", text("UPDATE countries SET name = gen_random_uuid()"));
    all.put(
        "of a gather too large",
        c -> Sample.rows(c, "SELECT u.name, p.title FROM users u, posts p ORDER BY 1, 2"));
    all.put("of locks over shards", c -> Sample.rows(c, "SELECT * FROM users FOR UPDATE"));
    all.put("of an unknown mode", text("SET LOCAL shardjdbc.transactions = 'none'"));
    all.put("of a setting", text("SET work_mem = 'much'"));
    all.put("of a local setting", text("SET LOCAL work_mem = 'much'"));
    all.put("of preparing a transaction", text("PREPARE TRANSACTION 'x'"));
    all.put("of a savepoint", text("ROLLBACK TO nowhere"));
    all.put("of a released savepoint", text("RELEASE nowhere"));
    all.put("of a text of several", text("SELECT 1; SELECT * FROM nowhere"));
    all.put("of preparing", c -> c.prepareStatement("SELECT * FROM nowhere"));
    all.put("of a call", c -> c.prepareCall("{call nowhere_at_all(1)}").execute());
    all.put("of metadata", c -> metaData(c, "SELECT nothing FROM users WHERE user_id = ?"));
    all.put(
        "of a batch",
        c -> {
          try (Statement statement = c.createStatement()) {
            statement.addBatch("INSERT INTO users (user_id, name) VALUES (NULL, 'x')");
            statement.executeBatch();
          }
        });
    all.put(
        "of a prepared batch",
        c -> {
          try (PreparedStatement statement =
              c.prepareStatement("INSERT INTO users (user_id, name) VALUES (?, 'x')")) {
            statement.setNull(1, Types.BIGINT);
            statement.addBatch();
            statement.executeBatch();
          }
        });
    all.put("of COPY", c -> copyIn(c, "COPY nowhere FROM STDIN", "1\tx\n"));
    all.put("of COPY's data", c -> copyIn(c, "COPY users (user_id, name) FROM STDIN", "\\N\tx\n"));
    all.put("of COPY's kind", c -> copyIn(c, "COPY users TO STDOUT", ""));
    all.put(
        "of COPY out",
        c ->
            c.unwrap(ShardConnection.class)
                .copy()
                .copyOut("COPY nowhere TO STDOUT", OutputStream.nullOutputStream()));
    return all;
  }

  private static void metaData(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.getMetaData();
    }
  }

  private static void copyIn(Connection connection, String sql, String data) throws Exception {
    connection
        .unwrap(ShardConnection.class)
        .copy()
        .copyIn(sql, new ByteArrayInputStream(data.getBytes(StandardCharsets.UTF_8)));
  }

  /** What would run if the transaction were not aborted. */
  private static Map<String, Act> statements() {
    Map<String, Act> all = new LinkedHashMap<>();
    all.put("SELECT 1", text("SELECT 1"));
    all.put("a reference table", text("SELECT * FROM countries"));
    all.put("a table of one shard", text("SELECT * FROM settings"));
    all.put("the same shard", c -> Sample.rows(c, NAME, here));
    all.put("another shard", c -> Sample.rows(c, NAME, there));
    all.put("all shards", c -> Sample.rows(c, "SELECT count(*) FROM users"));
    all.put("a write", c -> Sample.update(c, RENAME, "second", here));
    all.put("a row without its key", text("INSERT INTO users (user_id) VALUES (NULL)"));
    all.put("what is not declared", text("SELECT * FROM nowhere"));
    all.put("a setting", text("SET work_mem = '3MB'"));
    all.put("a reset setting", text("RESET work_mem"));
    all.put("a local setting", text("SET LOCAL work_mem = '3MB'"));
    all.put("a setting of a transaction", text("SET TRANSACTION READ ONLY"));
    all.put("set_config", text("SELECT set_config('work_mem', '3MB', true)"));
    all.put("a mode", text("SET LOCAL shardjdbc.transactions = 'two-phase'"));
    all.put("BEGIN", text("BEGIN"));
    all.put("a savepoint", text("SAVEPOINT a"));
    all.put("a savepoint of JDBC", Connection::setSavepoint);
    all.put("a released savepoint", text("RELEASE a"));
    all.put("a schema", c -> c.setSchema("public"));
    all.put("its schema", Connection::getSchema);
    all.put("its isolation", Connection::getTransactionIsolation);
    all.put("tables", c -> c.getMetaData().getTables(null, null, "users", null));
    all.put("metadata", c -> metaData(c, "SELECT name FROM users WHERE user_id = ?"));
    all.put("several", text("SELECT 1; SELECT 2"));
    all.put("copying in", c -> copyIn(c, "COPY users (user_id, name) FROM STDIN", "99\tx\n"));
    all.put(
        "copying out",
        c ->
            c.unwrap(ShardConnection.class)
                .copy()
                .copyOut("COPY users TO STDOUT", OutputStream.nullOutputStream()));
    all.put(
        "a batch",
        c -> {
          try (Statement statement = c.createStatement()) {
            statement.addBatch("DELETE FROM users WHERE user_id = " + here);
            statement.executeBatch();
          }
        });
    return all;
  }

  private static String stateOf(Throwable e) {
    return String.valueOf(((SQLException) e).getSQLState());
  }

  private void fail(String name, Act failure) {
    Throwable told = catchThrowable(() -> failure.on(connection));
    assertThat(told).as("the failure %s", name).isInstanceOf(SQLException.class);
    assertThat(stateOf(told)).as("the failure %s", name).isNotEqualTo(ABORTED);
  }

  private void requireAborted(String name) {
    statements()
        .forEach(
            (what, statement) -> {
              Throwable told = catchThrowable(() -> statement.on(connection));
              assertThat(told).as("%s after %s", what, name).isInstanceOf(SQLException.class);
              assertThat(stateOf(told)).as("%s after %s: %s", what, name, told).isEqualTo(ABORTED);
            });
  }

  @Test
  void whateverFailsAbortsTheTransactionUntilItIsRolledBack() throws SQLException {
    for (Map.Entry<String, Act> failure : failures().entrySet()) {
      Sample.update(connection, RENAME, "second", here);
      fail(failure.getKey(), failure.getValue());
      requireAborted(failure.getKey());
      connection.rollback();
      assertThat(Sample.rows(connection, NAME, here)).containsExactly("first");
      connection.commit();
    }
  }

  @Test
  void aFirstStatementThatFailsAbortsTheTransactionToo() throws SQLException {
    Map<String, Act> failures = failures();
    failures.remove("of a second shard"); // which is the first one then
    failures.remove("of a local setting"); // which waits for a shard to hold on
    for (Map.Entry<String, Act> failure : failures.entrySet()) {
      fail(failure.getKey(), failure.getValue());
      requireAborted(failure.getKey());
      connection.rollback();
    }
  }

  @Test
  void aSavepointRecoversFromWhateverFailed() throws SQLException {
    for (Map.Entry<String, Act> failure : failures().entrySet()) {
      Sample.update(connection, RENAME, "second", here);
      Savepoint savepoint = connection.setSavepoint();
      fail(failure.getKey(), failure.getValue());
      assertThat(stateOf(catchThrowable(() -> run(connection, "SELECT 1")))).isEqualTo(ABORTED);
      connection.rollback(savepoint);
      assertThat(Sample.rows(connection, NAME, here)).containsExactly("second");
      connection.rollback();
    }
  }

  @Test
  void aCommitAfterwardsCommitsNothingAndSaysSo() throws SQLException {
    for (Map.Entry<String, Act> failure : failures().entrySet()) {
      Sample.update(connection, RENAME, "second", here);
      fail(failure.getKey(), failure.getValue());
      assertThatThrownBy(connection::commit)
          .as(failure.getKey())
          .satisfies(e -> assertThat(stateOf(e)).isEqualTo(ABORTED));
      assertThat(Sample.rows(connection, NAME, here)).as(failure.getKey()).containsExactly("first");
      connection.commit();
    }
  }

  @Test
  void aCommitThatLosesNothingButWhatHasFailedSaysNothing() throws SQLException {
    Map<String, Act> failures = failures();
    failures.remove("of a second shard"); // it is the first one here
    for (Map.Entry<String, Act> failure : failures.entrySet()) {
      Sample.rows(connection, NAME, here);
      fail(failure.getKey(), failure.getValue());
      connection.commit();
    }
    try (Statement batch = connection.createStatement()) {
      batch.addBatch("UPDATE users SET name = 'second' WHERE user_id = " + here);
      batch.addBatch("INSERT INTO users (user_id, name) VALUES (" + here + ", 'again')");
      assertThatThrownBy(batch::executeBatch).isInstanceOf(BatchUpdateException.class);
    }
    connection.commit();
    assertThat(Sample.rows(connection, NAME, here)).containsExactly("first");
    connection.commit();
  }

  @Test
  @SuppressWarnings("try") // closed early on purpose
  void whatSendsNothingToAServerAbortsNothing() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RENAME)) {
      statement.setString(1, "second");
      assertThatThrownBy(() -> statement.setString(3, "x")).hasMessageContaining("SJ0703");
      assertThatThrownBy(statement::executeUpdate).hasMessageContaining("parameter");
      statement.setLong(2, here);
      assertThatThrownBy(() -> statement.executeUpdate("SELECT 1")).hasMessageContaining("SJ0703");
      assertThat(statement.executeUpdate()).isEqualTo(1);
      assertThatThrownBy(statement::executeQuery).hasMessageContaining("SJ0704");
      statement.close();
      assertThatThrownBy(statement::executeUpdate).hasMessageContaining("SJ0701");
    }
    assertThatThrownBy(() -> connection.setReadOnly(true)).hasMessageContaining("SJ0608");
    assertThatThrownBy(
            () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
        .hasMessageContaining("SJ0608");
    connection.commit();
    assertThat(Sample.rows(connection, NAME, here)).containsExactly("second");
  }

  @Test
  void aTransactionBegunInSqlIsAbortedAlike() throws SQLException {
    connection.setAutoCommit(true);
    run(connection, "BEGIN");
    Sample.update(connection, RENAME, "second", here);
    assertThatThrownBy(() -> run(connection, "SELECT * FROM nowhere"))
        .hasMessageContaining("SJ0301");
    assertThatThrownBy(() -> run(connection, "SELECT 1"))
        .satisfies(e -> assertThat(stateOf(e)).isEqualTo(ABORTED));
    run(connection, "ROLLBACK");
    assertThat(Sample.rows(connection, NAME, here)).containsExactly("first");
  }

  @Test
  void aTextMayRollBackWhatItFindsAborted() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    assertThatThrownBy(() -> run(connection, "SELECT * FROM nowhere"))
        .hasMessageContaining("SJ0301");
    run(connection, "ROLLBACK; SELECT 1");
    assertThat(Sample.rows(connection, NAME, here)).containsExactly("first");
  }

  @Test
  void rowsOfAnAbortedTransactionAreNotUpdated() throws SQLException {
    String url = cluster.primaryUrls().get("s0");
    try (ShardDataSource one =
            ShardDataSource.builder()
                .shard("s0", url)
                .tables(t -> t.sharded("users", "user_id"))
                .build();
        Connection alone = one.getConnection()) {
      alone.setAutoCommit(false);
      try (Statement statement =
              alone.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE);
          ResultSet rows = statement.executeQuery("SELECT * FROM users WHERE user_id = " + here)) {
        rows.next();
        assertThatThrownBy(() -> run(alone, "SELECT * FROM nowhere")).hasMessageContaining("0301");
        rows.updateString("name", "second");
        assertThatThrownBy(rows::updateRow)
            .satisfies(e -> assertThat(stateOf(e)).isEqualTo(ABORTED));
        alone.rollback();
      }
      try (Statement statement =
              alone.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE);
          ResultSet rows = statement.executeQuery("SELECT * FROM users WHERE user_id = " + here)) {
        rows.next();
        rows.updateString("name", null);
        assertThatThrownBy(rows::updateRow).hasMessageContaining("null value");
        assertThat(stateOf(catchThrowable(() -> run(alone, "SELECT 1")))).isEqualTo(ABORTED);
      }
    }
  }
}
