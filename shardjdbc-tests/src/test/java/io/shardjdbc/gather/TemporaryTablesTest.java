package io.shardjdbc.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.route.Stage;
import io.shardjdbc.routing.route.StagedColumn;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies of rows on a server, and what it finds rows in them by. */
class TemporaryTablesTest {

  private static final String NAME = "\"shardjdbc:1\"";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(1));

  private static List<String> lines(Statement statement, String sql) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
    }
    return lines;
  }

  private static void copy(Connection connection, StagedColumn column, int count, String value)
      throws SQLException {
    StagedRows rows = new StagedRows(new Stage(NAME, "t", List.of(column), List.of()));
    try (Statement statement = connection.createStatement();
        ResultSet values =
            statement.executeQuery(
                "SELECT (" + value + ")::text FROM generate_series(1, " + count + ") i")) {
      while (values.next()) {
        rows.add(values);
      }
    }
    TemporaryTables.create(connection, List.of(rows), "SELECT 1", "SELECT 2");
  }

  @LongRun
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "bigint; btree; i",
        "integer; btree; i",
        "uuid; btree; gen_random_uuid()",
        "timestamp with time zone; btree; now() + i * interval '1 s'",
        "text; hash; repeat(i::text || '-', 20000)",
        "character varying(9000); hash; repeat(i::text || '-', 1000)",
        "numeric(12,2); hash; i",
        "json; ; '1'",
        "integer[]; ; '{1}'"
      })
  void whatIsLookedForInThemHasAnIndexThatNoValueIsTooLongFor(
      String type, String kind, String value) throws SQLException {
    try (Connection connection = cluster.connect("s0");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      copy(connection, new StagedColumn("\"k\"", type, "", true), 600, value);
      List<String> kinds =
          lines(
              statement,
              "SELECT m.amname FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid"
                  + " JOIN pg_am m ON m.oid = c.relam WHERE x.indrelid = '"
                  + NAME
                  + "'::regclass");
      assertThat(kinds).isEqualTo(kind == null ? List.of() : List.of(kind));
      connection.rollback();
    }
  }

  @Test
  void aSubQueryLooksIntoThemByTheIndex() throws SQLException {
    try (Connection connection = cluster.connect("s0");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      copy(connection, new StagedColumn("\"k\"", "bigint", "", true), 3_000, "i");
      assertThat(
              String.join(
                  "\n",
                  lines(
                      statement,
                      "EXPLAIN SELECT (SELECT count(*) FROM "
                          + NAME
                          + " c WHERE c.k = g) FROM generate_series(1, 10) g")))
          .contains("Index");
      connection.rollback();
    }
  }
}
