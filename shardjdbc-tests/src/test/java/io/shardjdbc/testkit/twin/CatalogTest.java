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
    try (Connection stray = cluster.connect("s0");
        Statement statement = stray.createStatement()) {
      statement.execute("CREATE TABLE far (id int PRIMARY KEY, old text, older text)");
    }
    twin.execute("CREATE SCHEMA app");
    twin.execute("CREATE TABLE users (user_id bigint PRIMARY KEY, name text NOT NULL, kind int)");
    twin.execute("CREATE TABLE acct (acct_id bigserial PRIMARY KEY, lvl int, note varchar(20))");
    twin.execute("CREATE TABLE kinds (id int PRIMARY KEY, kind text)");
    twin.execute("CREATE TABLE conf (k text PRIMARY KEY, v text, n serial)");
    twin.execute("CREATE TABLE far (id int PRIMARY KEY, what text UNIQUE)");
    twin.execute("CREATE TABLE app.near (id int PRIMARY KEY, k text REFERENCES public.conf)");
    twin.execute("CREATE INDEX conf_v ON conf (v)");
    twin.execute("CREATE DOMAIN percent AS int");
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
          String value = rows.getString(i);
          boolean named = database && value != null && !value.isEmpty();
          row.add(columns.getColumnLabel(i) + "=" + (named ? "its name" : value));
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
    alike(m -> m.getUDTs(null, "public", "%", null));
    alike(DatabaseMetaData::getSchemas);
    alike(DatabaseMetaData::getTableTypes);
    alike(DatabaseMetaData::getCatalogs);
  }

  /** The first shard has a table of that name, too, as a script leaves it that runs on all. */
  @Test
  void aStrayOfATableOfAnotherShardIsNotShown() throws SQLException {
    for (String sql :
        List.of(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname !~ '^(pg|sql)_'",
            "SELECT table_name, column_name FROM information_schema.columns"
                + " WHERE table_schema = 'public' ORDER BY table_name, column_name",
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'far'",
            "SELECT count(*) FROM pg_attribute WHERE attrelid = 'far'::regclass",
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a"
                + " ON a.attrelid = c.oid WHERE c.relkind = 'r' AND a.attnum > 0"
                + " AND c.relname !~ '^(pg|sql)_'")) {
      twin.assertEqual(sql);
    }
  }

  @Test
  void whatOneShardHasIsShownWhateverPathASessionHasSet() throws SQLException {
    String tables = "SELECT table_name FROM information_schema.tables WHERE table_schema ~ 'p' ";
    for (String path : List.of("app", "pg_catalog", "app, public", "public, app")) {
      for (String sql : List.of(tables + "ORDER BY 1", "SELECT relname FROM pg_class ORDER BY 1")) {
        try (Connection one = single.getConnection();
            Connection sharded = dataSource.getConnection()) {
          assertThat(under(path, sharded, sql)).as(path + sql).isEqualTo(under(path, one, sql));
        }
      }
    }
  }

  private static List<String> under(String path, Connection connection, String sql)
      throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + path);
      ResultSet row = statement.executeQuery(sql);
      while (row.next()) {
        names.add(row.getString(1).replaceAll("\\d{4,}", "N")); // numbers are a server's own
      }
    }
    return names;
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
          .append(columns.getColumnType(i) + columns.getColumnTypeName(i))
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

  private static String answered(Connection connection, String sql, boolean prepared)
      throws SQLException {
    StringBuilder text = new StringBuilder();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        Statement plain = connection.createStatement();
        ResultSet rows = prepared ? statement.executeQuery() : plain.executeQuery(sql)) {
      append(rows.getMetaData(), text);
    }
    return text.toString();
  }

  @Test
  void answersThatArePutTogetherTellTheTablesOfTheirColumns() throws SQLException {
    try (Connection one = single.getConnection();
        Connection sharded = dataSource.getConnection()) {
      for (boolean transaction : new boolean[] {false, true}) {
        sharded.setAutoCommit(!transaction);
        for (String sql :
            List.of(
                "SELECT user_id, name FROM users",
                "SELECT user_id, name FROM users ORDER BY name",
                "SELECT kind, count(*) FROM users GROUP BY kind",
                "SELECT name, rank() OVER (ORDER BY name) AS r FROM users",
                "SELECT u.name, a.acct_id, a.note FROM users u JOIN acct a ON a.lvl = u.kind",
                "SELECT u.*, c.k, c.n FROM users u LEFT JOIN conf c ON c.n = u.kind",
                "SELECT x.name AS called, x.l FROM (SELECT name, length(name) AS l FROM users"
                    + " ORDER BY name LIMIT 3) x",
                "SELECT name FROM users UNION SELECT note FROM acct",
                "SELECT DISTINCT acct_id FROM acct",
                "SELECT max(acct_id), min(note) FROM acct")) {
          for (boolean prepared : new boolean[] {false, true}) {
            assertThat(answered(sharded, sql, prepared))
                .as("%s in a transaction: %s", sql, transaction)
                .isEqualTo(answered(one, sql, prepared));
          }
        }
        sharded.createStatement().execute("SELECT 1");
      }
      sharded.rollback();
    }
  }

  @Test
  void aCommonTableThatNobodyReadsIsKnownWhereTheStatementRuns() throws SQLException {
    twin.assertEqual("WITH x AS (SELECT k FROM conf) SELECT 1");
    twin.assertEqual("WITH x AS (SELECT id FROM far), y AS (SELECT * FROM x) SELECT 2 AS two");
    twin.assertEqual("WITH x AS (SELECT k FROM conf) SELECT k FROM conf");
    twin.assertEqual("WITH x AS (SELECT k FROM conf) UPDATE conf SET v = 'w' WHERE k = 'q'");
  }

  @Test
  void aQuestionAboutRelationsIsAskedWhereTheyAre() throws SQLException {
    for (String sql :
        List.of(
            "SELECT count(*) FROM pg_class WHERE relname = 'conf'",
            "SELECT count(*) FROM pg_class WHERE relname = 'users'",
            "SELECT count(*) FROM pg_class WHERE relname IN ('users', 'conf')",
            "SELECT relkind FROM pg_catalog.pg_class WHERE relname = 'conf_pkey'",
            "SELECT relkind FROM pg_class WHERE oid = 'conf'::regclass",
            "SELECT relkind FROM pg_class WHERE oid = to_regclass('far')",
            "SELECT 'conf'::regclass, to_regclass('conf'), to_regclass('nowhere')",
            "SELECT to_regclass('app.near'), 'conf_n_seq'::regclass",
            "SELECT pg_get_serial_sequence('conf', 'n'), pg_get_serial_sequence('acct', 'acct_id')",
            "SELECT has_table_privilege('conf', 'select'), has_table_privilege('users', 'insert')",
            "SELECT obj_description('conf'::regclass, 'pg_class')",
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name ="
                + " 'conf' ORDER BY ordinal_position",
            "SELECT table_type FROM information_schema.tables WHERE table_schema = 'app' AND"
                + " table_name = 'near'",
            "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN"
                + " pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = 'public' AND c.relname = 'conf' AND a.attnum > 0 ORDER BY"
                + " a.attnum",
            "SELECT attname FROM pg_attribute WHERE attrelid = (SELECT oid FROM pg_class WHERE"
                + " relname = 'far') AND attnum > 0 ORDER BY attnum",
            "SELECT i.relname FROM pg_class t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i"
                + " ON i.oid = x.indexrelid WHERE t.relname = 'conf' ORDER BY i.relname",
            "SELECT count(*) FROM pg_type WHERE typname = 'conf'",
            "SELECT count(*) FROM pg_type WHERE typname = 'int4'",
            "SELECT relname FROM pg_class WHERE relname = 'conf' UNION SELECT relname FROM pg_class"
                + " WHERE relname = 'users'",
            "SELECT k.column_name FROM information_schema.table_constraints t JOIN"
                + " information_schema.key_column_usage k USING (constraint_name) WHERE"
                + " t.table_name = 'conf'",
            "SELECT conname FROM pg_constraint WHERE conrelid = 'app.near'::regclass AND contype ="
                + " 'f'",
            "SELECT c.relname, n.nspname FROM pg_class c, pg_namespace n WHERE n.oid ="
                + " c.relnamespace AND lower(c.relname) = 'conf'",
            "SELECT has_table_privilege('app.near', 'select')",
            "SELECT indexname FROM pg_indexes WHERE tablename = 'far' ORDER BY 1",
            "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'conf')",
            "SELECT EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'nowhere')")) {
      assertThat(twin.verify(sql)).as(sql).isInstanceOf(Verdict.Equal.class);
    }
    twin.assertEqual("SELECT count(*) FROM pg_class WHERE relname = ?", "conf");
    twin.assertEqual("SELECT count(*) FROM pg_class WHERE relname = ?", "users");
    twin.assertEqual("SELECT to_regclass(?)", "far");
    twin.assertEqual(
        "SELECT relname FROM pg_class WHERE relname = ANY (?) ORDER BY relname",
        (Object) new String[] {"conf", "far", "users"});
    twin.assertEqual(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = ? AND table_name ="
            + " ?",
        "public",
        "conf");
  }

  @Test
  void aQuestionAboutWhateverThereIsIsAnsweredOfEachRelationOnceOrRefused() throws SQLException {
    for (String sql :
        List.of(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER"
                + " BY table_name",
            "SELECT count(*) FROM information_schema.tables WHERE table_schema IN ('public',"
                + " 'app')",
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog',"
                + " 'information_schema') ORDER BY schemaname, tablename",
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
                + " n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname",
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
                + " n.nspname IN ('public', 'app')",
            "SELECT relname FROM pg_class WHERE relname LIKE 'conf%' ORDER BY relname",
            "SELECT table_name, column_name FROM information_schema.columns WHERE column_name = 'k'"
                + " ORDER BY table_name",
            "SELECT sequence_name FROM information_schema.sequences ORDER BY 1",
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
            "SELECT table_name FROM information_schema.tables WHERE table_name <> 'users' AND"
                + " table_schema = 'public' ORDER BY 1",
            "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = 'app')",
            "SELECT conname FROM pg_constraint WHERE contype = 'f' ORDER BY conname",
            "SELECT count(*) FROM pg_namespace WHERE nspname = 'app'")) {
      assertThat(twin.verify(sql)).as(sql).isInstanceOf(Verdict.Equal.class);
    }
    for (String sql :
        List.of(
            "WITH t AS (SELECT oid FROM pg_class WHERE relname = 'conf') SELECT attname FROM"
                + " pg_attribute JOIN t ON t.oid = attrelid WHERE attnum > 0 ORDER BY attnum",
            "SELECT oid, relname FROM pg_class WHERE relkind = 'r'",
            "SELECT * FROM pg_index",
            "SELECT relkind, count(*) FROM pg_class GROUP BY relkind",
            "SELECT DISTINCT table_schema FROM information_schema.tables",
            "SELECT relname FROM pg_class ORDER BY relname LIMIT 3",
            "SELECT a.relname FROM pg_class a, pg_class b WHERE b.relname = 'conf'",
            "SELECT nspname FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid",
            "SELECT count(*) FROM pg_class WHERE relname = 'conf' OR relname = 'far'",
            "SELECT to_regclass('conf'), to_regclass('far')")) {
      assertThat(twin.verify(sql)).as(sql).isNotInstanceOf(Verdict.Different.class);
    }
  }
}
