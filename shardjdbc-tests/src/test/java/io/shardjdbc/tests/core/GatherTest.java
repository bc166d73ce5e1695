package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that one PostgreSQL answers over rows of several shards. */
class GatherTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void fill() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    Sample.execute(dataSource, "INSERT INTO settings VALUES ('user7', 'seven')");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static List<String> query(String sql, Object... values) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return query(connection, sql, values);
    }
  }

  private static List<String> query(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      List<String> rows = new ArrayList<>();
      try (ResultSet found = statement.executeQuery()) {
        int width = found.getMetaData().getColumnCount();
        while (found.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= width; i++) {
            row.add(found.getString(i));
          }
          rows.add(String.join("|", row));
        }
      }
      return rows;
    }
  }

  @Test
  void groupsByWhatIsNotTheKey() throws SQLException {
    assertThat(query("SELECT age, count(*), avg(user_id) FROM users GROUP BY age ORDER BY age"))
        .hasSize(7)
        .startsWith("0|8|31.5000000000000000");
  }

  @Test
  void bindsTheCallersValuesBehindTheRows() throws SQLException {
    assertThat(
            query(
                "SELECT u.name, s.value FROM users u JOIN settings s ON s.name = u.name"
                    + " WHERE u.user_id > ? AND u.user_id < ?",
                5L,
                20L))
        .containsExactly("user7|seven");
  }

  @Test
  void sortsTextByTheServersCollationWhereJavaCannot() throws SQLException {
    assertThat(query("SELECT name FROM users ORDER BY name LIMIT 3"))
        .containsExactly("user1", "user10", "user11");
  }

  @Test
  void joinsTablesOnOtherColumnsThanTheirKeys() throws SQLException {
    assertThat(
            query(
                "SELECT count(*), max(a.name) FROM users a FULL JOIN users b ON a.user_id = b.age"))
        .containsExactly("114|user9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*), 'who?' FROM users a JOIN users b ON a.user_id = b.age /* what? */",
        "SELECT count(*), E'who\\'s?' FROM users a JOIN users b ON a.user_id = b.age -- when?",
        "SELECT count(*) AS \"how?\", $$why?$$ FROM users a JOIN users b ON a.user_id = b.age",
        "WITH c AS (SELECT a.age, '?' AS w FROM users a JOIN users b ON a.user_id = b.age)"
            + " SELECT count(*), min(w) FROM c WHERE w = '?'"
      })
  void takesNoQuestionMarkOfAStringOrAComment(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isPositive();
      assertThat(rows.getString(2)).endsWith("?");
    }
  }

  @Test
  void seesWhatTheTransactionWrote() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement update =
          connection.prepareStatement("UPDATE users SET age = 99 WHERE user_id = 1")) {
        assertThat(update.executeUpdate()).isOne();
      }
      assertThat(query(connection, "SELECT age FROM users GROUP BY age ORDER BY 1 DESC LIMIT 1"))
          .containsExactly("99");
      connection.rollback();
    }
    assertThat(query("SELECT age FROM users GROUP BY age ORDER BY 1 DESC LIMIT 1"))
        .containsExactly("6");
  }

  @Test
  void copiesManyRowsIntoTables() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO posts (user_id, title, score) VALUES (?, ?, ?)")) {
      for (int i = 0; i < 3_000; i++) {
        insert.setLong(1, 1_000 + i);
        insert.setString(2, i % 2 == 0 ? "a\tb\\n" + i % 10 : null);
        insert.setBigDecimal(3, new java.math.BigDecimal("1.50"));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    String sql =
        "SELECT title, count(*), sum(score) FROM posts WHERE user_id >= 1000"
            + " GROUP BY title ORDER BY title NULLS FIRST";
    assertThat(query(sql)).hasSize(6).startsWith("null|1500|2250.00", "a\tb\\n0|300|450.00");
    assertThat(query(sql)).hasSize(6);
  }

  @Test
  void columnsDependOnAPrimaryKeyThatCopiesLack() throws SQLException {
    assertThat(
            query(
                "SELECT u.name, count(*) FROM users u"
                    + " JOIN posts p ON p.title = 'post of ' || substr(u.name, 5)"
                    + " GROUP BY u.user_id ORDER BY u.user_id"))
        .hasSize(60)
        .startsWith("user1|1", "user2|1");
  }
}
