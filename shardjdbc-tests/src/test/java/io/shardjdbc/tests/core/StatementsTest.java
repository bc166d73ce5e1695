package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What single statements do, over one shard and over many. */
class StatementsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    Sample.execute(dataSource, "INSERT INTO countries VALUES ('de', 'Germany'), ('fr', 'France')");
    Sample.execute(dataSource, "INSERT INTO settings VALUES ('a', '1')");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void aStatementWithItsKeyRunsOnOneShard() throws SQLException {
    assertThat(Sample.rows(dataSource, "SELECT name, age FROM users WHERE user_id = ?", 5L))
        .containsExactly("user5,5");
    assertThat(Sample.rows(dataSource, "SELECT name FROM users WHERE user_id = ?", 5))
        .containsExactly("user5");
  }

  @Test
  void rowsAreSpreadOverAllShards() throws SQLException {
    long total = 0;
    for (String shard : List.of("s0", "s1", "s2")) {
      try (Connection connection = cluster.connect(shard)) {
        long here = Long.parseLong(Sample.rows(connection, "SELECT count(*) FROM users").get(0));
        assertThat(here).isPositive();
        total += here;
      }
    }
    assertThat(total).isEqualTo(Sample.USERS);
  }

  @Test
  void anOrderedReadOfAllShardsIsMerged() throws SQLException {
    assertThat(
            Sample.rows(
                dataSource, "SELECT user_id FROM users ORDER BY user_id DESC LIMIT 5 OFFSET 2"))
        .containsExactly("58", "57", "56", "55", "54");
    assertThat(Sample.rows(dataSource, "SELECT name FROM users ORDER BY age DESC, user_id LIMIT 3"))
        .containsExactly("user6", "user13", "user20");
  }

  @Test
  void aListOfKeysIsReadFromTheShardsThatHoldThem() throws SQLException {
    assertThat(
            Sample.rows(dataSource, "SELECT user_id FROM users WHERE user_id IN (3, 1, 2, ?)", 4L))
        .containsExactlyInAnyOrder("1", "2", "3", "4");
  }

  @Test
  void anArrayOfKeysIsReadFromTheShardsThatHoldThem() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT user_id FROM users WHERE user_id = ANY (?) ORDER BY user_id")) {
      statement.setArray(1, connection.createArrayOf("bigint", new Long[] {9L, 7L, 8L}));
      assertThat(Sample.rows(statement.executeQuery())).containsExactly("7", "8", "9");
      statement.setObject(1, new long[] {11, 10});
      assertThat(Sample.rows(statement.executeQuery())).containsExactly("10", "11");
    }
  }

  @Test
  void totalsAddUpWithTheServersTypes() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT count(*), sum(age), sum(user_id), min(joined), max(user_id), count(age) AS n
                  FROM users
                """)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong(1)).isEqualTo(Sample.USERS);
      assertThat(rows.getLong(2)).isEqualTo(IntStream.rangeClosed(1, 60).map(i -> i % 7).sum());
      assertThat(rows.getBigDecimal(3)).isEqualByComparingTo("1830");
      assertThat(rows.getTimestamp(4)).isNotNull();
      assertThat(rows.getInt("n")).isEqualTo(Sample.USERS);
      assertThat(rows.getMetaData().getColumnTypeName(2)).isEqualTo("int8");
      assertThat(rows.getMetaData().getColumnTypeName(3)).isEqualTo("numeric");
      assertThat(rows.getMetaData().getColumnLabel(6)).isEqualTo("n");
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void aSumOfNothingIsNull() throws SQLException {
    assertThat(Sample.rows(dataSource, "SELECT sum(age), count(*) FROM users WHERE age > 100"))
        .containsExactly("null,0");
  }

  @Test
  void aSplitInsertCountsAndReturnsItsRowsInTheCallersOrder() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "INSERT INTO posts (user_id, title) VALUES (101, 'a'), (?, 'b'), (103, 'c'),"
                    + " (104, ?), (105, 'e')")) {
      statement.setLong(1, 102);
      statement.setString(2, "d");
      assertThat(statement.executeUpdate()).isEqualTo(5);
    }
    try (Connection connection = dataSource.getConnection()) {
      assertThat(
              Sample.rows(
                  connection,
                  "INSERT INTO posts (user_id, title) VALUES (105, 'e'), (104, 'd'), (103, 'c'),"
                      + " (102, 'b'), (101, 'a') RETURNING title, user_id"))
          .containsExactly("e,105", "d,104", "c,103", "b,102", "a,101");
      assertThat(Sample.update(connection, "DELETE FROM posts WHERE user_id > 100")).isEqualTo(10);
    }
  }

  @Test
  void aReferenceTableIsWrittenEverywhereAndReadAnywhere() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThat(Sample.update(connection, "INSERT INTO countries VALUES (?, 'Spain')", "es"))
          .isEqualTo(1);
      for (String shard : List.of("s0", "s1", "s2")) {
        try (Connection direct = cluster.connect(shard)) {
          assertThat(Sample.rows(direct, "SELECT code FROM countries ORDER BY code"))
              .containsExactly("de", "es", "fr");
        }
      }
      assertThat(Sample.rows(connection, "SELECT count(*) FROM countries")).containsExactly("3");
      assertThat(Sample.update(connection, "DELETE FROM countries WHERE code = 'es'")).isEqualTo(1);
    }
  }

  @Test
  void aTableOnOneShardIsReadThere() throws SQLException {
    assertThat(Sample.rows(dataSource, "SELECT value FROM settings")).containsExactly("1");
  }

  @Test
  void anUpdateOfAllShardsCountsAllRows() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThat(Sample.update(connection, "UPDATE users SET age = age WHERE age < 100"))
          .isEqualTo(Sample.USERS);
    }
  }

  @Test
  void anUndeclaredTableIsRefusedWithTheWayOut() {
    assertThatThrownBy(() -> Sample.rows(dataSource, "SELECT * FROM unheard_of"))
        .isInstanceOf(SQLFeatureNotSupportedException.class)
        .hasMessageContaining("SJ0301")
        .hasMessageContaining("unheard_of");
  }

  @Test
  void anErrorOfAServerKeepsItsStateAndNamesTheShard() {
    assertThatThrownBy(
            () -> Sample.execute(dataSource, "INSERT INTO users (user_id, name) VALUES (1, 'x')"))
        .isInstanceOf(org.postgresql.util.PSQLException.class)
        .hasMessageContaining("users_pkey")
        .hasMessageMatching("(?s).*\\(shard s[012]\\)")
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("23505"))
        .hasCauseInstanceOf(org.postgresql.util.PSQLException.class);
  }

  /** The text that a server was given may have rows in front, or other columns. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT user_id FROM users WHERE nowhere = 1",
        "SELECT user_id FROM users WHERE nowhere = ? ORDER BY user_id LIMIT 3",
        "SELECT user_id, nowhere FROM users ORDER BY name LIMIT 3 OFFSET 2",
        "/* ünï */ SELECT age, count(*), sum(nowhere) FROM users GROUP BY age",
        "SELECT name, rank() OVER (ORDER BY nowhere) FROM users WHERE age > ?",
        "SELECT u.name FROM users u JOIN posts p ON p.title = u.name WHERE u.age = 'x'",
        "UPDATE users SET nowhere = 1",
        "UPDATE users SET age = 'x' WHERE user_id IN (SELECT rank() OVER (ORDER BY 1) FROM posts)",
        "INSERT INTO users (user_id, name, age) SELECT user_id + 1, name, nowhere FROM users"
      })
  void anErrorIsPlacedInTheCallersTextOrNowhere(String sql) throws SQLException {
    ServerErrorMessage expected;
    try (Connection one = cluster.connect("s0")) {
      expected = errorOf(one, sql);
    }
    assertThat(expected.getPosition()).isPositive();
    try (Connection connection = dataSource.getConnection()) {
      ServerErrorMessage error = errorOf(connection, sql);
      assertThat(error.getPosition()).isEqualTo(expected.getPosition());
      assertThat(error.toString()).isEqualTo(expected.toString());
      if (!sql.startsWith("UPDATE") && !sql.startsWith("INSERT")) {
        connection.setAutoCommit(false);
        assertThat(errorOf(connection, sql).getPosition()).isIn(0, expected.getPosition());
        connection.rollback();
      }
    }
  }

  private static ServerErrorMessage errorOf(Connection connection, String sql) {
    PSQLException thrown =
        catchThrowableOfType(
            PSQLException.class,
            () -> {
              if (sql.contains("?")) {
                Sample.rows(connection, sql, 1);
              } else {
                try (Statement statement = connection.createStatement()) {
                  statement.execute(sql);
                }
              }
            });
    ServerErrorMessage error = Objects.requireNonNull(thrown.getServerErrorMessage());
    String message = String.valueOf(thrown.getMessage());
    assertThat(message).contains(String.valueOf(error.getMessage()));
    assertThat(message.contains("Position: " + error.getPosition()))
        .isEqualTo(error.getPosition() > 0);
    assertThat(message.contains("Position: ")).isEqualTo(error.getPosition() > 0);
    return error;
  }
}
