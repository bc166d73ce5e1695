package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lists of tables that live on different shards, each of which is there for itself. */
class ListedTablesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    var builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .tables(
                t ->
                    t.sharded("users", "user_id")
                        .reference("kinds")
                        .single("conf", "s1")
                        .single("\"Far\"", "s2"))
            .build();
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void create() throws SQLException {
    run("CREATE TABLE users (user_id bigint PRIMARY KEY, kind int)");
    run("CREATE TABLE kinds (id int PRIMARY KEY)");
    run("CREATE TABLE conf (k int PRIMARY KEY)");
    run("CREATE TABLE \"Far\" (k int REFERENCES kinds (id))");
    run("INSERT INTO users SELECT i, i FROM generate_series(1, 20) i");
    run("INSERT INTO kinds VALUES (1)");
    run("INSERT INTO conf VALUES (1)");
    run("INSERT INTO \"Far\" VALUES (1)");
  }

  @AfterEach
  void drop() throws SQLException {
    for (String table : List.of("users", "\"Far\"", "kinds", "conf")) {
      run("DROP TABLE IF EXISTS " + table);
    }
  }

  private static void run(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long rows(String table) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** How many of the tables a shard has. */
  private static long tables(String shard) throws SQLException {
    try (Connection connection = cluster.connect(shard);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_class WHERE relkind = 'r'"
                    + " AND relname IN ('users', 'kinds', 'conf', 'Far')")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void areEmptiedWhereTheyLive() throws SQLException {
    run("TRUNCATE TABLE users, conf, public.kinds , \"Far\" RESTART IDENTITY");
    for (String table : List.of("users", "kinds", "conf", "\"Far\"")) {
      assertThat(rows(table)).as(table).isZero();
    }
  }

  @Test
  void areEmptiedWithWhatRefersToThem() throws SQLException {
    run("TRUNCATE conf, kinds CASCADE");
    assertThat(rows("\"Far\"")).isZero();
    assertThat(rows("users")).isEqualTo(20);
  }

  @Test
  void areDroppedWhereTheyLive() throws SQLException {
    run("DROP TABLE IF EXISTS users, conf, \"Far\", kinds");
    for (String shard : List.of("s0", "s1", "s2")) {
      assertThat(tables(shard)).as(shard).isZero();
    }
  }

  @Test
  void areDroppedAllOrNotAtAll() throws SQLException {
    assertThatThrownBy(() -> run("DROP TABLE conf, users, kinds"))
        .isInstanceOf(SQLException.class)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo("2BP01");
    assertThat(rows("conf")).isEqualTo(1);
    assertThat(rows("users")).isEqualTo(20);
  }

  @Test
  void areGrantedAnalyzedAndVacuumedWhereTheyLive() throws SQLException {
    run("GRANT SELECT ON TABLE users, conf, \"Far\" TO PUBLIC");
    run("REVOKE SELECT ON conf, \"Far\", kinds FROM PUBLIC");
    run("ANALYZE users, conf, kinds");
    run("VACUUM conf, \"Far\", users");
    try (Connection connection = cluster.connect("s1");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT relname FROM pg_class WHERE relacl::text ~ '[{,]=r/' AND relkind = 'r'"
                    + " AND relnamespace = 'public'::regnamespace")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("users");
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void areNotApartOnOneShard() throws SQLException {
    try (ShardDataSource alone =
            ShardDataSource.builder()
                .shard("s0", cluster.primaryUrls().get("s0"))
                .tables(t -> t.sharded("users", "user_id").single("conf", "s0"))
                .build();
        Connection connection = alone.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE conf (k int)");
      statement.execute("ANALYZE users (user_id), conf (k)");
      statement.execute("TRUNCATE ONLY (users), conf *");
      statement.execute("DROP TABLE conf, users CASCADE");
    }
    assertThat(tables("s0")).isEqualTo(1);
  }

  @Test
  void whatNoShardHasIsDroppedAsOnOneServer() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS nowhere, conf");
      assertThat(statement.getWarnings().getMessage())
          .isEqualTo("table \"nowhere\" does not exist, skipping");
      assertThat((Object) statement.getWarnings().getNextWarning()).isNull();
      statement.execute("DROP VIEW IF EXISTS nowhere");
      assertThatThrownBy(() -> statement.execute("DROP TABLE nowhere"))
          .hasMessageContaining("table \"nowhere\" does not exist")
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("42P01"));
    }
    try (Connection connection = cluster.connect("s1")) {
      assertThat(Sample.rows(connection, "SELECT to_regclass('conf')")).containsExactly("null");
    }
  }
}
