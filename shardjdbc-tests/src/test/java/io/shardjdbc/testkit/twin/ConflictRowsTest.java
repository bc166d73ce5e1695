package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What INSERT says of a row besides its values: ON CONFLICT, RETURNING, elements of columns. */
class ConflictRowsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static TwinDatabase twin;

  @BeforeAll
  static void open() throws SQLException {
    twin =
        TwinDatabase.on(
            cluster.cluster(),
            cluster.database(),
            tables ->
                tables
                    .sharded("people", "id")
                    .sharded("notes", "person")
                    .sharded("lines", "person")
                    .reference("totals"));
    twin.execute(
        "CREATE TABLE people (id bigint PRIMARY KEY, count int, rank int DEFAULT 1, tags text[])");
    twin.execute("CREATE TABLE notes (person bigint, n int, PRIMARY KEY (person, n))");
    twin.execute("CREATE TABLE lines (person bigint, n int, amount int)");
    twin.execute("CREATE TABLE totals (kind text PRIMARY KEY, count int, sum int, tags text[])");
  }

  @AfterAll
  static void close() throws SQLException {
    twin.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    for (String table : new String[] {"people", "notes", "lines", "totals"}) {
      twin.execute("DELETE FROM " + table);
    }
    twin.execute("INSERT INTO people (id, count) SELECT i, i FROM generate_series(1, 9) i");
    twin.execute("INSERT INTO notes SELECT i % 9 + 1, i FROM generate_series(1, 20) i");
    twin.execute("INSERT INTO lines SELECT i % 9 + 1, i, i FROM generate_series(1, 20) i");
    twin.execute("INSERT INTO totals VALUES ('a', 1, 1), ('b', 2, 2)");
  }

  /** A column of the row that is excluded is no function of the same name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO totals (kind, count, sum) VALUES ('a', 2, 3), ('c', 1, 1) ON CONFLICT (kind)"
            + " DO UPDATE SET count = totals.count + excluded.count, sum = excluded.sum RETURNING"
            + " *",
        "INSERT INTO totals AS t (kind, count) SELECT 'k' || n % 3, count(*) FROM notes GROUP BY 1"
            + " ON CONFLICT (kind) DO UPDATE SET count = t.count + excluded.count",
        "INSERT INTO people (id, count, rank) VALUES (1, 2, 3), (50, 1, 1) ON CONFLICT (id) DO"
            + " UPDATE SET count = people.count + excluded.count WHERE excluded.rank > 2 RETURNING"
            + " id, people.count",
      })
  void columnsMayBeCalledAsFunctionsAre(String sql) throws SQLException {
    assertEqual(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO people (id, tags[1], tags[2]) VALUES (60, 'a', 'b'), (61, 'c', NULL)"
            + " RETURNING id, tags",
        "INSERT INTO people (tags[2], id) SELECT 't' || n, person + 70 FROM notes WHERE n < 5",
        "INSERT INTO totals (kind, tags[1]) VALUES ('x', 'a') RETURNING *",
      })
  void elementsOfOtherColumnsMayBeGiven(String sql) throws SQLException {
    assertEqual(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO people (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET count = (SELECT max(n)"
            + " FROM notes WHERE person = people.id) RETURNING count",
        "INSERT INTO people (id) VALUES (1), (2), (80) ON CONFLICT (id) DO UPDATE SET (count, rank)"
            + " = (SELECT n, 7 FROM notes WHERE person = people.id ORDER BY n DESC LIMIT 1)"
            + " RETURNING id, count, (SELECT sum(amount) FROM notes JOIN lines USING (person, n)"
            + " WHERE person = people.id)",
        "INSERT INTO people (id) VALUES (3), (4) ON CONFLICT (id) DO UPDATE SET count = 0 WHERE NOT"
            + " EXISTS (SELECT FROM notes WHERE person = people.id AND n > 18) RETURNING id",
        "INSERT INTO people (id, count) SELECT person + n % 2, max(n) FROM notes GROUP BY 1 ON"
            + " CONFLICT (id) DO UPDATE SET count = excluded.count + (SELECT count(*) FROM lines"
            + " WHERE person = people.id) RETURNING id, count, (SELECT max(count) FROM totals)",
        "INSERT INTO people (id, count) VALUES (5.4, (SELECT max(n) FROM notes)), (81, 1) RETURNING"
            + " id, count",
      })
  void aRowMayAskForRowsOfItsOwnKey(String sql) throws SQLException {
    assertEqual(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO people (id) VALUES (1), (2) ON CONFLICT (id) DO UPDATE SET count = (SELECT"
            + " max(n) FROM notes WHERE person >= people.id)",
        "INSERT INTO people (id) VALUES (1), (2) RETURNING (SELECT count(*) FROM notes)",
        "INSERT INTO people (id) VALUES (1), (2) ON CONFLICT (id) DO UPDATE SET count = (SELECT"
            + " count(*) FROM notes JOIN lines USING (n) WHERE notes.person = people.id)",
      })
  void aRowMayNotAskForRowsOfOtherShards(String sql) throws SQLException {
    assertThat(twin.verify(Trial.plain(sql))).isInstanceOf(Verdict.Refused.class);
  }

  private static void assertEqual(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }
}
