package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Aggregates of users see the rows of all shards, on one server. */
class OwnAggregatesTest {

  private static final List<String> SETUP =
      List.of(
          "CREATE TABLE docs (id bigint PRIMARY KEY, v int)",
          "CREATE TABLE notes (id bigint PRIMARY KEY, v int)",
          "CREATE TABLE kinds (id bigint PRIMARY KEY, v int)",
          "INSERT INTO docs SELECT g, g % 5 FROM generate_series(1, 30) g",
          "INSERT INTO notes SELECT g, g % 3 FROM generate_series(1, 12) g",
          "INSERT INTO kinds VALUES (1, 1), (2, 2)",
          "CREATE FUNCTION add_square(int, int) RETURNS int LANGUAGE plpgsql AS"
              + " 'BEGIN RETURN $1 + $2 * $2; END'",
          "CREATE AGGREGATE squares(int) (SFUNC = add_square, STYPE = int, INITCOND = '0')",
          "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '7')",
          "CREATE FUNCTION add_note(int, bigint) RETURNS int LANGUAGE sql AS"
              + " 'SELECT $1 + (SELECT v FROM notes WHERE id = $2)'",
          "CREATE AGGREGATE of_notes(bigint) (SFUNC = add_note, STYPE = int, INITCOND = '0')");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static ShardDataSource dataSource;
  private static Connection one;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.primaryUrls().get("s0"))
            .shard("s1", cluster.primaryUrls().get("s1"))
            .pool(Sample.pool(2))
            .tables(t -> t.sharded("docs", "id").sharded("notes", "id").reference("kinds"))
            .build();
    one = DriverManager.getConnection(Sample.alone(cluster));
    for (String sql : SETUP) {
      Sample.execute(dataSource, sql);
      try (Statement statement = one.createStatement()) {
        statement.execute(sql);
      }
    }
  }

  @AfterAll
  static void close() throws SQLException {
    dataSource.close();
    one.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT squares(v) FROM docs",
        "SELECT squares(v) FROM docs LIMIT 1",
        "SELECT total(v) FROM docs WHERE id < 0",
        "SELECT squares(DISTINCT v) FILTER (WHERE id > 3), count(*) FROM docs",
        "SELECT v, squares(v), count(*) FROM docs GROUP BY v ORDER BY v",
        "SELECT id, squares(v) OVER (ORDER BY id), sum(v) OVER () FROM docs ORDER BY id LIMIT 5",
        "SELECT squares(d.v) FROM docs d JOIN notes n ON d.v = n.v",
        "SELECT squares(v) + total(v) FROM docs WHERE id IN (SELECT v FROM notes)",
        "SELECT id FROM docs GROUP BY id HAVING squares(v) > 10 ORDER BY id",
        "SELECT count(*) FROM docs d WHERE EXISTS (SELECT total(v) FROM notes n WHERE n.id ="
            + " -d.id)",
        "SELECT (SELECT squares(v) FROM docs) + 1",
        "SELECT d.id, x.t FROM docs d, LATERAL (SELECT total(v) t FROM notes n WHERE n.v = d.v) x"
            + " ORDER BY d.id",
        "SELECT n.id FROM notes n WHERE n.v < (SELECT total(d.v) FROM docs d WHERE d.id = n.id)"
            + " ORDER BY n.id",
        "SELECT v FROM docs GROUP BY v ORDER BY squares(v) DESC LIMIT 2",
        "SELECT total(v) FROM docs UNION ALL SELECT squares(v) FROM notes ORDER BY 1",
        "SELECT squares(v) FROM docs WHERE id = 3",
        "SELECT squares(v) FROM kinds"
      })
  void answerAsOnOne(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThat(Sample.rows(connection, sql)).isEqualTo(Sample.rows(one, sql));
    }
  }

  @Test
  void whichReadTablesAreRefusedOverShards() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThatThrownBy(() -> Sample.rows(connection, "SELECT of_notes(id) FROM docs"))
          .hasMessageStartingWith("SJ03");
    }
  }
}
