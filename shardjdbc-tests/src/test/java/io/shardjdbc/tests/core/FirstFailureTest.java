package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Of several rows that fail, on whatever shards, the first one's error is told, as by one server.
 */
class FirstFailureTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final String SCHEMA = "currentSchema=plain";

  private static final String[] TABLES = {
    "CREATE TABLE kinds (kind int PRIMARY KEY)",
    """
    CREATE TABLE things (
      id bigint PRIMARY KEY, name varchar(5) NOT NULL, size int CHECK (size > 0),
      kind int REFERENCES kinds, note date)
    """,
    "INSERT INTO kinds VALUES (1)",
    """
    CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.name = 'bad' THEN RAISE 'bad' USING ERRCODE = 'P0078', DETAIL = NEW.id; END IF;
      RETURN NEW; END $$
    """,
    "CREATE TRIGGER looks BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION look()"
  };

  /** Rows that fail, each in its way; a place stands for the key. */
  private static final String[] BAD = {
    "(%d, NULL, 1, 1, NULL)",
    "(%d, 'a', -1, 1, NULL)",
    "(%d, 'too long', 1, 1, NULL)",
    "(%d, 'a', 1, 7, NULL)",
    "(1, 'again', 1, 1, NULL)",
    "(%d, 'bad', 1, 1, NULL)",
    "(%d, 'a', 1 / (length('a') - 1), 1, NULL)",
    "(%d, 'a', 1, 1, '2026-02-31')",
    "(%d, 'a', length('abc')::int - 9, 1, NULL)"
  };

  private static ShardDataSource dataSource;
  private static Connection plain;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Sample.builder(cluster).tables(t -> t.sharded("things", "id").reference("kinds")).build();
    String url = cluster.shard("s0").primary().jdbcUrl(cluster.database());
    try (Connection s0 = cluster.connect("s0");
        Statement statement = s0.createStatement()) {
      statement.execute("CREATE SCHEMA plain");
    }
    plain = DriverManager.getConnection(url + (url.contains("?") ? "&" : "?") + SCHEMA);
    try (Connection sharded = dataSource.getConnection()) {
      for (Connection connection : List.of(plain, sharded)) {
        for (String sql : TABLES) {
          connection.createStatement().execute(sql);
        }
      }
    }
  }

  @AfterAll
  static void close() throws SQLException {
    plain.close();
    dataSource.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    try (Connection sharded = dataSource.getConnection()) {
      for (Connection connection : List.of(plain, sharded)) {
        connection.createStatement().execute("DELETE FROM things");
        connection.createStatement().execute("INSERT INTO things VALUES (1, 'one', 1, 1, NULL)");
      }
    }
  }

  private interface Use {
    void run(Connection connection) throws SQLException;
  }

  /** The state and the detail of an error, which names the row. */
  private static String error(Connection connection, Use use) {
    try {
      use.run(connection);
      return "none";
    } catch (SQLException e) {
      SQLException first = e instanceof BatchUpdateException ? e.getNextException() : e;
      Throwable cause = first;
      while (!(cause instanceof PSQLException) && cause.getCause() != null) {
        cause = cause.getCause();
      }
      ServerErrorMessage message =
          cause instanceof PSQLException its ? its.getServerErrorMessage() : null;
      return first.getSQLState() + " " + (message == null ? cause : message.getDetail());
    }
  }

  private static void compare(Use use) throws SQLException {
    try (Connection sharded = dataSource.getConnection()) {
      String expected = error(plain, use);
      assertThat(expected).isNotEqualTo("none");
      assertThat(error(sharded, use)).isEqualTo(expected);
      assertThat(Sample.rows(sharded, "SELECT count(*) FROM things")).containsExactly("1");
    }
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private static List<String> rows(Random random) {
    List<String> rows = new ArrayList<>();
    for (int i = 2; i < 14; i++) {
      boolean bad = random.nextInt(3) == 0;
      String row = bad ? BAD[random.nextInt(BAD.length)] : "(%d, 'a', 1, 1, '2026-02-28')";
      rows.add(row.formatted(i * 5));
    }
    rows.add(BAD[random.nextInt(4)].formatted(99));
    return rows;
  }

  @Test
  void ofOneInsertTheFirstRowsErrorIsTold() throws SQLException {
    Random random = new Random(7);
    for (int i = 0; i < 30; i++) {
      String sql = "INSERT INTO things VALUES " + String.join(", ", rows(random));
      compare(
          connection -> {
            try (Statement statement = connection.createStatement()) {
              statement.executeUpdate(sql);
            }
          });
    }
  }

  @Test
  void ofValuesTheFirstRowsErrorIsTold() throws SQLException {
    Random random = new Random(8);
    for (int i = 0; i < 20; i++) {
      List<Object[]> rows = new ArrayList<>();
      for (int id = 2; id < 12; id++) {
        boolean bad = id == 11 || random.nextInt(3) == 0;
        rows.add(
            new Object[] {
              (long) id * 5,
              bad && random.nextBoolean() ? null : "a",
              bad && random.nextBoolean() ? 0 : 1,
              bad ? 7 : 1
            });
      }
      String row = "(?, ?, ?, ?)";
      String sql =
          "INSERT INTO things (id, name, size, kind) VALUES " + (row + ", ").repeat(9) + row;
      compare(
          connection -> {
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
              int at = 1;
              for (Object[] values : rows) {
                for (Object value : values) {
                  insert.setObject(at++, value);
                }
              }
              insert.executeUpdate();
            }
          });
      compare(
          connection -> {
            try (PreparedStatement insert =
                connection.prepareStatement(
                    "INSERT INTO things (id, name, size, kind) VALUES " + row)) {
              for (Object[] values : rows) {
                for (int at = 0; at < values.length; at++) {
                  insert.setObject(at + 1, values[at]);
                }
                insert.addBatch();
              }
              insert.executeBatch();
            }
          });
    }
  }

  @Test
  void ofABatchOfTextsTheFirstError() throws SQLException {
    Random random = new Random(9);
    for (int i = 0; i < 10; i++) {
      List<String> rows = rows(random);
      compare(
          connection -> {
            try (Statement statement = connection.createStatement()) {
              for (String row : rows) {
                statement.addBatch("INSERT INTO things VALUES " + row);
              }
              statement.executeBatch();
            }
          });
    }
  }
}
