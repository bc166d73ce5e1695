package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What triggers for each statement say comes as often as on one PostgreSQL. */
class NoticesOfStatementsTest {

  private static final String TELLS =
      "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS"
          + " $$ BEGIN RAISE NOTICE '%% %%', tg_op, tg_when; RETURN NULL; END $$";

  private static final List<String> SETUP =
      List.of(
          "CREATE TABLE docs (id bigint PRIMARY KEY, v int)",
          "CREATE TABLE lines (id bigint PRIMARY KEY REFERENCES docs ON DELETE CASCADE)",
          "CREATE TABLE twice (id bigint PRIMARY KEY, v int)",
          "INSERT INTO docs SELECT g, g FROM generate_series(1, 12) g",
          "INSERT INTO lines SELECT g FROM generate_series(1, 12) g",
          TELLS.formatted("\"for statements\""),
          TELLS.formatted("for_lines"),
          TELLS.formatted("for_rows"),
          TELLS.formatted("for_both"),
          "CREATE TRIGGER b BEFORE INSERT OR UPDATE OR DELETE ON docs"
              + " EXECUTE FUNCTION \"for statements\"()",
          "CREATE TRIGGER a AFTER INSERT OR UPDATE OR DELETE ON docs"
              + " EXECUTE FUNCTION \"for statements\"()",
          "CREATE TRIGGER r AFTER INSERT OR UPDATE OR DELETE ON docs FOR EACH ROW"
              + " EXECUTE FUNCTION for_rows()",
          "CREATE TRIGGER l AFTER DELETE ON lines EXECUTE FUNCTION for_lines()",
          "CREATE TRIGGER b AFTER UPDATE ON twice EXECUTE FUNCTION for_both()",
          "CREATE TRIGGER r AFTER UPDATE ON twice FOR EACH ROW EXECUTE FUNCTION for_both()");

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
            .transactions(TransactionMode.TWO_PHASE)
            .tables(t -> t.sharded("docs", "id").sharded("lines", "id").sharded("twice", "id"))
            .build();
    one = DriverManager.getConnection(Sample.alone(cluster));
    for (String sql : SETUP) {
      try (Statement statement = one.createStatement()) {
        statement.execute(sql);
      }
      Sample.execute(dataSource, sql);
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
        "UPDATE docs SET v = v + 1",
        "UPDATE docs SET v = v + 1 WHERE id < 0",
        "UPDATE docs SET v = v + 1 WHERE id = NULL",
        "DELETE FROM docs WHERE id > 8",
        "INSERT INTO docs VALUES (21, 1), (22, 1), (23, 1), (24, 1)",
        "INSERT INTO docs SELECT id + 100, v FROM docs",
        "INSERT INTO docs VALUES (1, 1), (2, 1), (3, 1), (4, 1) ON CONFLICT (id) DO UPDATE SET v ="
            + " 0",
        "WITH gone AS (DELETE FROM docs WHERE v > 0 RETURNING id) SELECT count(*) FROM gone",
        "UPDATE twice SET v = 1 WHERE id = 1"
      })
  void comesAsOftenAsOnOne(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThat(told(connection, sql)).isEqualTo(told(one, sql));
    }
  }

  @Test
  void whatNobodyCanTellApartIsRefusedOverShards() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("UPDATE twice SET v = 1"))
          .hasMessageContaining("SJ0345")
          .hasMessageContaining("trigger b of public.twice");
    }
  }

  /** What a statement that is rolled back says, in any order. */
  private static List<String> told(Connection connection, String sql) throws SQLException {
    connection.setAutoCommit(false);
    List<String> told = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      for (SQLWarning each = statement.getWarnings(); each != null; each = each.getNextWarning()) {
        told.add(each.getMessage());
      }
    }
    connection.rollback();
    connection.setAutoCommit(true);
    told.sort(null);
    return told;
  }
}
