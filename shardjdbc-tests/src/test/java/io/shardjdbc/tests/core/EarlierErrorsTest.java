package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.BatchUpdateException;
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

/** A statement that takes numbers, and has something wrong with it, fails as on one PostgreSQL. */
class EarlierErrorsTest {

  private static final String READ_ONLY = "setReadOnly";

  private static final List<String> SCHEMA =
      List.of(
          "DO $$ BEGIN CREATE ROLE numberless;"
              + " EXCEPTION WHEN duplicate_object THEN NULL; END $$",
          "CREATE SEQUENCE closed",
          "CREATE SEQUENCE opened",
          "CREATE TABLE mine (k bigint PRIMARY KEY, n bigint DEFAULT nextval('closed'), m int NOT"
              + " NULL DEFAULT 1, o bigint DEFAULT nextval('opened'))",
          "CREATE TABLE theirs (k bigint PRIMARY KEY, n bigint DEFAULT nextval('closed'), m int)",
          "GRANT ALL ON mine, opened TO numberless");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Sample.builder(cluster).tables(t -> t.sharded("mine", "k").sharded("theirs", "k")).build();
    plain.everywhere(SCHEMA.toArray(String[]::new));
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO mine (k) VALUES (1)",
        "INSERT INTO theirs (k) VALUES (1)",
        "INSERT INTO theirs (k, m) VALUES (1, nextval('opened')), (2, nextval('closed'))",
        "INSERT INTO mine (k, m) VALUES (nextval('closed'), NULL)",
        "INSERT INTO mine (k, n, m) VALUES (1, nextval('opened'), 'x')",
        "INSERT INTO mine (k, nothing) VALUES (nextval('closed'), 1)",
        "INSERT INTO mine (k, n) VALUES (nextval('opened'), 1), (nextval('closed') + 9000, 1)",
        "UPDATE mine SET n = nextval('closed'), m = 1 / 0 WHERE k = 1",
        "SELECT nextval('closed')",
        "SELECT nextval('nothing')"
      })
  void failsForTheSameReason(String sql) throws SQLException {
    for (String before : List.of("RESET TIME ZONE", "BEGIN", "BEGIN READ ONLY")) {
      for (String role : List.of("SET ROLE numberless", "RESET ROLE")) {
        String expected = failureOnOne(role, before, sql);
        try (Connection over = dataSource.getConnection()) {
          assertThat(failure(over, role, before, sql))
              .as("%s; %s; %s", role, before, sql)
              .startsWith(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO mine (k) VALUES (51)",
        "INSERT INTO mine (k) SELECT k + 50 FROM theirs",
        "INSERT INTO mine (k) SELECT k FROM theirs WHERE k > 5000",
        "UPDATE mine SET n = nextval('closed')",
        "UPDATE mine SET n = DEFAULT WHERE m = 9",
        "UPDATE mine SET n = nextval('closed') WHERE k = 1",
        "UPDATE mine SET n = nextval('closed') WHERE k = 777",
        "MERGE INTO mine USING theirs ON mine.k = theirs.k + 70"
            + " WHEN NOT MATCHED THEN INSERT (k) VALUES (theirs.k + 70)",
        "DELETE FROM theirs WHERE k IN (SELECT k FROM mine WHERE m > 1 LIMIT 1)",
        "WITH d AS (DELETE FROM mine RETURNING k, m) INSERT INTO theirs (k) SELECT m FROM d",
        "WITH d AS (DELETE FROM mine RETURNING k, m) SELECT m, count(*) FROM d GROUP BY m",
        "SELECT nextval('closed')"
      })
  void usesUpNoNumberWhereNothingMayBeWritten(String sql) throws SQLException {
    try (Connection over = dataSource.getConnection()) {
      for (int k = 1; k < 9; k++) {
        execute(over, "INSERT INTO mine (k, n) VALUES (" + k + ", 0) ON CONFLICT DO NOTHING");
        execute(over, "INSERT INTO theirs (k, n) VALUES (" + k + ", 0) ON CONFLICT DO NOTHING");
      }
    }
    for (String before :
        List.of(
            "BEGIN READ ONLY",
            "BEGIN; SET TRANSACTION READ ONLY",
            "BEGIN; SELECT count(*) FROM mine; SET TRANSACTION READ ONLY",
            READ_ONLY,
            "SET default_transaction_read_only = on")) {
      String expected = failureOnOne("RESET ROLE", before, sql);
      long next = next();
      try (Connection over = dataSource.getConnection()) {
        assertThat(failure(over, "RESET ROLE", before, sql))
            .as("%s; %s", before, sql)
            .startsWith(sql.startsWith("WITH") ? "25006" : expected)
            .startsWith("25006");
      }
      if (!before.equals(READ_ONLY)) { // no server has heard of that yet
        assertThat(next()).as("%s; %s", before, sql).isEqualTo(next + 1);
      }
    }
  }

  @Test
  void noMoreDoesABatch() throws SQLException {
    long next = next();
    try (Connection over = dataSource.getConnection();
        PreparedStatement insert = over.prepareStatement("INSERT INTO mine (k) VALUES (?)")) {
      execute(over, "BEGIN READ ONLY");
      for (int k = 61; k < 65; k++) {
        insert.setLong(1, k);
        insert.addBatch();
      }
      assertThatExceptionOfType(BatchUpdateException.class)
          .isThrownBy(insert::executeBatch)
          .matches(e -> "25006".equals(e.getSQLState()));
      execute(over, "ROLLBACK");
    }
    assertThat(next()).isEqualTo(next + 1);
  }

  /** A connection that is declared to read may begin a transaction that writes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN READ WRITE",
        "BEGIN; SET TRANSACTION READ WRITE",
        "START TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE",
        "BEGIN; SET LOCAL transaction_read_only = off",
        "BEGIN READ WRITE; SET session_replication_role = replica;"
            + " SET default_transaction_read_only = on",
      })
  void aTransactionThatMayWriteGetsItsNumbers(String begin) throws SQLException {
    long next = next();
    try (Connection over = dataSource.getConnection();
        Statement statement = over.createStatement()) {
      over.setReadOnly(true);
      execute(over, begin);
      try (ResultSet rows =
          statement.executeQuery("INSERT INTO mine (k) VALUES (71) RETURNING *")) {
        rows.next();
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(rows.getString(i));
        }
        assertThat(values).contains(Long.toString(next + 1));
      }
      execute(over, "ROLLBACK");
    }
  }

  private static long next() throws SQLException {
    return Long.parseLong(plain.rows("s0", "SELECT nextval('closed')").get(0));
  }

  private static String failureOnOne(String role, String before, String sql) throws SQLException {
    plain.on("s1", "RESET ALL");
    return failure(plain.to("s1"), role, before, sql);
  }

  /** What fails of it; what it has done is taken back. */
  private static String failure(Connection connection, String role, String before, String sql)
      throws SQLException {
    execute(connection, role);
    boolean declared = before.equals(READ_ONLY);
    connection.setReadOnly(declared);
    execute(connection, declared ? "BEGIN" : before);
    try {
      execute(connection, sql);
      execute(connection, "DELETE FROM mine");
      execute(connection, "DELETE FROM theirs");
      return "";
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage());
      return e.getSQLState() + " " + message.lines().findFirst().orElse("");
    } finally {
      execute(connection, "ROLLBACK");
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
