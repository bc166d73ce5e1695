package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches over shards, and the keys that inserts generate. */
class BatchTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void cleanUp() throws SQLException {
    Sample.execute(dataSource, "DELETE FROM users WHERE user_id > 60");
    Sample.execute(dataSource, "DELETE FROM posts WHERE user_id > 60");
    Sample.execute(dataSource, "DELETE FROM countries WHERE code > ''");
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void countsComeInTheCallersOrder() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("UPDATE users SET age = age WHERE user_id = ?")) {
      int[] expected = new int[40];
      for (int i = 0; i < expected.length; i++) {
        boolean exists = i % 3 != 0;
        expected[i] = exists ? 1 : 0;
        statement.setLong(1, exists ? i + 1 : 1000 + i);
        statement.addBatch();
      }
      assertThat(statement.executeBatch()).isEqualTo(expected);
      assertThat(statement.executeBatch()).isEmpty();
    }
  }

  @Test
  void aFailureLeavesNothingOfABatchOverSeveralShards() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("INSERT INTO users (user_id, name) VALUES (?, 'new')")) {
      for (long id = 101; id <= 120; id++) {
        statement.setLong(1, id == 115 ? 1 : id);
        statement.addBatch();
      }
      BatchUpdateException failure =
          catchThrowableOfType(BatchUpdateException.class, statement::executeBatch);
      assertThat(failure.getSQLState()).isEqualTo("23505");
      assertThat(failure.getUpdateCounts()).hasSize(20).containsOnly(Statement.EXECUTE_FAILED);
      assertThat(failure.getMessage()).contains("users_pkey");
      assertThat(failure.getNextException().getSQLState()).isEqualTo("23505");
      assertThat(Sample.rows(connection, "SELECT count(*) FROM users WHERE user_id > 60"))
          .containsExactly("0");
    }
  }

  /** The transaction is aborted, so nothing stands, however large the driver's pieces were. */
  @Test
  void aBatchThatFailsInATransactionCountsNothingAsDone() throws SQLException {
    long here = Sample.userOn(dataSource, "s0");
    try (Connection connection = dataSource.getConnection();
        PreparedStatement large =
            connection.prepareStatement("INSERT INTO posts (user_id, post_id) VALUES (?, ?)");
        Statement mixed = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 1000; i++) {
        large.setLong(1, here);
        large.setObject(2, new UUID(42, i == 998 ? 7 : i));
        large.addBatch();
      }
      mixed.addBatch("UPDATE users SET age = 3 WHERE user_id = " + here);
      mixed.addBatch("SELECT 0 / 0 FROM users WHERE user_id = " + here);
      mixed.addBatch("UPDATE users SET age = 4 WHERE user_id = " + here);
      for (Statement batch : List.of(large, mixed)) {
        BatchUpdateException failure =
            catchThrowableOfType(BatchUpdateException.class, batch::executeBatch);
        assertThat(failure.getUpdateCounts()).containsOnly(Statement.EXECUTE_FAILED);
        connection.rollback();
      }
    }
  }

  @Test
  void aBatchOverTwoShardsIsRefusedInATransaction() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String shard : List.of("s0", "s1")) {
        statement.addBatch(
            "UPDATE users SET age = 1 WHERE user_id = " + Sample.userOn(dataSource, shard));
      }
      assertThatThrownBy(statement::executeBatch)
          .isInstanceOf(BatchUpdateException.class)
          .hasMessageContaining("SJ0601");
    }
  }

  @Test
  void plainStatementsOfAllKindsMayBeMixed() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.addBatch("INSERT INTO users (user_id, name) VALUES (201, 'a'), (202, 'b')");
      statement.addBatch("INSERT INTO countries VALUES ('xx', 'X')");
      statement.addBatch("UPDATE users SET age = 5 WHERE user_id > 200");
      statement.addBatch("DELETE FROM users WHERE user_id = 202");
      assertThat(statement.executeBatch()).containsExactly(2, 1, 2, 1);
    }
  }

  @Test
  void aSessionCommandInABatchRunsInItsPlace() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.addBatch("SET application_name = 'batch'");
      statement.addBatch("UPDATE users SET age = 5 WHERE user_id = 1");
      assertThat(statement.executeBatch()).containsExactly(0, 1);
      assertThat(Sample.rows(connection, "SHOW application_name")).containsExactly("batch");
    }
  }

  @Test
  void generatedKeysComeInTheOrderOfTheBatch() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "INSERT INTO posts (user_id, title) VALUES (?, ?)",
                new String[] {"user_id", "post_id"})) {
      List<Long> expected = new ArrayList<>();
      for (long id = 130; id > 100; id--) {
        statement.setLong(1, id);
        statement.setString(2, "t" + id);
        statement.addBatch();
        expected.add(id);
      }
      statement.executeBatch();
      List<Long> keys = new ArrayList<>();
      try (ResultSet rows = statement.getGeneratedKeys()) {
        while (rows.next()) {
          keys.add(rows.getLong("user_id"));
          assertThat(rows.getString(2)).hasSize(36);
        }
      }
      assertThat(keys).isEqualTo(expected);
    }
  }

  /** Rows of one statement go to several shards, other rows of each of the batch's statements. */
  @Test
  void keysOfSeveralRowsComeInTheOrderOfTheBatch() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "INSERT INTO posts (user_id, title) VALUES (?, 'a'), (?, 'b')",
                new String[] {"user_id"})) {
      List<Long> expected = new ArrayList<>();
      for (long id = 130; id > 110; id--) {
        statement.setLong(1, id);
        statement.setLong(2, id + 20);
        statement.addBatch();
        expected.add(id);
        expected.add(id + 20);
      }
      assertThat(statement.executeBatch()).hasSize(20).containsOnly(2);
      assertThat(Sample.rows(statement.getGeneratedKeys()))
          .containsExactlyElementsOf(expected.stream().map(String::valueOf).toList());
    }
  }

  @Test
  void shardsThatWroteNoRowTakeNoColumnsFromTheKeys() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "UPDATE users SET name = name WHERE user_id = ?", new String[] {"user_id"})) {
      for (long id = 1; id <= 60; id++) {
        for (long missing = 1_000 * id; missing < 1_000 * id + 12; missing++) {
          statement.setLong(1, missing);
          statement.addBatch();
        }
        statement.setLong(1, id);
        statement.addBatch();
        statement.executeBatch();
        try (ResultSet keys = statement.getGeneratedKeys()) {
          assertThat(Sample.rows(keys)).containsExactly(String.valueOf(id));
        }
      }
    }
  }

  @Test
  void copiesOfOneRowReturnItsKeysOnce() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try (PreparedStatement statement =
          connection.prepareStatement(
              "INSERT INTO countries (code, name) VALUES (?, ?)", new String[] {"code", "name"})) {
        for (String code : List.of("it", "at", "ch")) {
          statement.setString(1, code);
          statement.setString(2, code + "!");
          statement.addBatch();
        }
        assertThat(statement.executeBatch()).containsExactly(1, 1, 1);
        assertThat(Sample.rows(statement.getGeneratedKeys()))
            .containsExactly("it,it!", "at,at!", "ch,ch!");
      }
      try (PreparedStatement statement =
          connection.prepareStatement(
              "UPDATE countries SET name = ? WHERE code >= ?", new String[] {"name"})) {
        for (String code : List.of("c", "it")) {
          statement.setString(1, code);
          statement.setString(2, code);
          statement.addBatch();
        }
        assertThat(statement.executeBatch()).containsExactly(2, 1);
        assertThat(Sample.rows(statement.getGeneratedKeys())).containsExactly("c", "c", "it");
      }
    }
  }

  @Test
  void generatedKeysOfASplitInsertComeByFlagAndByIndexAndByName() throws SQLException {
    String sql = "INSERT INTO posts (user_id, title) VALUES (109, 'a'), (101, 'b'), (105, 'c')";
    try (Connection connection = dataSource.getConnection()) {
      try (Statement statement = connection.createStatement()) {
        assertThat(statement.executeUpdate(sql, Statement.RETURN_GENERATED_KEYS)).isEqualTo(3);
        ResultSet keys = statement.getGeneratedKeys();
        assertThat(keys.getMetaData().getColumnCount()).isEqualTo(5);
        List<String> titles = new ArrayList<>();
        while (keys.next()) {
          titles.add(keys.getString("title"));
        }
        assertThat(titles).containsExactly("a", "b", "c");
      }
      try (PreparedStatement statement = connection.prepareStatement(sql, new int[] {3, 1})) {
        assertThat(statement.executeUpdate()).isEqualTo(3);
        assertThat(Sample.rows(statement.getGeneratedKeys()))
            .containsExactly("a,109", "b,101", "c,105");
      }
      try (PreparedStatement statement =
          connection.prepareStatement(sql, new String[] {"user_id"})) {
        assertThat(statement.executeUpdate()).isEqualTo(3);
        assertThat(Sample.rows(statement.getGeneratedKeys())).containsExactly("109", "101", "105");
      }
    }
  }

  @Test
  void rowsThatMeetOthersComeInTheOrderOfTheirTextToo() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      StringBuilder rows = new StringBuilder();
      List<String> expected = new ArrayList<>();
      for (long id = 120; id > 100; id -= 2) {
        Sample.update(connection, "INSERT INTO users (user_id, name) VALUES (?, 'old')", id - 1);
        rows.append(rows.isEmpty() ? "" : ", ")
            .append("(%d, 'a'), (%d, 'b')".formatted(id, id - 1));
        expected.add(String.valueOf(id));
        expected.add(String.valueOf(id - 1));
      }
      String sql = "INSERT INTO users (user_id, name) VALUES " + rows;
      String update = " ON CONFLICT (user_id) DO UPDATE SET name = excluded.name RETURNING user_id";
      assertThat(Sample.rows(connection, sql + update)).containsExactlyElementsOf(expected);
      assertThat(Sample.rows(connection, sql + " ON CONFLICT DO NOTHING RETURNING user_id"))
          .isEmpty();
      Sample.execute(dataSource, "DELETE FROM users WHERE user_id > 60");
      assertThat(Sample.rows(connection, sql + " ON CONFLICT DO NOTHING RETURNING user_id"))
          .containsExactlyElementsOf(expected);
    }
  }

  @Test
  void noKeysAreAnEmptyResult() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE users SET age = age WHERE user_id = 1");
      assertThat(statement.getGeneratedKeys().next()).isFalse();
    }
  }

  @Test
  void aValueThatItsOwnerReusesIsBoundAsItWas() throws SQLException {
    Timestamp moment = Timestamp.from(Instant.parse("2020-01-01T00:00:00Z"));
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "INSERT INTO users (user_id, name, joined) VALUES (?, 'x', ?)")) {
      for (long id = 101; id <= 103; id++) {
        statement.setLong(1, id);
        statement.setTimestamp(2, moment);
        statement.addBatch();
        moment.setTime(moment.getTime() + 86_400_000L * 366);
      }
      statement.executeBatch();
      assertThat(
              Sample.rows(
                  connection,
                  "SELECT user_id FROM users WHERE user_id > 60 ORDER BY joined LIMIT 5"))
          .containsExactly("101", "102", "103");
      assertThat(Sample.rows(connection, "SELECT count(*) FROM users WHERE joined < '2020-06-01'"))
          .containsExactly("1");
    }
  }
}
