package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that pick rows of a reference table, whose copies have their rows in another order. */
class CopiesThatPickTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  /** What every server has of its own, beside the twin's tables, and fills those from again. */
  private static final String REFILL =
      """
      TRUNCATE acct, note, r, kept, rates;
      INSERT INTO acct SELECT * FROM acct_rows;
      INSERT INTO r SELECT * FROM r_rows;
      INSERT INTO rates SELECT * FROM rates_rows\
      """;

  private static final List<Connection> shards = new ArrayList<>();
  private static TwinDatabase twin;
  private static Connection single;

  @BeforeAll
  static void open() throws SQLException {
    twin =
        TwinDatabase.on(
            cluster.cluster(),
            cluster.database(),
            tables ->
                tables
                    .sharded("acct", "id")
                    .sharded("note", "id")
                    .reference("r")
                    .reference("kept")
                    .reference("rates"));
    twin.execute("CREATE TABLE acct (id bigint PRIMARY KEY, code text)");
    twin.execute("CREATE TABLE note (id bigint PRIMARY KEY, code text)");
    twin.execute("CREATE TABLE r (code text PRIMARY KEY, n int)");
    twin.execute("CREATE TABLE kept (code text, n int)");
    twin.execute("CREATE TABLE rates (n bigint PRIMARY KEY, f float8)");
    twin.execute("INSERT INTO acct SELECT i, 'c' || i FROM generate_series(1, 30) i");
    twin.execute("INSERT INTO r SELECT 'c' || i, 1 FROM generate_series(1, 30) i");
    twin.execute("INSERT INTO rates VALUES (1, 1e16), (2, 1), (3, -1e16), (4, 1), (5, 3)");
    String order = "n";
    for (ClusterShard shard : cluster.cluster().shards()) {
      shards.add(shard.primary().connect(cluster.database()));
      keepRows(shards.get(shards.size() - 1), order);
      order = order + " % 3, n";
    }
    ClusterShard first = cluster.cluster().shards().get(0);
    single = first.primary().connect(cluster.database() + "_single");
    keepRows(single, "n");
  }

  /** Keeps the rows in another order on each shard: of the reference table, its own come first. */
  private static void keepRows(Connection server, String order) throws SQLException {
    on(
        server,
        """
        CREATE TABLE acct_rows AS SELECT * FROM acct;
        CREATE TABLE r_rows AS SELECT r.* FROM r LEFT JOIN acct USING (code) ORDER BY id;
        CREATE TABLE rates_rows AS SELECT * FROM rates ORDER BY
        """
            + order);
  }

  @AfterAll
  static void close() throws Exception {
    single.close();
    for (Connection shard : shards) {
      shard.close();
    }
    shards.clear();
    twin.close();
  }

  @BeforeEach
  void refillTables() throws SQLException {
    on(single, REFILL);
    for (Connection shard : shards) {
      on(shard, REFILL);
    }
  }

  private static void on(Connection server, String sql) throws SQLException {
    try (Statement statement = server.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> onEach(String sql) throws SQLException {
    List<String> answers = new ArrayList<>();
    for (Connection shard : shards) {
      try (Statement statement = shard.createStatement();
          ResultSet row = statement.executeQuery(sql)) {
        row.next();
        answers.add(row.getString(1));
      }
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM r WHERE code IN (SELECT code FROM r LIMIT 5)",
        "UPDATE r SET n = 2 WHERE code = (SELECT code FROM r ORDER BY n LIMIT 1)",
        "INSERT INTO kept SELECT * FROM r LIMIT 4",
        "INSERT INTO kept SELECT DISTINCT ON (n) code, n FROM r",
        "UPDATE r SET n = 3 WHERE n IN (SELECT n FROM r OFFSET 29)",
        "INSERT INTO kept SELECT string_agg(code, ','), 1 FROM r",
        "INSERT INTO kept SELECT code, row_number() OVER () FROM r",
        "UPDATE r SET n = (SELECT length((array_agg(code))[1]) FROM r)",
      })
  void copiesStayAlike(String sql) throws SQLException {
    assertThat(new HashSet<>(onEach("SELECT code FROM r LIMIT 1"))).hasSizeGreaterThan(1);
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isNotInstanceOf(Verdict.Refused.class);
    String all = "SELECT string_agg(t::text, '|' ORDER BY t) FROM ";
    assertThat(new HashSet<>(onEach(all + "r t"))).hasSize(1);
    assertThat(new HashSet<>(onEach(all + "kept t"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE r SET n = acct.id FROM acct WHERE acct.id = r.n + 4 AND r.n = acct.id - 4",
        "UPDATE r SET n = acct.id FROM acct WHERE acct.id = 7",
        "UPDATE r SET n = a.id * 2 FROM acct a WHERE a.id = r.n AND a.code <> r.code RETURNING r.n",
        "UPDATE r AS t SET n = note.id + a.id FROM acct a, note WHERE a.id = t.n AND note.id ="
            + " a.id",
        "UPDATE r SET n = o.n + r.n FROM r o WHERE o.code = r.code AND r.code < 'c2'",
        "UPDATE r SET n = s.c FROM (SELECT code, count(*) AS c FROM acct GROUP BY code) s WHERE"
            + " s.code = r.code",
        "UPDATE r SET n = s.m FROM (SELECT substr(code, 1, 2), max(id) FROM acct GROUP BY 1) s(k,"
            + " m) WHERE s.k = r.code",
      })
  void aRowOfFromThatIsFoundByItsWholeKeyIsTheSameForEveryCopy(String sql) throws SQLException {
    twin.execute("INSERT INTO note SELECT i, 'n' FROM generate_series(1, 5) i");
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome)
        .as(String.valueOf(outcome))
        .isInstanceOfAny(Verdict.Equal.class, Verdict.Refused.class);
    boolean open = sql.contains("+ 4") || sql.contains("substr");
    assertThat(outcome instanceof Verdict.Refused).isEqualTo(open);
    twin.assertEqual("SELECT * FROM r ORDER BY code");
    String all = "SELECT string_agg(t::text, '|' ORDER BY t) FROM r t";
    assertThat(new HashSet<>(onEach(all))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE rates SET f = (SELECT sum(f) FROM rates)",
        "UPDATE acct SET code = (SELECT sum(f)::text FROM rates)",
        "UPDATE acct SET code = s.t FROM (SELECT avg(f)::text t FROM rates) s",
        "INSERT INTO kept SELECT sum(x)::text, 1 FROM (SELECT f * 2 FROM rates) s(x)",
        "UPDATE acct SET code = (SELECT sum(n::float8 / 3)::text FROM rates) WHERE id < 20",
      })
  void sumsOfFloatsAreAddedOnce(String sql) throws SQLException {
    assertThat(new HashSet<>(onEach("SELECT sum(f) FROM rates"))).hasSizeGreaterThan(1);
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isNotInstanceOf(Verdict.Refused.class);
    assertThat(new HashSet<>(onEach("SELECT string_agg(f::text, ',' ORDER BY n) FROM rates")))
        .hasSize(1);
    List<String> texts = onEach("SELECT max(code) FROM acct WHERE id < 20");
    texts.addAll(onEach("SELECT min(code) FROM acct WHERE id < 20"));
    assertThat(new HashSet<>(texts)).hasSize(sql.contains("acct") ? 1 : texts.size());
    assertThat(new HashSet<>(onEach("SELECT code FROM kept UNION ALL SELECT ''"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE r SET n = (SELECT max(c) FROM (SELECT count(*) OVER () c FROM r) s)",
        "UPDATE acct SET code = s.c::text FROM (SELECT code k, count(*) OVER (PARTITION BY n) c"
            + " FROM r) s WHERE s.k = acct.code",
        "UPDATE acct SET code = 'w' WHERE code IN (SELECT s.code FROM (SELECT code, sum(n) OVER"
            + " (ORDER BY n) AS t FROM r) s WHERE s.t > 3)",
        "DELETE FROM r WHERE (SELECT max(m) FROM (SELECT min(n) OVER (ORDER BY code RANGE BETWEEN"
            + " UNBOUNDED PRECEDING AND CURRENT ROW) AS m FROM r) s) = r.n",
      })
  void windowsThatTakeEqualRowsTogetherAreAnsweredByEachCopy(String sql) throws SQLException {
    twin.assertEqual(sql);
    String all = "SELECT string_agg(t::text, '|' ORDER BY t) FROM r t";
    assertThat(new HashSet<>(onEach(all))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE acct SET code = 'picked' WHERE code IN (SELECT code FROM r LIMIT 1)",
        "UPDATE acct SET code = 'picked' FROM (SELECT code FROM r LIMIT 1) s WHERE s.code ="
            + " acct.code",
        "UPDATE acct SET code = 'picked' WHERE code IN (SELECT first_value(code) OVER () FROM r)",
      })
  void shardsPickTheSameRows(String sql) throws SQLException {
    twin.verify(Trial.plain(sql));
    long picked =
        onEach("SELECT count(*) FROM acct WHERE code = 'picked'").stream()
            .mapToLong(Long::parseLong)
            .sum();
    assertThat(picked).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE acct SET code = (SELECT string_agg(code, ',') FROM r)",
        "UPDATE acct SET code = (SELECT (array_agg(code))[1] FROM r)",
        "UPDATE acct SET code = (SELECT json_agg(code)::text FROM r WHERE n = 1) WHERE id > 0",
        "UPDATE acct SET code = (SELECT string_agg(c, ',') FROM (SELECT code c FROM r) s)",
        "UPDATE acct SET code = s.t FROM (SELECT string_agg(code, ',' ORDER BY n) t FROM r) s",
        "WITH s AS (SELECT string_agg(code, ',') t FROM r) UPDATE acct SET code = s.t FROM s",
        "WITH u AS (UPDATE acct SET code = (SELECT string_agg(code, ',') FROM r) RETURNING id)"
            + " SELECT id FROM u",
      })
  void shardsAreGivenOneText(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isNotInstanceOf(Verdict.Refused.class);
    List<String> texts = onEach("SELECT min(code) FROM acct");
    texts.addAll(onEach("SELECT max(code) FROM acct"));
    assertThat(new HashSet<>(texts)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM r USING r b WHERE r.ctid < b.ctid AND r.code <> b.code",
        "DELETE FROM acct WHERE code IN (SELECT r.code FROM r JOIN r b ON r.ctid < b.ctid)",
        "SELECT id FROM acct WHERE code IN (SELECT r.code FROM r JOIN r b ON r.ctid < b.ctid)",
        "UPDATE acct SET code = (SELECT x.code FROM r x WHERE x.n < acct.id LIMIT 1)",
        "UPDATE acct SET code = (SELECT string_agg(x.code, ',') FROM r x WHERE x.n < acct.id)",
        "UPDATE acct SET code = (SELECT string_agg(x.code, ',' ORDER BY x.n) FROM r x"
            + " WHERE x.n < acct.id)",
        "UPDATE acct SET code = (SELECT string_agg(x.code, ',' ORDER BY acct.code) FROM r x"
            + " WHERE x.n < acct.id)",
        "DELETE FROM acct WHERE code IN (SELECT (array_agg(x.code))[1] FROM r x"
            + " WHERE x.n < acct.id)",
        "UPDATE acct SET code = (SELECT string_agg(c, ',') FROM (SELECT code c FROM r"
            + " WHERE n < id) s)",
      })
  void whatCopiesMightAnswerDifferentlyAndIsNotAnsweredOnceIsRefused(String sql)
      throws SQLException {
    assertThat(twin.verify(Trial.plain(sql)))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> assertThat(refused.code()).isIn("SJ0303", "SJ0309", "SJ0314"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE acct SET code = (SELECT string_agg(x.code, ',' ORDER BY x.code) FROM r x"
            + " WHERE x.n < acct.id)",
        "UPDATE acct SET code = (SELECT string_agg(DISTINCT x.code, ',') FROM r x"
            + " WHERE x.n < acct.id)",
        "UPDATE acct SET code = (SELECT json_agg(x.n ORDER BY code)::text FROM r x"
            + " WHERE x.n < acct.id)",
        "DELETE FROM acct WHERE code IN (SELECT s.code FROM (SELECT code, row_number()"
            + " OVER (ORDER BY r.code) k FROM r) s WHERE s.k < 3)",
      })
  void anOrderOfAllRowsLetsEachShardAnswer(String sql) throws SQLException {
    twin.assertEqual(sql);
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "id + 100"})
  void insertedRowsOfSeveralShardsAreGivenOneText(String id) throws SQLException {
    String sql = "INSERT INTO note SELECT " + id + ", (SELECT string_agg(code, ',') FROM r)";
    Verdict outcome = twin.verify(Trial.plain(sql + " FROM acct"));
    assertThat(outcome).as(String.valueOf(outcome)).isNotInstanceOf(Verdict.Refused.class);
    assertThat(new HashSet<>(onEach("SELECT min(code) FROM note"))).hasSize(1);
    twin.assertEqual("SELECT count(DISTINCT code) FROM note");
  }
}
