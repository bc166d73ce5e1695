package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows of one shard are changed through the result that shows them, and keep their shard. */
class ChangedRowsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final String ONE = "SELECT user_id, name, age FROM users WHERE user_id = ?";

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    Sample.execute(dataSource, "INSERT INTO countries VALUES ('de', 'Germany')");
    Sample.execute(dataSource, "INSERT INTO settings VALUES ('colour', 'red')");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(Sample.lent(dataSource)).isZero();
  }

  /** What is done with the first row of a query. */
  private interface Change {
    void make(ResultSet rows) throws SQLException;
  }

  private static void onRow(String sql, Object value, Change change) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      onRow(connection, sql, value, change);
    }
  }

  private static void onRow(Connection connection, String sql, Object value, Change change)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            sql, ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
      statement.setObject(1, value);
      try (ResultSet rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
        change.make(rows);
      }
    }
  }

  private static Object user(long id) throws SQLException {
    return Sample.rows(dataSource, ONE, id);
  }

  @Test
  void aRowIsChangedOnItsShard() throws SQLException {
    for (long id = 1; id <= 6; id++) {
      onRow(
          ONE,
          id,
          rows -> {
            assertThat(rows.getConcurrency()).isEqualTo(ResultSet.CONCUR_UPDATABLE);
            rows.updateString("name", "changed");
            rows.updateInt(3, 44);
            rows.updateRow();
            assertThat(rows.getString(2)).isEqualTo("changed");
          });
      assertThat(user(id)).asString().isEqualTo("[" + id + ",changed,44]");
    }
    Sample.execute(dataSource, "UPDATE users SET name = 'user' || user_id WHERE user_id <= 6");
  }

  @Test
  void soIsOneOfAStatementWithoutParametersAndOfATableOnOneShard() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement =
            connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE)) {
      for (String sql :
          new String[] {
            "SELECT u.age, u.name, u.user_id FROM users AS u WHERE u.user_id = 9 ORDER BY u.name",
            "SELECT * FROM settings"
          }) {
        try (ResultSet rows = statement.executeQuery(sql)) {
          rows.next();
          rows.updateString(2, "blue");
          rows.updateRow();
        }
      }
    }
    assertThat(user(9)).asString().startsWith("[9,blue");
    assertThat(Sample.rows(dataSource, "SELECT * FROM settings")).containsExactly("colour,blue");
  }

  @Test
  void aRowIsDeletedOrAddedWhereItsKeyLives() throws SQLException {
    onRow(
        "SELECT user_id, name FROM users WHERE user_id = ?",
        11L,
        rows -> {
          rows.deleteRow();
          rows.moveToInsertRow();
          rows.updateString("name", "again");
          rows.updateLong("user_id", 11);
          rows.insertRow();
        });
    assertThat(user(11)).asString().isEqualTo("[11,again,null]");
  }

  @Test
  void aRowIsNotAddedOnAShardThatDoesNotOwnItsKey() throws SQLException {
    long here = Sample.userOn(dataSource, "s0");
    long elsewhere = Sample.userOn(dataSource, "s1");
    onRow(
        "SELECT user_id, name FROM users WHERE user_id = ?",
        here,
        rows -> {
          rows.moveToInsertRow();
          rows.updateLong(1, elsewhere + 1_000_000);
          rows.updateString(2, "new");
          if (!dataSource.shardOf("users", elsewhere + 1_000_000).name().equals("s0")) {
            assertThatThrownBy(rows::insertRow).hasMessageStartingWith("SJ0702");
          }
          rows.moveToInsertRow();
          rows.updateString(2, "without a key");
          assertThatThrownBy(rows::insertRow).hasMessageStartingWith("SJ");
        });
  }

  @Test
  void aRowKeepsItsKey() throws SQLException {
    onRow(
        ONE,
        12L,
        rows -> {
          rows.updateLong("user_id", 13_000);
          assertThatThrownBy(rows::updateRow).hasMessageStartingWith("SJ0308");
          rows.cancelRowUpdates();
          rows.updateString("name", "twelve");
          rows.updateRow();
        });
    assertThat(user(12)).asString().startsWith("[12,twelve");
  }

  @Test
  void whatWasMeantForARowToInsertIsNotTakenForNothing() throws SQLException {
    onRow(
        ONE,
        16L,
        rows -> {
          rows.moveToInsertRow();
          rows.updateLong("user_id", 14_000);
          rows.moveToCurrentRow();
          rows.cancelRowUpdates();
          rows.updateString("name", "sixteen");
          assertThatThrownBy(rows::updateRow).hasMessageStartingWith("SJ0308");
        });
    assertThat(user(16)).asString().startsWith("[16,user16");
  }

  @Test
  void whatATriggerWouldDoToItIsAskedFirst() throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " UPDATE users SET age = 0 WHERE user_id = NEW.age; RETURN NEW; END $$");
    Sample.execute(
        dataSource,
        "CREATE TRIGGER tell AFTER UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION tell()");
    try {
      onRow(
          "SELECT user_id, post_id, title FROM posts WHERE user_id = ?",
          14L,
          rows -> {
            rows.updateString("title", "other");
            assertThatThrownBy(rows::updateRow)
                .hasMessage(refusal("UPDATE posts SET title = 'other' WHERE user_id = 14"));
          });
    } finally {
      Sample.execute(dataSource, "DROP TRIGGER tell ON posts");
    }
  }

  private static String refusal(String sql) {
    try {
      Sample.execute(dataSource, sql);
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("not refused: " + sql);
  }

  @Test
  void aRefusedChangeAbortsItsTransaction() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      onRow(
          connection,
          ONE,
          15L,
          rows -> {
            rows.updateString("name", "lost");
            rows.updateRow();
            rows.updateLong("user_id", 13_000);
            assertThatThrownBy(rows::updateRow).hasMessageStartingWith("SJ0308");
          });
      assertThatThrownBy(() -> Sample.rows(connection, "SELECT 1"))
          .hasMessageStartingWith("SJ0604");
      connection.rollback();
    }
    assertThat(user(15)).asString().startsWith("[15,user15");
  }

  @Test
  void rowsOfSeveralShardsAndCopiesAreRead() throws SQLException {
    for (String sql :
        new String[] {
          "SELECT user_id, name FROM users WHERE age >= ?",
          "SELECT code, name FROM countries WHERE length(name) > ?",
          "SELECT u.user_id, u.name FROM users u JOIN posts p USING (user_id) WHERE user_id = ?"
        }) {
      onRow(
          sql,
          2,
          rows -> {
            assertThat(rows.getConcurrency()).as(sql).isEqualTo(ResultSet.CONCUR_READ_ONLY);
            assertThatThrownBy(() -> rows.updateString(2, "x")).hasMessageStartingWith("SJ0702");
            assertThatThrownBy(rows::deleteRow).hasMessageStartingWith("SJ0702");
            assertThatThrownBy(rows::moveToInsertRow).hasMessageStartingWith("SJ0702");
          });
    }
  }

  @Test
  void whatIsOfTheSessionOrGivesNoRowsRunsAsEver() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement =
            connection.createStatement(
                ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
      statement.execute("SET app.changed = 'yes'");
      statement.execute("BEGIN");
      assertThat(statement.executeUpdate("UPDATE users SET age = age WHERE user_id = 3"))
          .isPositive();
      statement.execute("ROLLBACK");
      try (ResultSet rows = statement.executeQuery("SHOW app.changed")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("yes");
        assertThatThrownBy(() -> rows.updateString(1, "no")).hasMessageStartingWith("SJ0702");
      }
    }
  }
}
