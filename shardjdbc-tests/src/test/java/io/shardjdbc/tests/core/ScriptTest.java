package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Texts of several statements run as one transaction, each statement on the shards it needs. */
class ScriptTest {

  private static final PoolConfiguration IMPATIENT =
      new PoolConfiguration(
          1, 1, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(5));

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private Connection connection;
  private Statement statement;

  @BeforeAll
  static void openDataSource() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
  }

  @AfterAll
  static void closeDataSource() {
    dataSource.close();
  }

  @BeforeEach
  void open() throws SQLException {
    Sample.execute(dataSource, "TRUNCATE settings");
    connection = dataSource.getConnection();
    statement = connection.createStatement();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void eachStatementLeavesItsResult() throws SQLException {
    boolean rows =
        statement.execute(
            """
            -- a semicolon; in a comment
            INSERT INTO settings VALUES ('a;b', '1'), ('c', $$;$$);
            SELECT count(*) FROM users;;
            /* ; */ UPDATE settings SET value = '2';
            SELECT value FROM settings ORDER BY 1;
            """);
    assertThat(rows).isFalse();
    assertThat(statement.getUpdateCount()).isEqualTo(2);
    assertThat(statement.getMoreResults()).isTrue();
    assertThat(Sample.rows(statement.getResultSet())).containsExactly("" + Sample.USERS);
    assertThat(statement.getMoreResults()).isFalse();
    assertThat(statement.getUpdateCount()).isEqualTo(2);
    assertThat(statement.getMoreResults()).isTrue();
    assertThat(Sample.rows(statement.getResultSet())).containsExactly("2", "2");
    assertThat(statement.getMoreResults()).isFalse();
    assertThat(statement.getUpdateCount()).isEqualTo(-1);
    assertThat(connection.getAutoCommit()).isTrue();
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM settings")).containsExactly("2");
  }

  @Test
  void rowsThatAreKeptStayOpen() throws SQLException {
    statement.execute("SELECT 1; SELECT name FROM users WHERE user_id = 7; SELECT 3");
    var first = statement.getResultSet();
    assertThat(statement.getMoreResults(Statement.KEEP_CURRENT_RESULT)).isTrue();
    var second = statement.getResultSet();
    assertThat(Sample.rows(first)).containsExactly("1");
    assertThat(Sample.rows(second)).containsExactly("user7");
    assertThat(statement.getMoreResults(Statement.CLOSE_ALL_RESULTS)).isTrue();
    assertThat(first.isClosed() && second.isClosed()).isTrue();
  }

  @Test
  void aFailureLeavesNothing() throws SQLException {
    assertThatThrownBy(
            () -> statement.execute("INSERT INTO settings VALUES ('x', '1'); SELECT 1 / 0"))
        .isInstanceOf(SQLException.class)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo("22012");
    assertThat(Sample.rows(connection, "SELECT count(*) FROM settings")).containsExactly("0");
  }

  @Test
  void beginAndCommitAmongThemMeanWhatTheySay() throws SQLException {
    assertThatThrownBy(
            () ->
                statement.execute(
                    "BEGIN; INSERT INTO settings VALUES ('x', '1'); COMMIT;"
                        + " INSERT INTO settings VALUES ('y', '1'); SELECT 1 / 0"))
        .isInstanceOf(SQLException.class);
    assertThat(Sample.rows(connection, "SELECT name FROM settings")).containsExactly("x");
    statement.execute("BEGIN; INSERT INTO settings VALUES ('z', '1')");
    statement.execute("ROLLBACK");
    assertThat(Sample.rows(connection, "SELECT count(*) FROM settings")).containsExactly("1");
  }

  @Test
  void aTransactionOfTheCallersGoesOn() throws SQLException {
    connection.setAutoCommit(false);
    statement.execute(
        "INSERT INTO settings VALUES ('x', '1'); INSERT INTO settings VALUES ('y', '1')");
    connection.rollback();
    assertThat(Sample.rows(connection, "SELECT count(*) FROM settings")).containsExactly("0");
  }

  @Test
  void whatATransactionCannotDoAScriptCannot() throws SQLException {
    long here = Sample.userOn(dataSource, "s1");
    long there = Sample.userOn(dataSource, "s2");
    String update = "UPDATE users SET age = -1 WHERE user_id = ";
    assertThatThrownBy(() -> statement.execute(update + here + "; " + update + there))
        .isInstanceOf(SQLException.class)
        .hasMessageStartingWith("SJ06");
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM users WHERE age = -1"))
        .containsExactly("0");
  }

  @Test
  void preparedStatementsTakeTheValuesOfTheirOwnMarkers() throws SQLException {
    long user = Sample.userOn(dataSource, "s1");
    String sql =
        "UPDATE users SET age = ? WHERE user_id = ?; SELECT age FROM users WHERE user_id = ?;"
            + " SELECT count(*) FROM users WHERE age = ?";
    try (PreparedStatement prepared = connection.prepareStatement(sql)) {
      for (int age : new int[] {501, 502}) {
        prepared.setInt(1, age);
        prepared.setLong(2, user);
        prepared.setLong(3, user);
        prepared.setInt(4, age);
        assertThat(prepared.execute()).isFalse();
        assertThat(prepared.getUpdateCount()).isEqualTo(1);
        assertThat(prepared.getMoreResults()).isTrue();
        assertThat(Sample.rows(prepared.getResultSet())).containsExactly("" + age);
        assertThat(prepared.getMoreResults()).isTrue();
        assertThat(Sample.rows(prepared.getResultSet())).containsExactly("1");
        assertThat(prepared.getMoreResults()).isFalse();
        assertThat(prepared.getUpdateCount()).isEqualTo(-1);
      }
      assertThatThrownBy(prepared::addBatch)
          .isInstanceOf(SQLFeatureNotSupportedException.class)
          .hasMessageStartingWith("SJ0203");
    }
    Sample.update(connection, "UPDATE users SET age = 1 WHERE user_id = ?", user);
  }

  /** As the driver does: what the batch has so far stays in it. */
  @Test
  void aBatchTakesNoneWhenItIsAdded() throws SQLException {
    statement.addBatch("INSERT INTO settings VALUES ('a', '1');");
    assertThatThrownBy(
            () ->
                statement.addBatch(
                    "INSERT INTO settings VALUES ('b', '2'); UPDATE settings SET value = '3'"))
        .isInstanceOf(SQLFeatureNotSupportedException.class)
        .hasMessageStartingWith("SJ0203");
    statement.addBatch("INSERT INTO settings VALUES ('c', 'x; y')");
    assertThat(statement.executeBatch()).containsExactly(1, 1);
    assertThat(Sample.rows(connection, "SELECT value FROM settings ORDER BY 1"))
        .containsExactly("1", "x; y");
  }

  @Test
  void aHintHoldsForAllOfThem() throws SQLException {
    statement.execute(
        "/* shardjdbc: shard=s1 */ SELECT count(*) > 0 FROM users; SELECT count(*) FROM users");
    assertThat(statement.getMoreResults()).isTrue();
    assertThat(Sample.rows(statement.getResultSet()).get(0)).isNotEqualTo("" + Sample.USERS);
  }

  @Test
  void methodsThatWantOneKindOfResultRefuseTheOther() throws SQLException {
    String query = "SELECT 1; UPDATE settings SET value = '3'";
    assertThat(Sample.rows(statement.executeQuery(query))).containsExactly("1");
    assertThatThrownBy(() -> statement.executeQuery("SELECT 1; SELECT 2"))
        .hasMessageStartingWith("SJ0706");
    assertThatThrownBy(() -> statement.executeUpdate(query)).hasMessageStartingWith("SJ0705");
  }

  @Test
  void emptyStatementsInFrontLeaveNoResult() throws SQLException {
    assertThat(statement.execute("/* nothing */; SELECT 5")).isTrue();
    assertThat(Sample.rows(statement.getResultSet())).containsExactly("5");
    assertThatThrownBy(() -> statement.executeUpdate("; SELECT 1"))
        .hasMessageStartingWith("SJ0705");
    assertThat(statement.execute(" ; -- nothing")).isFalse();
  }

  @Test
  void functionsOfJdbcNeedNoTable() throws SQLException {
    assertThat(
            Sample.rows(
                statement.executeQuery(
                    "SELECT {fn curdate()} = current_date, {fn char(65)}, {fn ifnull(null, 'x')},"
                        + " {fn timestampadd(SQL_TSI_DAY, 1, {fn now()})} > {fn now()}")))
        .containsExactly("t,A,x,t");
  }

  @Test
  void whatATextMeansIsNotSet() throws SQLException {
    for (String setting :
        List.of(
            "standard_conforming_strings = off",
            "transform_null_equals = on -- = off",
            "transform_null_equals = on",
            "transform_null_equals TO 'true'",
            "array_nulls = off",
            "extra_float_digits = -5",
            "seed = 0.5")) {
      assertThatThrownBy(() -> statement.execute("SET " + setting))
          .isInstanceOf(SQLFeatureNotSupportedException.class);
      String[] parts = setting.split(" (?:=|TO) ", -1);
      String value = parts[1].replace("'", "");
      for (String call :
          List.of(
              "SELECT set_config('%s', '%s', false)",
              "SELECT pg_catalog.set_config('%s', '%s', true)",
              "SELECT set_config('%s', '%s', false), 1",
              "SELECT set_config('%s', '%s' || '', false)")) {
        assertThatThrownBy(() -> statement.execute(call.formatted(parts[0], value)))
            .as(call)
            .isInstanceOf(SQLFeatureNotSupportedException.class);
      }
    }
    statement.execute("SET standard_conforming_strings = on");
    statement.execute("SET array_nulls TO DEFAULT");
    statement.execute("SELECT set_config('extra_float_digits', '3', false)");
  }

  @Test
  void aServerThatReadsTextsOtherwiseIsRefused() {
    for (String setting :
        List.of(
            "standard_conforming_strings%3Doff",
            "transform_null_equals%3Don", "array_nulls%3Doff")) {
      String url = cluster.primaryUrls().get("s0") + "&options=-c%20" + setting;
      assertThatThrownBy(
              () -> {
                try (ShardDataSource other =
                        ShardDataSource.builder()
                            .shard("s0", url)
                            .pool(IMPATIENT)
                            .tables(t -> t.single("settings", "s0"))
                            .build();
                    Connection refused = other.getConnection()) {
                  Sample.rows(refused, "SELECT 1");
                }
              })
          .isInstanceOf(SQLException.class)
          .hasStackTraceContaining(setting.substring(0, setting.indexOf('%')));
    }
  }
}
