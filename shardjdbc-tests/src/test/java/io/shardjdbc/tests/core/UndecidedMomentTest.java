package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions above READ COMMITTED whose first statements say the same on every shard. */
class UndecidedMomentTest {

  private static final String NAME = "SELECT name FROM users WHERE user_id = ?";
  private static final String RENAME = "UPDATE users SET name = ? WHERE user_id = ?";
  private static final String COUNTRY = "SELECT name FROM countries WHERE code = 'de'";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static long[] users;

  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    Sample.execute(dataSource, "INSERT INTO countries VALUES ('de', 'first'), ('fr', 'first')");
    users = new long[3];
    for (int i = 0; i < users.length; i++) {
      users[i] = Sample.userOn(dataSource, "s" + i);
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    try (Connection other = dataSource.getConnection()) {
      Sample.update(other, "UPDATE countries SET name = 'first'");
      for (long user : users) {
        Sample.update(other, RENAME, "first", user);
      }
    }
    connection = dataSource.getConnection();
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
  }

  @AfterEach
  void everythingIsGivenBack() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "SELECT 1 + 1 AS two, upper('a'), coalesce(null, 'x')",
        "SELECT current_setting('server_version_num')",
        "SELECT set_config('app.tenant', '7', true)",
        "SELECT count(*), max(name) FROM countries",
        "SELECT c.name FROM countries c JOIN countries d USING (code) ORDER BY c.code",
        "WITH c AS (SELECT * FROM countries) SELECT count(*) FROM c",
        "VALUES (1), (2)",
        "SELECT name FROM users WHERE user_id = NULL",
      })
  void whatSaysTheSameOnEveryShardLeavesTheShardOpenAndFixesTheMoment(String first)
      throws SQLException {
    for (long user : users) {
      Sample.rows(connection, first);
      try (Connection other = dataSource.getConnection()) {
        Sample.update(other, RENAME, "later", user);
      }
      assertThat(Sample.rows(connection, NAME, user)).containsExactly("first");
      Sample.rows(connection, first);
      connection.commit();
      assertThat(Sample.rows(connection, NAME, user)).containsExactly("later");
      connection.rollback();
      assertThat(Sample.lent(dataSource)).isZero();
    }
  }

  @Test
  void aShardThatWasChosenStaysTheOnlyOne() throws SQLException {
    Sample.rows(connection, COUNTRY);
    Sample.rows(connection, NAME, users[1]);
    Sample.rows(connection, COUNTRY);
    assertThat(Sample.lent(dataSource)).isOne();
    assertThatThrownBy(() -> Sample.rows(connection, NAME, users[0]))
        .hasMessageContaining("SJ0602");
    connection.rollback();
    Sample.rows(connection, COUNTRY);
    assertThatThrownBy(() -> Sample.rows(connection, "SELECT count(*) FROM users"))
        .hasMessageContaining("SJ0602");
    connection.rollback();
  }

  @Test
  void whatIsWrittenAfterwardsIsCommittedOnItsShard() throws SQLException {
    Sample.rows(connection, COUNTRY);
    Sample.update(connection, RENAME, "second", users[2]);
    assertThat(Sample.rows(connection, COUNTRY)).containsExactly("first");
    connection.commit();
    assertThat(Sample.rows(dataSource, NAME, users[2])).containsExactly("second");
  }

  @Test
  void referenceRowsThatSomebodyChangesAreSeenAsTheyWereByTheSameMoment() throws SQLException {
    for (long user : users) {
      assertThat(Sample.rows(connection, COUNTRY)).hasSize(1);
      try (Connection other = dataSource.getConnection()) {
        Sample.update(other, "UPDATE countries SET name = name || '+' WHERE code = 'de'");
      }
      String before = Sample.rows(connection, COUNTRY).get(0);
      Sample.rows(connection, NAME, user);
      assertThat(Sample.rows(connection, COUNTRY)).containsExactly(before);
      connection.rollback();
    }
  }

  @Test
  void copiesThatShowTwoMomentsAreAnErrorToRunTheTransactionAgain() throws SQLException {
    try (Connection onOne = cluster.connect("s1");
        Connection onFirst = cluster.connect("s0")) {
      Sample.update(onOne, "UPDATE countries SET name = 'torn' WHERE code = 'fr'");
      assertThat(Sample.rows(connection, COUNTRY)).containsExactly("first");
      assertThatThrownBy(() -> Sample.rows(connection, NAME, users[1]))
          .hasMessageContaining("SJ0380")
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("40001"));
      connection.rollback();
      assertThat(Sample.rows(connection, COUNTRY)).containsExactly("first");
      Sample.rows(connection, NAME, users[2]); // whose copies are those of the first
      connection.rollback();
      Sample.update(onOne, "UPDATE countries SET name = 'first'");
      assertThat(Sample.rows(onFirst, "SELECT 1")).containsExactly("1");
    }
  }

  @Test
  void clocksAndServersBindTheTransactionToTheShardThatAnswered() throws SQLException {
    for (String first :
        new String[] {
          "SELECT now()",
          "SELECT current_date",
          "SELECT pg_backend_pid()",
          "SELECT 'countries'::regclass::oid",
          "SELECT name FROM countries FOR UPDATE"
        }) {
      Sample.rows(connection, first);
      assertThatThrownBy(
              () -> {
                for (long user : users) {
                  Sample.rows(connection, NAME, user);
                }
              })
          .as(first)
          .hasMessageContaining("SJ0602");
      connection.rollback();
    }
  }

  @Test
  void showIsNoLookSoTheLevelMayStillBeSetAfterIt() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    Sample.rows(connection, "SHOW timezone");
    Sample.execute(dataSource, "SELECT 1");
    try (PreparedStatement level =
        connection.prepareStatement("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")) {
      level.execute();
    }
    Sample.rows(connection, COUNTRY);
    try (Connection other = dataSource.getConnection()) {
      Sample.update(other, RENAME, "later", users[2]);
    }
    assertThat(Sample.rows(connection, NAME, users[2])).containsExactly("first");
    connection.rollback();
  }

  @Test
  void aSavepointAndASettingBeforeTheChoiceHoldAfterIt() throws SQLException {
    Sample.rows(connection, COUNTRY);
    var savepoint = connection.setSavepoint();
    Sample.rows(connection, "SELECT set_config('app.tenant', '7', true)");
    assertThat(
            Sample.rows(
                connection,
                "SELECT current_setting('app.tenant') FROM users WHERE user_id = ?",
                users[1]))
        .containsExactly("7");
    connection.rollback(savepoint);
    assertThat(
            Sample.rows(
                connection,
                "SELECT current_setting('app.tenant') FROM users WHERE user_id = ?",
                users[1]))
        .containsExactly("");
    assertThatThrownBy(() -> Sample.rows(connection, NAME, users[0]))
        .hasMessageContaining("SJ0602");
    connection.rollback();
  }

  @Test
  void rowsThatAreStillReadStayReadableWhenAnotherShardIsChosen() throws SQLException {
    try (PreparedStatement countries =
        connection.prepareStatement("SELECT code FROM countries ORDER BY code")) {
      countries.setFetchSize(1);
      try (ResultSet rows = countries.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(Sample.rows(connection, NAME, users[1])).containsExactly("first");
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("fr");
      }
      Sample.update(connection, RENAME, "second", users[1]);
      assertThatThrownBy(() -> Sample.rows(connection, NAME, users[0]))
          .hasMessageContaining("SJ0602");
      connection.rollback();
    }
  }
}
