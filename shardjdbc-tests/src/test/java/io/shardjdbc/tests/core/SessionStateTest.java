package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is set on a connection holds on every shard, and for nobody else. */
class SessionStateTest {

  private static final List<String> SHARDS = List.of("s0", "s1", "s2");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    // One connection a server, so that the next borrower gets the one that was used before.
    dataSource = Sample.builder(cluster).pool(Sample.pool(1)).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void nothingLeaksToTheNextBorrower() throws SQLException {
    assertThat(Sample.lent(dataSource)).isZero();
    try (Connection next = dataSource.getConnection()) {
      for (String setting : List.of("work_mem", "application_name", "search_path", "role")) {
        assertThat(onAllShards(next, setting))
            .as(setting)
            .doesNotContain("3MB", "somebody", "elsewhere", "pg_monitor");
      }
      assertThat(onAllShards(next, "default_transaction_isolation")).containsOnly("read committed");
      assertThat(next.isReadOnly()).isFalse();
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> onAllShards(Connection connection, String setting)
      throws SQLException {
    List<String> values = new java.util.ArrayList<>();
    for (String shard : SHARDS) {
      values.addAll(
          Sample.rows(
              connection,
              "/* shardjdbc: shard=" + shard + " */ SELECT current_setting(?)",
              setting));
    }
    return values;
  }

  @Test
  void aSettingHoldsOnEveryShard() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "SET work_mem = '3MB'");
      assertThat(onAllShards(connection, "work_mem")).containsExactly("3MB", "3MB", "3MB");
      run(connection, "RESET work_mem");
      assertThat(onAllShards(connection, "work_mem")).doesNotContain("3MB");
    }
  }

  @Test
  void aWrongSettingFailsWhereItIsSet() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThatThrownBy(() -> run(connection, "SET work_mem = 'much'"))
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("22023"));
      assertThat(Sample.rows(connection, "SELECT count(*) FROM users")).containsExactly("60");
    }
  }

  @Test
  void theSchemaIsReplayed() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setSchema("elsewhere");
      assertThat(onAllShards(connection, "search_path")).containsOnly("elsewhere");
      connection.setSchema("public");
      assertThat(connection.getSchema()).isEqualTo("public");
    }
  }

  @Test
  void theClientsNameIsReplayed() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setClientInfo("ApplicationName", "some'body\\");
      assertThat(onAllShards(connection, "application_name")).containsOnly("some'body\\");
      connection.setClientInfo("ApplicationName", "somebody");
      assertThat(connection.getClientInfo("ApplicationName")).isEqualTo("somebody");
    }
  }

  @Test
  void theRoleIsReplayed() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "SET ROLE pg_monitor");
      assertThat(onAllShards(connection, "role")).containsOnly("pg_monitor");
    }
  }

  @Test
  void theIsolationLevelIsReplayed() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
      assertThat(onAllShards(connection, "transaction_isolation")).containsOnly("serializable");
    }
  }

  @Test
  void aSettingOfATransactionThatRollsBackIsUndone() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      Sample.rows(connection, "SELECT name FROM users WHERE user_id = 1");
      run(connection, "SET work_mem = '3MB'");
      assertThat(onAllShards(connection, "work_mem")).containsOnly("3MB");
      connection.rollback();
      assertThat(onAllShards(connection, "work_mem")).doesNotContain("3MB");
      run(connection, "SET work_mem = '3MB'");
      connection.commit();
      assertThat(onAllShards(connection, "work_mem")).containsOnly("3MB");
      connection.rollback();
    }
  }

  @Test
  void aLocalSettingEndsWithItsTransaction() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      run(connection, "SET LOCAL work_mem = '3MB'");
      assertThat(onAllShards(connection, "work_mem")).containsOnly("3MB");
      connection.commit();
      assertThat(onAllShards(connection, "work_mem")).doesNotContain("3MB");
      connection.rollback();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET LOCAL work_mem = '3MB'",
        "SET LOCAL work_mem = 'much'",
        "SET LOCAL ROLE nobody_there",
        "SET LOCAL nothing = 1",
        "SET LOCAL TIME ZONE 'Nowhere/At_All'",
        "SET CONSTRAINTS no_such_constraint DEFERRED",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SET TRANSACTION SNAPSHOT 'none'",
        "SELECT set_config('work_mem', '3MB', true)",
        "SET LOCAL work_mem = '3MB'; SET LOCAL work_mem = '5MB'",
        "SET CONSTRAINTS ALL DEFERRED; SHOW work_mem"
      })
  void aLocalSettingWithoutATransactionIsRightOrWrongAsOnOneServer(String sql) throws SQLException {
    String expected;
    try (Connection one = cluster.connect("s1")) {
      expected = outcome(one, sql);
    }
    try (Connection connection = dataSource.getConnection()) {
      assertThat(outcome(connection, sql)).isEqualTo(expected);
      assertThat(onAllShards(connection, "work_mem")).doesNotContain("3MB");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RESET nothing", "RESET work_mem", "RESET max_connections", "RESET seed"})
  void aResetOfWhatIsNotSetIsRightOrWrongAsOnOneServer(String sql) throws SQLException {
    try (Connection one = cluster.connect("s1");
        Connection connection = dataSource.getConnection()) {
      for (boolean autoCommit : List.of(true, false)) {
        one.setAutoCommit(autoCommit);
        connection.setAutoCommit(autoCommit);
        assertThat(outcome(connection, sql)).isEqualTo(outcome(one, sql));
      }
    }
  }

  private static String outcome(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      SQLWarning warning = statement.getWarnings();
      return warning == null ? "nothing" : "warning " + warning.getSQLState();
    } catch (SQLException e) {
      return "error " + e.getSQLState();
    }
  }

  @Test
  void theNetworkTimeoutEndsAStatementAndGoesWithTheConnection() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 300);
      assertThatThrownBy(() -> run(connection, "/* shardjdbc: shard=s1 */ SELECT pg_sleep(60)"))
          .hasMessageContaining("s1")
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).startsWith("08"));
    }
    try (Connection next = dataSource.getConnection()) {
      assertThat(next.getNetworkTimeout()).isZero();
      // Longer than the first one's timeout, which it would end by if it had that still.
      run(next, "/* shardjdbc: shard=s1 */ SELECT pg_sleep(0.5)");
    }
  }

  @Test
  void discardingForgetsEverything() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "SET work_mem = '3MB'");
      run(connection, "DISCARD ALL");
      assertThat(onAllShards(connection, "work_mem")).doesNotContain("3MB");
    }
  }

  /** It is the driver's own, of which no server's command knows. */
  @Test
  void discardingKeepsAPromiseToOnlyRead() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setReadOnly(true);
      run(connection, "DISCARD ALL");
      assertThat(connection.isReadOnly()).isTrue();
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> run(connection, "UPDATE users SET age = 1 WHERE user_id = 1"))
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("25006");
    }
  }

  /**
   * By readOnlyMode=always the promise holds outside of transactions too, over one shard or more.
   */
  @Test
  void aPromiseToOnlyReadHoldsAsTheDriverIsTold() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach((name, url) -> builder.shard(name, url + "&readOnlyMode=always"));
    builder
        .pool(Sample.pool(2))
        .transactions(TransactionMode.TWO_PHASE)
        .tables(t -> t.sharded("users", "user_id").reference("countries"));
    try (ShardDataSource always = builder.build();
        Connection connection = always.getConnection()) {
      connection.setReadOnly(true);
      for (String write :
          List.of(
              "UPDATE users SET age = 1 WHERE user_id = 1",
              "UPDATE users SET age = age",
              "INSERT INTO users (user_id, name) VALUES (901, 'a'), (902, 'b'), (903, 'c')",
              "INSERT INTO countries VALUES ('xx', 'x')")) {
        assertThatThrownBy(() -> run(connection, write))
            .as(write)
            .extracting(e -> ((SQLException) e).getSQLState())
            .isEqualTo("25006");
      }
      connection.setReadOnly(false);
      run(connection, "UPDATE users SET age = age");
    }
  }

  @Test
  void whatASavepointDoesNotTakeFailsWhereItIsSet() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "BEGIN");
      run(connection, "SAVEPOINT a");
      run(connection, "SET TRANSACTION READ ONLY");
      assertThatThrownBy(() -> run(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("25001");
      assertThatThrownBy(() -> run(connection, "SELECT 1"))
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("25P02");
      run(connection, "ROLLBACK TO a");
      run(connection, "SELECT 1");
      run(connection, "ROLLBACK");
    }
  }

  @Test
  void parametersOfTwoNamespacesAreTwo() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "SET app.tenant = 'one'");
      run(connection, "SET other.tenant = 'two'");
      run(connection, "SET \"App\".Third = 'three'");
      assertThat(onAllShards(connection, "app.tenant")).containsOnly("one");
      assertThat(onAllShards(connection, "other.tenant")).containsOnly("two");
      assertThat(onAllShards(connection, "app.third")).containsOnly("three");
      run(connection, "RESET other.tenant");
      assertThat(onAllShards(connection, "other.tenant")).containsOnly("");
      assertThat(onAllShards(connection, "app.tenant")).containsOnly("one");
    }
  }

  @Test
  void resettingAllForgetsEverySetting() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "SET work_mem = '3MB'");
      assertThat(onAllShards(connection, "work_mem")).containsOnly("3MB");
      run(connection, "RESET ALL");
      assertThat(onAllShards(connection, "work_mem")).doesNotContain("3MB");
    }
  }

  @Test
  void characteristicsOfTheSessionAddUp() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE");
      run(connection, "SET SESSION CHARACTERISTICS AS TRANSACTION DEFERRABLE");
      run(connection, "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE");
      assertThat(onAllShards(connection, "default_transaction_isolation"))
          .containsOnly("serializable");
      assertThat(onAllShards(connection, "default_transaction_deferrable")).containsOnly("on");
      run(connection, "RESET default_transaction_isolation");
      assertThat(onAllShards(connection, "default_transaction_isolation"))
          .containsOnly("read committed");
    }
  }

  @Test
  void aTimeoutOfTheUrlHolds() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach((name, url) -> builder.shard(name, url + "&socketTimeout=1"));
    try (ShardDataSource limited = builder.tables(t -> t.sharded("users", "user_id")).build();
        Connection connection = limited.getConnection()) {
      assertThat(connection.getNetworkTimeout()).isEqualTo(1000);
      assertThatThrownBy(() -> run(connection, "SELECT pg_sleep(60)"))
          .isInstanceOf(SQLException.class)
          .extracting(e -> ((SQLException) e).getSQLState())
          .asString()
          .startsWith("08");
      connection.setNetworkTimeout(Runnable::run, 0);
      assertThat(connection.getNetworkTimeout()).isZero();
      run(connection, "SELECT pg_sleep(1.2)");
    }
  }
}
