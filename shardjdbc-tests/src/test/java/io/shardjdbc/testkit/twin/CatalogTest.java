package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** One logical catalogue, though some tables live on a shard that is not the first. */
class CatalogTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static PGSimpleDataSource single;
  private static TwinDatabase twin;

  /** A question to one side. */
  private interface Question {
    ResultSet ask(DatabaseMetaData metaData) throws SQLException;
  }

  private static void declare(RoutingConfiguration.Builder tables) {
    tables
        .sharded("users", "user_id")
        .sharded("acct", "acct_id")
        .reference("kinds")
        .single("conf", "s1")
        .single("far", "s2")
        .single("app.near", "s1");
  }

  @BeforeAll
  static void open() throws SQLException {
    String copy = cluster.database() + "_one";
    ClusterShard first = cluster.cluster().shards().get(0);
    try (Connection connection = first.primary().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + copy + " TEMPLATE " + cluster.database());
    }
    single = source(first.primary().jdbcUrl(copy));
    ShardDataSourceBuilder sharded =
        ShardDataSource.builder().schema(SchemaMode.OFF).tables(CatalogTest::declare);
    RoutingConfiguration.Builder routing = RoutingConfiguration.builder();
    TwinDatabase.Builder both = TwinDatabase.builder().single(single);
    for (ClusterShard shard : cluster.cluster().shards()) {
      String url = shard.primary().jdbcUrl(cluster.database());
      sharded.shard(shard.name(), url);
      routing.shards(shard.name());
      both.shard(shard.name(), source(url));
    }
    declare(routing);
    dataSource = sharded.build();
    twin = both.sharded(dataSource).routing(routing.build()).open();
    twin.execute("CREATE SCHEMA app");
    twin.execute("CREATE TABLE users (user_id bigint PRIMARY KEY, name text NOT NULL, kind int)");
    twin.execute("CREATE TABLE acct (acct_id bigserial PRIMARY KEY, lvl int, note varchar(20))");
    twin.execute("CREATE TABLE kinds (id int PRIMARY KEY, kind text)");
    twin.execute("CREATE TABLE conf (k text PRIMARY KEY, v text, n serial)");
    twin.execute("CREATE TABLE far (id int PRIMARY KEY, what text UNIQUE)");
    twin.execute("CREATE TABLE app.near (id int PRIMARY KEY, k text REFERENCES public.conf)");
    twin.execute("CREATE INDEX conf_v ON conf (v)");
    twin.execute("COMMENT ON TABLE conf IS 'of one shard'");
  }

  private static PGSimpleDataSource source(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(url);
    return source;
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
    dataSource.close();
  }

  private static List<List<String>> rows(Connection connection, Question question)
      throws SQLException {
    List<List<String>> all = new ArrayList<>();
    try (ResultSet rows = question.ask(connection.getMetaData())) {
      ResultSetMetaData columns = rows.getMetaData();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          boolean database = columns.getColumnLabel(i).toUpperCase(Locale.ROOT).contains("_CAT");
          row.add(columns.getColumnLabel(i) + "=" + (database ? "" : rows.getString(i)));
        }
        all.add(row);
      }
    }
    return all;
  }

  private static void alike(Question question) throws SQLException {
    try (Connection one = single.getConnection();
        Connection sharded = dataSource.getConnection()) {
      List<List<String>> expected = rows(one, question);
      assertThat(rows(sharded, question)).isEqualTo(expected);
      sharded.setAutoCommit(false);
      sharded.createStatement().execute("SELECT * FROM far");
      assertThat(rows(sharded, question)).isEqualTo(expected);
      sharded.rollback();
    }
  }

  @Test
  void metadataShowsEachTableOnceWhereverItLives() throws SQLException {
    alike(m -> m.getTables(null, "public", "%", new String[] {"TABLE"}));
    alike(m -> m.getTables(null, null, "%", new String[] {"TABLE", "INDEX", "SEQUENCE"}));
    alike(m -> m.getTables(null, null, "conf", null));
    alike(m -> m.getColumns(null, null, "conf", "%"));
    alike(m -> m.getColumns(null, "public", "%", "%"));
    alike(m -> m.getColumns(null, "app", "near", null));
    alike(m -> m.getPrimaryKeys(null, null, "conf"));
    alike(m -> m.getPrimaryKeys(null, "public", "users"));
    alike(m -> m.getIndexInfo(null, null, "conf", false, true));
    alike(m -> m.getIndexInfo(null, null, "users", false, true));
    alike(m -> m.getImportedKeys(null, "app", "near"));
    alike(m -> m.getExportedKeys(null, null, "conf"));
    alike(m -> m.getCrossReference(null, null, "conf", null, "app", "near"));
    alike(m -> m.getBestRowIdentifier(null, null, "conf", 1, true));
    alike(m -> m.getTablePrivileges(null, "public", "%"));
    alike(m -> m.getColumnPrivileges(null, "public", "conf", "%"));
    alike(DatabaseMetaData::getSchemas);
    alike(DatabaseMetaData::getTableTypes);
    alike(DatabaseMetaData::getCatalogs);
  }

  private static String described(Connection connection, String sql) throws SQLException {
    StringBuilder text = new StringBuilder();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      append(statement.getMetaData(), text);
      text.append("parameters ").append(statement.getParameterMetaData().getParameterCount());
    }
    return text.toString();
  }

  private static void append(ResultSetMetaData columns, StringBuilder text) throws SQLException {
    for (int i = 1; columns != null && i <= columns.getColumnCount(); i++) {
      text.append(columns.getColumnLabel(i))
          .append(' ')
          .append(columns.getColumnTypeName(i))
          .append(' ')
          .append(columns.getTableName(i))
          .append(' ')
          .append(columns.getColumnName(i))
          .append(' ')
          .append(columns.isNullable(i))
          .append(' ')
          .append(columns.isAutoIncrement(i))
          .append('\n');
    }
  }

  @Test
  void aStatementIsDescribedWhereItsTablesAre() throws SQLException {
    try (Connection one = single.getConnection();
        Connection sharded = dataSource.getConnection()) {
      for (String sql :
          List.of(
              "SELECT k FROM conf",
              "SELECT * FROM far WHERE id = ?",
              "WITH x AS (SELECT k FROM conf) SELECT 1",
              "WITH x AS (SELECT k, n FROM conf) SELECT * FROM x WHERE n = ?",
              "INSERT INTO conf (k) VALUES (?)",
              "INSERT INTO conf (k) VALUES (?) RETURNING n",
              "UPDATE app.near SET k = ? WHERE id IN (SELECT n FROM conf)",
              "SELECT name, user_id FROM users WHERE user_id = ?",
              "SELECT (SELECT max(v) FROM conf)")) {
        assertThat(described(sharded, sql)).as(sql).isEqualTo(described(one, sql));
      }
    }
  }

  @Test
  void aCommonTableThatNobodyReadsIsKnownWhereTheStatementRuns() throws SQLException {
    twin.assertEqual("WITH x AS (SELECT k FROM conf) SELECT 1");
    twin.assertEqual("WITH x AS (SELECT id FROM far), y AS (SELECT * FROM x) SELECT 2 AS two");
    twin.assertEqual("WITH x AS (SELECT k FROM conf) SELECT k FROM conf");
    twin.assertEqual("WITH x AS (SELECT k FROM conf) UPDATE conf SET v = 'w' WHERE k = 'q'");
  }
}
