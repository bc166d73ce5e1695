package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls, blocks, policies and views: where code of users runs, and where it may not. */
class CodeOnShardsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final List<String> SHARDS = List.of("s0", "s1", "s2");

  private static final String CODE =
      """
      CREATE FUNCTION slug(t text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT upper($1)';
      CREATE FUNCTION rename(k bigint, n text) RETURNS text LANGUAGE sql
        AS 'UPDATE users SET name = n WHERE user_id = k RETURNING name';
      CREATE FUNCTION cnt() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM users';
      CREATE PROCEDURE touch(k bigint, n text) LANGUAGE sql
        AS 'UPDATE users SET name = n WHERE user_id = k';
      CREATE PROCEDURE touch_all() LANGUAGE sql AS 'UPDATE users SET age = age';
      CREATE PROCEDURE nothing() LANGUAGE plpgsql AS 'BEGIN NULL; END';
      DO $$ BEGIN CREATE ROLE code_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO code_reader;
      ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
      CREATE POLICY by_title ON posts
        USING (EXISTS (SELECT 1 FROM users u WHERE 'post of ' || u.age = posts.title));
      ALTER TABLE users ENABLE ROW LEVEL SECURITY;
      CREATE POLICY of_country ON users
        USING (age > 0 AND name <> ALL (SELECT c.name FROM countries c));
      """;

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    for (String shard : SHARDS) {
      try (Connection connection = cluster.connect(shard);
          Statement statement = connection.createStatement()) {
        statement.execute(CODE);
      }
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private static String called(String call, Object... values) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        CallableStatement statement = connection.prepareCall(call)) {
      statement.registerOutParameter(1, Types.VARCHAR);
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 2, values[i]);
      }
      statement.execute();
      return statement.getString(1);
    }
  }

  private static void call(String call, Object... values) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        CallableStatement statement = connection.prepareCall(call)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.execute();
    }
  }

  private static String name(long user) throws SQLException {
    return Sample.rows(dataSource, "SELECT name FROM users WHERE user_id = ?", user).get(0);
  }

  @Test
  void callsOfFunctionsRunOnAnyShardOrOnThatOfTheKeyTheyAreGiven() throws SQLException {
    assertThat(called("{? = call upper(?)}", "x")).isEqualTo("X");
    assertThat(called("{? = call slug(?)}", "x")).isEqualTo("X");
    for (long user = 1; user <= 9; user++) {
      assertThat(called("{? = call rename(?, ?)}", user, "called")).isEqualTo("called");
      assertThat(name(user)).isEqualTo("called");
      assertThat(Sample.rows(dataSource, "SELECT rename(?, 'asked')", user))
          .containsExactly("asked");
      assertThat(name(user)).isEqualTo("asked");
      call("CALL touch(?, ?)", user, "touched");
      assertThat(name(user)).isEqualTo("touched");
    }
    call("CALL nothing()");
    assertThatThrownBy(() -> call("CALL touch_all()")).hasMessageStartingWith("SJ0345");
    assertThatThrownBy(() -> called("{? = call cnt()}")).hasMessageStartingWith("SJ0345");
    assertThatThrownBy(() -> called("{? = call currval(?)}", "s")).hasMessageStartingWith("SJ0315");
  }

  @Test
  void aQuestionForASettingIsAskedWhereAFunctionHasSetIt() throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE FUNCTION set_tenant(t text) RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM"
            + " set_config(''app.of_function'', t, false); END'");
    for (int i = 0; i < 6; i++) {
      try (Connection connection = dataSource.getConnection()) {
        Sample.rows(connection, "SELECT set_tenant(?)", "a" + i);
        String asked = "SELECT current_setting('app.of_function')";
        assertThat(Sample.rows(connection, asked)).containsExactly("a" + i);
        connection.setAutoCommit(false);
        Sample.rows(connection, "SELECT name FROM users WHERE user_id = ?", i + 1L);
        assertThat(Sample.rows(connection, asked)).containsExactly("a" + i);
        Sample.rows(connection, "SELECT set_tenant(?)", "b" + i);
        assertThat(Sample.rows(connection, asked)).containsExactly("b" + i);
        connection.commit();
      }
    }
  }

  @Test
  void anEventTriggerThatEachShardWouldRunForItselfIsRefused() throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE FUNCTION log_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO"
            + " countries VALUES (random()::text, tg_tag); END'");
    Sample.execute(
        dataSource,
        "CREATE FUNCTION say_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM 1 FROM"
            + " countries; END'");
    Sample.execute(
        dataSource, "CREATE EVENT TRIGGER said ON ddl_command_end EXECUTE FUNCTION say_ddl()");
    Sample.execute(dataSource, "CREATE INDEX by_age ON users (age)");
    Sample.execute(
        dataSource, "CREATE EVENT TRIGGER logged ON ddl_command_end EXECUTE FUNCTION log_ddl()");
    for (String sql :
        new String[] {
          "DROP INDEX by_age",
          "ALTER TABLE users ADD COLUMN more int",
          "GRANT SELECT ON users TO public"
        }) {
      assertThatThrownBy(() -> Sample.execute(dataSource, sql))
          .as(sql)
          .hasMessageStartingWith("SJ0345")
          .hasMessageContaining("logged");
    }
    Sample.execute(dataSource, "DROP EVENT TRIGGER logged");
    Sample.execute(dataSource, "DROP INDEX by_age");
    Sample.execute(dataSource, "DROP EVENT TRIGGER said");
    for (String shard : SHARDS) {
      try (Connection connection = cluster.connect(shard)) {
        assertThat(Sample.rows(connection, "SELECT count(*) FROM countries")).containsExactly("0");
      }
    }
  }

  @Test
  void aHintSaysTheKeyOfACallAndOfABlock() throws SQLException {
    for (long user = 1; user <= 9; user++) {
      String hint = "/* shardjdbc: key=" + user + " */ ";
      String where = " WHERE user_id = " + user;
      Sample.execute(
          dataSource, hint + "DO $$ BEGIN UPDATE users SET name = 'by block'" + where + "; END $$");
      assertThat(name(user)).isEqualTo("by block");
      Sample.rows(dataSource, hint + "SELECT rename(" + user + ", 'by hint')");
      assertThat(name(user)).isEqualTo("by hint");
      Sample.execute(dataSource, hint + "CALL touch(" + user + ", 'by call')");
      assertThat(name(user)).isEqualTo("by call");
    }
  }

  @Test
  void aBlockOfSchemaChangesRunsOnEveryShardAndAnyOtherByAHint() throws SQLException {
    Sample.execute(
        dataSource,
        "DO $$ BEGIN CREATE TYPE mood AS ENUM ('fine'); EXCEPTION WHEN duplicate_object THEN NULL;"
            + " END $$");
    Sample.execute(
        dataSource,
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'level') THEN CREATE"
            + " DOMAIN level AS int; END IF; END $$");
    Sample.execute(
        dataSource,
        "/* shardjdbc: shards=all */ DO $$ BEGIN EXECUTE 'CREATE TYPE ' || 'made AS (n int)'; END"
            + " $$");
    for (String shard : SHARDS) {
      try (Connection connection = cluster.connect(shard)) {
        assertThat(
                Sample.rows(
                    connection,
                    "SELECT to_regtype('mood') IS NOT NULL, to_regtype('level') IS NOT NULL,"
                        + " to_regtype('made') IS NOT NULL"))
            .containsExactly("t,t,t");
      }
    }
    for (String block :
        List.of(
            "DO $$ BEGIN UPDATE users SET age = age; END $$",
            "DO $$ BEGIN EXECUTE format('CREATE TYPE %I AS (n int)', 'x'); END $$",
            "DO $$ BEGIN CREATE TYPE y AS (n int); PERFORM cnt(); END $$",
            "DO LANGUAGE plpgsql $$ BEGIN IF (SELECT count(*) FROM users) > 3 THEN CREATE TYPE z"
                + " AS (n int); END IF; END $$")) {
      assertThatThrownBy(() -> Sample.execute(dataSource, block))
          .as(block)
          .hasMessageStartingWith("SJ0312");
    }
    assertThatThrownBy(() -> Sample.execute(dataSource, "/* shardjdbc: shards=all */ SELECT 1"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void aFunctionThatWritesCountsAsAWriteOfItsShardInATransaction() throws SQLException {
    long here = Sample.userOn(dataSource, "s0");
    long there = Sample.userOn(dataSource, "s1");
    String write = "SELECT rename(user_id, 'in transaction') FROM users WHERE user_id = ?";
    String hinted =
        "/* shardjdbc: shard=s1 */ WITH w AS (UPDATE users SET name = 'x' RETURNING 1)"
            + " SELECT count(*) FROM w";
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      Sample.rows(connection, write, here);
      assertThatThrownBy(() -> Sample.rows(connection, write, there))
          .hasMessageStartingWith("SJ0601");
      connection.rollback();
      Sample.rows(connection, write, here);
      assertThatThrownBy(() -> Sample.rows(connection, hinted)).hasMessageStartingWith("SJ0601");
      connection.rollback();
      Sample.rows(connection, "SELECT slug(name) FROM users WHERE user_id = ?", here);
      Sample.rows(connection, write, there);
      connection.commit();
    }
    assertThat(name(there)).isEqualTo("in transaction");
  }

  @Test
  void aPolicyThatReadsRowsOfOtherShardsIsRefusedAndOneOverCopiesIsNot() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE code_reader");
      for (String sql :
          List.of(
              "SELECT count(*) FROM posts",
              "SELECT title FROM posts WHERE user_id = 1",
              "UPDATE posts SET score = 1 WHERE user_id = 1")) {
        assertThatThrownBy(() -> statement.execute(sql)).as(sql).hasMessageStartingWith("SJ0345");
      }
      assertThat(Sample.rows(connection, "SELECT count(*) FROM users WHERE age > 0"))
          .isEqualTo(Sample.rows(connection, "SELECT count(*) FROM users"));
      statement.execute("RESET ROLE");
    }
  }

  @Test
  void aPolicyThatJoinsByTheKeyIsEvaluatedByEachShardForItself() throws SQLException {
    for (String shard : SHARDS) {
      try (Connection connection = cluster.connect(shard);
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE letters (user_id bigint, body text); GRANT ALL ON letters TO code_reader;"
                + " ALTER TABLE letters ENABLE ROW LEVEL SECURITY; CREATE POLICY of_user ON letters"
                + " USING (EXISTS (SELECT 1 FROM users u WHERE u.user_id = letters.user_id AND"
                + " u.age > 3))");
      }
    }
    try (ShardDataSource own =
            Sample.builder(cluster).tables(t -> t.sharded("letters", "user_id")).build();
        Connection connection = own.getConnection();
        Statement statement = connection.createStatement()) {
      for (int user = 1; user <= 20; user++) {
        statement.execute("INSERT INTO letters VALUES (" + user + ", 'x')");
      }
      statement.execute("SET ROLE code_reader");
      assertThat(Sample.rows(connection, "SELECT user_id FROM letters ORDER BY user_id"))
          .containsExactly("4", "5", "6", "11", "12", "13", "18", "19", "20");
      statement.execute("RESET ROLE");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pg_relation_size('users')",
        "pg_total_relation_size('public.posts')",
        "pg_table_size('users'::regclass)",
        "pg_indexes_size('posts')",
        "pg_relation_size('users', 'main')",
        "pg_relation_size('users_pkey')",
        "pg_database_size(current_database())",
      })
  void sizesAreAddedUpOverShards(String size) throws SQLException {
    long sum = 0;
    for (String shard : SHARDS) {
      try (Connection connection = cluster.connect(shard)) {
        sum += Long.parseLong(Sample.rows(connection, "SELECT " + size).get(0));
      }
    }
    assertThat(sum).isPositive();
    assertThat(Sample.rows(dataSource, "SELECT " + size)).containsExactly("" + sum);
    assertThat(
            Sample.rows(
                dataSource, "SELECT " + size + " > ?, user_id FROM users WHERE user_id = 1", 1L))
        .containsExactly("t,1");
    String hinted = "/* shardjdbc: shard=s1 */ SELECT " + size;
    try (Connection one = cluster.connect("s1")) {
      assertThat(Sample.rows(dataSource, hinted)).isEqualTo(Sample.rows(one, "SELECT " + size));
    }
  }

  @Test
  void oneCopyOfAReferenceTableCounts() throws SQLException {
    try (Connection first = cluster.connect("s0");
        Connection connection = dataSource.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT pg_total_relation_size('countries')")) {
      rows.next();
      assertThat(rows.getMetaData().getColumnName(1)).isEqualTo("pg_total_relation_size");
      assertThat("" + rows.getLong(1))
          .isEqualTo(Sample.rows(first, "SELECT pg_total_relation_size('countries')").get(0));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT pg_relation_size(c.oid) FROM pg_class c WHERE c.relname = 'users'",
        "SELECT pg_database_size('postgres')",
        "SELECT s FROM pg_table_size('users') s",
        "SELECT reltuples FROM pg_class WHERE relname = 'users'",
        "SELECT n_live_tup FROM pg_stat_user_tables WHERE relname = 'users'",
        "SELECT count(*) FROM pg_stats WHERE tablename = 'users'",
        "SELECT count(*) FROM pg_locks",
        "SELECT pg_stat_get_live_tuples('users'::regclass)",
        "SELECT lo_get(1)",
        "SELECT lo_get(1) FROM countries",
        "SELECT pg_terminate_backend(1)",
        "SELECT pg_ls_dir('.')",
        "SELECT current_query()",
        "SELECT pg_listening_channels()",
        "UPDATE pg_settings SET setting = '3072' WHERE name = 'work_mem'",
        "INSERT INTO settings VALUES (current_query(), (SELECT min(title) FROM posts))",
        "UPDATE users SET name = current_query() WHERE user_id = 3",
      })
  void whatTellsOfOneServerNeedsAHint(String sql) throws SQLException {
    assertThatThrownBy(() -> Sample.rows(dataSource, sql)).hasMessageStartingWith("SJ0347");
    if (sql.contains("size")) {
      assertThat(Sample.rows(dataSource, "/* shardjdbc: shard=s1 */ " + sql)).isNotNull();
    }
  }

  @Test
  void aMaterializedViewHasThePartOfEachShardOrIsRefused() throws SQLException {
    try (ShardDataSource own =
            Sample.builder(cluster)
                .tables(t -> t.sharded("olds", "user_id").reference("names"))
                .build();
        Connection connection = own.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE MATERIALIZED VIEW olds AS SELECT user_id, name FROM users WHERE age > 3");
      long made = statement.getUpdateCount();
      assertThat(Sample.rows(connection, "SELECT count(*) FROM olds"))
          .isEqualTo(Sample.rows(connection, "SELECT count(*) FROM users WHERE age > 3"))
          .containsExactly(Long.toString(made));
      assertThat(statement.executeUpdate("CREATE MATERIALIZED VIEW names AS TABLE countries"))
          .isZero();
      for (String query :
          List.of(
              "SELECT count(*) AS n FROM users",
              "SELECT DISTINCT age FROM users",
              "SELECT u.name FROM users u JOIN posts p ON p.title = u.name",
              "SELECT name FROM users ORDER BY name LIMIT 3")) {
        assertThatThrownBy(() -> statement.execute("CREATE MATERIALIZED VIEW olds AS " + query))
            .as(query)
            .hasMessageStartingWith("SJ0312");
      }
    }
  }
}
