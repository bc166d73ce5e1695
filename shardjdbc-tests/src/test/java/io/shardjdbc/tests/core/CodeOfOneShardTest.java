package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Functions and views of tables that live on one shard are on that shard, and are found there. */
class CodeOfOneShardTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Sample.builder(cluster).tables(t -> t.single("limits", "s2").defaultShard("s1")).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    Sample.execute(dataSource, "CREATE TABLE limits (name text PRIMARY KEY, most int)");
    Sample.execute(dataSource, "INSERT INTO settings VALUES ('colour', 'red'), ('size', '7')");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private static List<String> shardsWith(String function) throws SQLException {
    List<String> with = new ArrayList<>();
    for (String shard : List.of("s0", "s1", "s2")) {
      try (Connection connection = cluster.connect(shard)) {
        if (!Sample.rows(connection, "SELECT 1 FROM pg_proc WHERE proname = ?", function)
            .isEmpty()) {
          with.add(shard);
        }
      }
    }
    return with;
  }

  @Test
  void aFunctionThatReadsOneIsMadeCalledChangedAndDroppedThere() throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE FUNCTION setting(text) RETURNS text STABLE LANGUAGE sql"
            + " AS 'SELECT value FROM settings WHERE name = $1'");

    assertThat(shardsWith("setting")).containsExactly("s0");
    assertThat(Sample.rows(dataSource, "SELECT setting('colour')")).containsExactly("red");
    assertThat(Sample.rows(dataSource, "SELECT name, setting(name) FROM settings ORDER BY 1"))
        .containsExactly("colour,red", "size,7");
    assertThatThrownBy(() -> Sample.rows(dataSource, "SELECT setting('size') FROM users"))
        .hasMessageContaining("SJ0345");

    Sample.execute(dataSource, "COMMENT ON FUNCTION setting(text) IS 'told'");
    Sample.execute(dataSource, "ALTER FUNCTION setting(text) VOLATILE");
    Sample.execute(
        dataSource,
        "CREATE OR REPLACE FUNCTION setting(text) RETURNS text STABLE LANGUAGE sql"
            + " RETURN (SELECT 'is ' || value FROM settings WHERE name = $1)");
    assertThat(Sample.rows(dataSource, "SELECT setting('size')")).containsExactly("is 7");
    Sample.execute(dataSource, "DROP FUNCTION setting(text)");
    assertThat(shardsWith("setting")).isEmpty();
  }

  @Test
  void soIsOneThatWritesIt() throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE PROCEDURE set_to(n text, v text) LANGUAGE sql BEGIN ATOMIC"
            + " INSERT INTO settings VALUES (n, v)"
            + " ON CONFLICT (name) DO UPDATE SET value = excluded.value; END");
    Sample.execute(dataSource, "CALL set_to('shape', 'round')");

    assertThat(Sample.rows(dataSource, "SELECT value FROM settings WHERE name = 'shape'"))
        .containsExactly("round");
    Sample.execute(dataSource, "DELETE FROM settings WHERE name = 'shape'");
    Sample.execute(dataSource, "DROP PROCEDURE set_to");
  }

  @Test
  void soIsOneThatReturnsItsRowsOrCallsAnother() throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE FUNCTION all_settings() RETURNS SETOF settings STABLE LANGUAGE plpgsql"
            + " AS 'BEGIN RETURN QUERY SELECT * FROM settings; END'");
    Sample.execute(
        dataSource,
        "CREATE FUNCTION colour() RETURNS text STABLE LANGUAGE sql"
            + " AS $$ SELECT value FROM all_settings() WHERE name = 'colour' $$");

    assertThat(Sample.rows(dataSource, "SELECT * FROM all_settings() ORDER BY name"))
        .containsExactly("colour,red", "size,7");
    assertThat(Sample.rows(dataSource, "SELECT colour()")).containsExactly("red");
    assertThat(shardsWith("colour")).containsExactly("s0");
    Sample.execute(dataSource, "DROP FUNCTION colour(), all_settings()");
  }

  @Test
  void oneOfOtherTablesIsOnAllShards() throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE FUNCTION name_of(bigint) RETURNS text STABLE LANGUAGE sql"
            + " AS 'SELECT name FROM users WHERE user_id = $1'");

    assertThat(shardsWith("name_of")).hasSize(3);
    assertThat(Sample.rows(dataSource, "SELECT name_of(?)", 5L)).containsExactly("user5");
    Sample.execute(dataSource, "DROP FUNCTION name_of");
    assertThat(shardsWith("name_of")).isEmpty();
  }

  @Test
  void oneOfARowTypeThatIsNoTablesIsOnAllShards() throws SQLException {
    Sample.execute(dataSource, "CREATE TYPE pair AS (a int, b int)");
    Sample.execute(
        dataSource,
        "CREATE FUNCTION swapped(p pair) RETURNS pair IMMUTABLE LANGUAGE sql"
            + " AS 'SELECT ROW(p.b, p.a)::pair'");

    assertThat(shardsWith("swapped")).hasSize(3);
    assertThat(Sample.rows(dataSource, "SELECT DISTINCT swapped(ROW(1, 2)::pair)::text FROM users"))
        .containsExactly("(2,1)");
    Sample.execute(dataSource, "DROP FUNCTION swapped(pair)");
    Sample.execute(dataSource, "DROP TYPE pair");
  }

  @Test
  void oneOfATableThatIsNotDeclaredIsWhereThatIs() throws SQLException {
    Sample.execute(dataSource, "CREATE TABLE other (n int)");
    Sample.execute(
        dataSource,
        "CREATE FUNCTION others() RETURNS SETOF other LANGUAGE sql AS 'SELECT * FROM other'");

    assertThat(shardsWith("others")).containsExactly("s1");
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM others()")).containsExactly("0");
    Sample.execute(dataSource, "DROP FUNCTION others");
    Sample.execute(dataSource, "DROP TABLE other");
  }

  @Test
  void whatNoShardCanHaveIsRefused() throws SQLException {
    for (String definition :
        List.of(
            "CREATE FUNCTION both() RETURNS int LANGUAGE sql"
                + " AS 'SELECT most FROM limits JOIN settings USING (name)'",
            "CREATE VIEW both AS SELECT name FROM limits UNION SELECT name FROM settings")) {
      assertThatThrownBy(() -> Sample.execute(dataSource, definition))
          .as(definition)
          .hasMessageContaining("SJ0311");
    }
    assertThat(shardsWith("both")).isEmpty();
  }

  @Test
  void aViewOfOneAndOfSpreadTablesIsReplacedByItsQuery() throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE VIEW coloured AS SELECT u.user_id, s.value FROM users u CROSS JOIN settings s WHERE"
            + " s.name = 'colour'");

    assertThat(Sample.rows(dataSource, "SELECT count(*), max(value) FROM coloured"))
        .containsExactly(Sample.USERS + ",red");
    assertThat(Sample.rows(dataSource, "SELECT value FROM coloured WHERE user_id = 3"))
        .containsExactly("red");
    Sample.execute(dataSource, "DROP VIEW coloured");
  }

  @Test
  void aQueryThatWritesWithinItselfAndCallsOneIsAWrite() throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE FUNCTION told(text) RETURNS text STABLE LANGUAGE sql"
            + " AS 'SELECT value FROM settings WHERE name = $1'");
    String sql =
        "WITH w AS (UPDATE settings SET value = value WHERE name = 'size' RETURNING name)"
            + " SELECT told(name) FROM w";

    assertThat(Sample.rows(dataSource, sql)).containsExactly("7");
    assertThat(dataSource.router().explain(sql)).startsWith("write");
    Sample.execute(dataSource, "DROP FUNCTION told");
  }

  @LongRun
  @Test
  void viewsThatReadEachOtherHaveAnEnd() throws SQLException {
    Sample.execute(dataSource, "CREATE VIEW one AS SELECT user_id FROM users");
    Sample.execute(dataSource, "CREATE VIEW two AS SELECT * FROM one");
    Sample.execute(dataSource, "CREATE OR REPLACE VIEW one AS SELECT * FROM two");
    Sample.execute(dataSource, "CREATE VIEW three AS SELECT * FROM two");
    assertThatThrownBy(() -> Sample.rows(dataSource, "SELECT * FROM three"))
        .hasMessageContaining("SJ0202");
    Sample.execute(dataSource, "DROP VIEW two CASCADE");
  }

  @Test
  void whatIsReplacedStaysWhereItIs() throws SQLException {
    Sample.execute(dataSource, "CREATE VIEW told AS SELECT user_id AS a FROM users");
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "CREATE OR REPLACE VIEW told AS SELECT u.user_id AS a FROM users u"
                          + " CROSS JOIN settings s"))
          .hasMessageContaining("settings");
    }
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM told"))
        .containsExactly(String.valueOf(Sample.USERS));
    Sample.execute(dataSource, "DROP VIEW told");
  }
}
