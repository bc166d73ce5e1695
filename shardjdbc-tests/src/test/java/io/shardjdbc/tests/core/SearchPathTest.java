package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.Whole;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** Rows that come together are of the types they were of, whatever the session's search path. */
class SearchPathTest {

  /** More than are staged as arrays. */
  private static final int MANY = 2_500;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static String one;
  private static ShardDataSource dataSource;
  private static DataSource single;

  /** What a session does before it asks. */
  private interface Preparation {
    void of(Connection connection) throws SQLException;
  }

  private static final List<String> SCHEMA =
      List.of(
          "CREATE SCHEMA app",
          "CREATE SCHEMA other",
          "CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy')",
          "CREATE TYPE other.mood AS ENUM ('happy', 'ok', 'sad')",
          "CREATE TYPE public.feeling AS ENUM ('sad', 'ok', 'happy')",
          "CREATE TYPE app.feeling AS ENUM ('happy', 'ok', 'sad')",
          "CREATE TYPE app.\"Two Words\" AS (a int, b text)",
          "CREATE TYPE app.span AS RANGE (subtype = int4)",
          "CREATE DOMAIN app.percent AS int CHECK (VALUE BETWEEN 0 AND 100)",
          "CREATE TYPE other.int4 AS ENUM ('7', '30', '200')",
          "CREATE TYPE other.text AS ENUM ('z', 'b', 'a', 'sad', 'ok', 'happy')",
          "CREATE TYPE other.uuid AS ENUM ('none')",
          "CREATE COLLATION app.\"C\" (provider = icu, locale = 'und', deterministic = true)",
          "CREATE COLLATION other.ci (provider = icu, locale = 'de')",
          """
          CREATE TABLE public.things (
            id bigint PRIMARY KEY, m app.mood, o other.mood, f public.feeling, g app.feeling,
            w app."Two Words", s app.span, p app.percent, n other.int4, x other.text,
            ms app.mood[], k int, t text, u uuid, c text COLLATE "C", d text COLLATE app."C")
          """,
          "CREATE TABLE public.marks (id bigint PRIMARY KEY, k int, m app.mood, f app.feeling)");

  private static final String FILL =
      """
      INSERT INTO public.things
      SELECT i, (ARRAY['sad','ok','happy'])[1 + i %% 3]::app.mood,
             (ARRAY['sad','ok','happy'])[1 + i %% 3]::other.mood,
             (ARRAY['sad','ok','happy'])[1 + i %% 3]::public.feeling,
             (ARRAY['sad','ok','happy'])[1 + i %% 3]::app.feeling,
             ROW(i %% 5, 'b')::app."Two Words", app.span((i %% 4)::int, 9), i %% 50,
             (ARRAY['7','30','200'])[1 + i %% 3]::other.int4,
             (ARRAY['a','b','z'])[1 + i %% 3]::other.text,
             ARRAY['sad', (ARRAY['sad','ok','happy'])[1 + i %% 3]]::app.mood[],
             i %% 7, 't' || i %% 9, md5((i %% 3)::text)::uuid,
             (ARRAY['a','B','c'])[1 + i %% 3], (ARRAY['a','B','c'])[1 + i %% 3]
        FROM pg_catalog.generate_series(1, %d) i WHERE %s
      """;

  private static final List<String> QUESTIONS =
      List.of(
          "SELECT max(m), min(m), max(o), min(o), max(f), min(f), max(g), min(g) FROM"
              + " public.things",
          "SELECT max(n), min(n), max(x), min(x) FROM public.things",
          "SELECT m, count(*) FROM public.things GROUP BY m ORDER BY m",
          "SELECT o, count(*) FROM public.things GROUP BY o ORDER BY o DESC",
          "SELECT f, g, count(*) FROM public.things GROUP BY f, g ORDER BY f, g",
          "SELECT DISTINCT o FROM public.things ORDER BY o",
          "SELECT DISTINCT x FROM public.things ORDER BY x",
          "SELECT m, sum(k), avg(p) FROM public.things GROUP BY m HAVING max(f) > min(f) OR true"
              + " ORDER BY m",
          "SELECT m, max(o) FROM public.things WHERE id < 0 GROUP BY m",
          "SELECT max(m) FROM public.things WHERE id < 0",
          "SELECT m FROM public.things UNION SELECT m FROM public.marks ORDER BY 1",
          "SELECT id, m, o FROM public.things ORDER BY o, t DESC, id LIMIT 5",
          "SELECT a.m, a.o, a.f, a.g, a.x, a.n, a.u FROM public.things a JOIN public.marks b ON a.k"
              + " = b.k AND a.m = b.m ORDER BY a.o, a.g, a.x, a.n, a.id LIMIT 9",
          "SELECT max(a.m), max(a.o), max(a.f), max(a.g), max(b.f), max(a.x), max(a.n)"
              + " FROM public.things a JOIN public.marks b ON a.k = b.k",
          "SELECT count(DISTINCT a.s), max(a.w), max(a.p), max(a.ms), max(a.c), max(a.d), max(a.t)"
              + " FROM public.things a JOIN public.marks b ON a.k = b.k",
          "SELECT (a.w).a, count(DISTINCT a.m), array_agg(DISTINCT a.o ORDER BY a.o)"
              + " FROM public.things a JOIN public.marks b ON a.k = b.k GROUP BY 1 ORDER BY 1",
          "SELECT id, m, f FROM public.marks WHERE k > 1 OR id > 100 ORDER BY id",
          "SELECT array_agg(c ORDER BY c, id), array_agg(d ORDER BY d, id)"
              + " FROM public.things WHERE id < 20");

