package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns of answers belong to the tables and views that the caller's text names. */
class ColumnsOfTextsTest {

  private static final List<String> SETUP =
      List.of(
          "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL)",
          "CREATE TABLE settings (id bigserial PRIMARY KEY, value int NOT NULL)",
          "CREATE VIEW named AS SELECT id, name AS called FROM users",
          "CREATE VIEW shown AS SELECT id, value + 1 AS more, value FROM settings");

  private static final List<String> QUERIES =
      List.of(
          "SELECT * FROM shown",
          "SELECT id AS a, value FROM shown WHERE more > 0",
          "SELECT s.id, t.id FROM shown s JOIN settings t ON s.id = t.id",
          "SELECT id, called FROM named WHERE id = 1",
          "SELECT id, called FROM named",
          "SELECT max(id), called FROM named GROUP BY called",
          "SELECT id, name FROM users",
          "SELECT u.id, v.name FROM users u JOIN users v ON u.name = v.name",
          "SELECT name, count(*) FROM users GROUP BY name");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static @Nullable String alone;

  /** Makes the tables, once; gives the URL of the one server. */
  private static String make(ShardDataSource dataSource) throws SQLException {
    if (alone != null) {
      return alone;
    }
    String made = Sample.alone(cluster);
    try (Connection one = DriverManager.getConnection(made);
        Statement statement = one.createStatement()) {
      for (String sql : SETUP) {
        statement.execute(sql);
        Sample.execute(dataSource, sql);
      }
    }
    alone = made;
    return made;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&preferQueryMode=simple"})
  void areThoseOfOneServer(String option) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach((shard, url) -> builder.shard(shard, url + option));
    try (ShardDataSource dataSource =
        builder
            .pool(Sample.pool(2))
            .tables(t -> t.sharded("users", "id").single("settings", "s1"))
            .build()) {
      String url = make(dataSource) + option;
      try (Connection over = dataSource.getConnection();
          Connection one = DriverManager.getConnection(url)) {
        for (String query : QUERIES) {
          List<String> ofOne = columns(one, query);
          assertThat(columns(over, query)).as(query).isEqualTo(ofOne);
          if (option.isEmpty()) {
            assertThat(columnsBefore(over, query)).as(query).isEqualTo(ofOne);
          }
        }
      }
    }
  }

  private static List<String> columns(Connection connection, String query) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query);
        ResultSet rows = statement.executeQuery()) {
      return columns(rows.getMetaData());
    }
  }

  /** Those of a statement that has not run. */
  private static List<String> columnsBefore(Connection connection, String query)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      return columns(statement.getMetaData());
    }
  }

  private static List<String> columns(ResultSetMetaData columns) throws SQLException {
    List<String> all = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      all.add(
          String.join(
              " ",
              columns.getSchemaName(i),
              columns.getTableName(i),
              columns.getColumnName(i),
              columns.getColumnTypeName(i),
              "nullable " + columns.isNullable(i),
              "counted " + columns.isAutoIncrement(i)));
    }
    return all;
  }
}