  private static final List<String> PATHS =
      List.of(
          "public",
          "app",
          "other",
          "app, other, public",
          "other, app, public",
          "other, pg_catalog, app",
          "nowhere");

  @BeforeAll
  static void fill() throws SQLException {
    one = cluster.database() + "_one";
    ClusterShard first = cluster.cluster().shards().get(0);
    try (Connection connection = first.primary().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + one + " TEMPLATE " + cluster.database());
    }
    single = single("");
    dataSource = sharded("");
    for (DataSource side : List.of(dataSource, single)) {
      try (Connection connection = side.getConnection();
          Statement statement = connection.createStatement()) {
        for (String sql : SCHEMA) {
          statement.execute(sql);
        }
      }
    }
    try (Connection connection = single.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(FILL.formatted(MANY, "true"));
      statement.execute(
          "INSERT INTO public.marks SELECT i, i % 7, 'ok', 'ok' FROM generate_series(1, 3) i");
    }
    copyRows();
  }

  /** Rows go where the library puts them. */
  private static void copyRows() throws SQLException {
    try (Connection from = single.getConnection();
        Connection to = dataSource.getConnection();
        Statement read = from.createStatement();
        Statement write = to.createStatement()) {
      to.setAutoCommit(true);
      for (String table : List.of("public.things", "public.marks")) {
        StringBuilder values = new StringBuilder();
        try (ResultSet rows = read.executeQuery("SELECT * FROM " + table)) {
          int width = rows.getMetaData().getColumnCount();
          while (rows.next()) {
            values.append(values.isEmpty() ? "(" : ", (");
            for (int i = 1; i <= width; i++) {
              values
                  .append(i == 1 ? "" : ", ")
                  .append(i == 1 ? rows.getString(i) : "'" + rows.getString(i) + "'");
            }
            values.append(")");
          }
        }
        write.execute("INSERT INTO " + table + " VALUES " + values);
      }
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static ShardDataSource sharded(String path) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder().schema(SchemaMode.OFF);
    cluster.primaryUrls().forEach((shard, url) -> builder.shard(shard, url + option(url, path)));
    return builder
        .tables(t -> t.sharded("public.things", "id").sharded("public.marks", "id"))
        .build();
  }

  private static DataSource single(String path) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    String url = cluster.cluster().shards().get(0).primary().jdbcUrl(one);
    source.setURL(url + option(url, path));
    return source;
  }

  private static String option(String url, String path) {
    return path.isEmpty() ? "" : (url.contains("?") ? "&" : "?") + "currentSchema=" + path;
  }

  private static Map<String, String> answers(DataSource source, Preparation preparation)
      throws SQLException {
    Map<String, String> answers = new TreeMap<>();
    try (Connection connection = source.getConnection()) {
      preparation.of(connection);
      for (String question : QUESTIONS) {
        answers.put(question, answer(connection, question));
      }
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
    }
    return answers;
  }

  private static String answer(Connection connection, String question) {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(question)) {
      int width = found.getMetaData().getColumnCount();
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
          row.add(found.getString(i));
        }
        rows.add(String.join("|", row));
      }
    } catch (SQLException e) {
      return String.valueOf(e.getSQLState());
    }
    return String.join("\n", rows);
  }

  private static void assertSame(Preparation preparation) throws SQLException {
    assertSame(answers(dataSource, preparation), answers(single, preparation));
  }

  private static void assertSame(Map<String, String> answers, Map<String, String> expected) {
    assertThat(expected.values()).noneMatch(answer -> answer.startsWith("XX"));
    SoftAssertions soft = new SoftAssertions();
    answers.forEach(
        (question, answer) ->
            soft.assertThat(answer).as(question).isEqualTo(expected.get(question)));
    soft.assertAll();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @LongRun
  @Test
  void answersAsOneServerUnderEverySearchPathThatIsSet() throws SQLException {
    for (String path :
        Whole.or(
            List.of("app", "other, app, public", "other, pg_catalog, app", "nowhere"), PATHS)) {
      assertSame(connection -> execute(connection, "SET search_path = " + path));
    }
  }

  @Test
  void answersAsOneServerUnderAPathOfOneTransaction() throws SQLException {
    for (String path : Whole.or(List.of("other, app, public", "nowhere"), PATHS)) {
      assertSame(
          connection -> {
            connection.setAutoCommit(false);
            execute(connection, "SET LOCAL search_path = " + path);
          });
    }
  }

  @LongRun
  @Test
  void answersAsOneServerWhereThePathChangesUnderTheSameConnections() throws SQLException {
    assertSame(
        connection -> {
          for (String path : PATHS) {
            connection.setSchema(path.split(",")[0]);
            answer(connection, QUESTIONS.get(0));
            answer(connection, QUESTIONS.get(2));
          }
          connection.setSchema("app");
        });
  }

  @LongRun
  @Test
  void answersAsOneServerUnderAPathOfTheUrl() throws SQLException {
    for (String path : List.of("app", "other,app")) {
      try (ShardDataSource own = sharded(path)) {
        assertSame(answers(own, connection -> {}), answers(single(path), connection -> {}));
      }
    }
  }

  @Test
  void putsNewRowsOfAQueryIntoTheirColumns() throws SQLException {
    for (String row :
        List.of(
            "SELECT id + 100, k, m, g FROM public.things WHERE id = 5",
            "SELECT 105, max(a.k), max(a.m), max(a.g) FROM public.things a"
                + " JOIN public.marks b ON a.k = b.k")) {
      assertSame(
          connection -> {
            connection.setAutoCommit(false);
            execute(connection, "SET LOCAL search_path = other, app");
            execute(connection, "INSERT INTO public.marks (id, k, m, f) " + row);
          });
    }
  }

  @Test
  void putsThemThereWhereTheDriverHasTheNameOfAnotherPath() throws SQLException {
    try (ShardDataSource own = sharded("app")) {
      List<String> found = new ArrayList<>();
      for (String path : List.of("app", "other, app", "app, other", "other")) {
        try (Connection connection = own.getConnection()) {
          execute(connection, "SET search_path = " + path);
          execute(connection, "DELETE FROM public.marks WHERE id = 77");
          execute(
              connection,
              "INSERT INTO public.marks (id, k, m, f) SELECT 77, max(k), max(m), max(g) FROM"
                  + " public.things");
          found.addAll(Sample.rows(connection, "SELECT m, f FROM public.marks WHERE id = 77"));
          execute(connection, "DELETE FROM public.marks WHERE id = 77");
        }
      }
      assertThat(found).hasSize(4).containsOnly("happy,sad");
    }
  }

  /** A name in two schemas: the path of a session, or of a function, may mean the other one. */
  @Test
  void aNameThatIsDeclaredInSeveralSchemasIsNotMistaken() throws SQLException {
    for (String url : cluster.primaryUrls().values()) {
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute(
            """
            CREATE TABLE public.twice (id int PRIMARY KEY);
            CREATE TABLE app.twice (id bigint PRIMARY KEY);
            CREATE FUNCTION all_twice() RETURNS bigint STABLE LANGUAGE sql SET search_path = app
              AS 'SELECT count(*) FROM twice'
            """);
      }
    }
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    try (ShardDataSource twice =
            builder.tables(t -> t.reference("twice").sharded("app.twice", "id")).build();
        Connection connection = twice.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO app.twice SELECT generate_series(1, 9)");
      statement.execute("INSERT INTO twice VALUES (1), (2)");
      assertThat(Sample.rows(connection, "SELECT count(*) FROM twice")).containsExactly("2");
      assertThatThrownBy(() -> Sample.rows(connection, "SELECT all_twice()"))
          .hasMessageStartingWith("SJ0345");
      statement.execute("SET search_path = app, public");
      for (String sql :
          List.of("SELECT count(*) FROM twice", "DELETE FROM twice", "TRUNCATE twice")) {
        assertThatThrownBy(() -> statement.execute(sql)).as(sql).hasMessageStartingWith("SJ0631");
      }
      assertThat(Sample.rows(connection, "SELECT count(*) FROM app.twice")).containsExactly("9");
      assertThat(Sample.rows(connection, "SELECT count(*) FROM public.twice")).containsExactly("2");
      statement.execute("RESET search_path");
      assertThat(Sample.rows(connection, "SELECT count(*) FROM twice")).containsExactly("2");
    }
  }
}
