package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session's settings are on every shard what they would be on one server, in every order. */
class SessionReplayTest {

  private static final List<String> SHARDS = List.of("s0", "s1", "s2");
  private static final String TENANT = "SELECT current_setting('app.tenant', true)";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    // One connection a server, so that the next borrower gets the one that was used before.
    dataSource = Sample.builder(cluster).pool(Sample.pool(1)).build();
    Sample.createTables(dataSource);
    for (String role : List.of("replay_a", "replay_b")) {
      Sample.execute(
          dataSource,
          "/* shardjdbc: shard=s0 */ DO $$ BEGIN CREATE ROLE "
              + role
              + "; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
      for (String shard : List.of("s1", "s2")) {
        Sample.execute(
            dataSource,
            "/* shardjdbc: shard="
                + shard
                + " */ DO $$ BEGIN CREATE ROLE "
                + role
                + "; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
      }
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    connection = dataSource.getConnection();
  }

  @AfterEach
  void theNextBorrowerHasAFreshSession() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
    try (Connection next = dataSource.getConnection()) {
      assertThat(onAll(next, TENANT)).containsOnly("null");
      assertThat(onAll(next, "SELECT current_user")).containsOnly("postgres");
      assertThat(onAll(next, "SELECT current_setting('work_mem')")).doesNotContain("3MB");
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> onAll(Connection connection, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    for (String shard : SHARDS) {
      values.addAll(on(connection, shard, sql));
    }
    return values;
  }

  private static List<String> on(Connection connection, String shard, String sql)
      throws SQLException {
    return Sample.rows(connection, "/* shardjdbc: shard=" + shard + " */ " + sql);
  }

  @Test
  void aSavepointTakesBackSettingsOnShardsThatJoinedBehindIt() throws SQLException {
    connection.setAutoCommit(false);
    run("SET work_mem = '2MB'");
    assertThat(on(connection, "s0", "SELECT current_setting('work_mem')")).containsExactly("2MB");
    Savepoint savepoint = connection.setSavepoint();
    run("SET LOCAL work_mem = '3MB'");
    run("SET LOCAL ROLE replay_a");
    run("SET TIME ZONE 'Asia/Tokyo'");
    run("SET ROLE replay_b");
    assertThat(on(connection, "s1", "SELECT current_user")).containsExactly("replay_b");
    connection.rollback(savepoint);
    assertThat(onAll(connection, "SELECT current_setting('work_mem')")).containsOnly("2MB");
    assertThat(onAll(connection, "SELECT current_user")).containsOnly("postgres");
    assertThat(onAll(connection, "SELECT current_setting('timezone')"))
        .doesNotContain("Asia/Tokyo");
    connection.commit();
    assertThat(onAll(connection, "SELECT current_setting('work_mem')")).containsOnly("2MB");
    assertThat(onAll(connection, "SELECT current_user")).containsOnly("postgres");
  }

  @Test
  void savepointsWithinSavepointsTakeBackWhatCameBehindEach() throws SQLException {
    connection.setAutoCommit(false);
    run("SAVEPOINT a");
    run("SET LOCAL work_mem = '2MB'");
    run("SAVEPOINT b");
    run("SET LOCAL work_mem = '3MB'");
    run("SAVEPOINT c");
    assertThat(on(connection, "s2", "SELECT current_setting('work_mem')")).containsExactly("3MB");
    run("RELEASE c");
    assertThat(on(connection, "s1", "SELECT current_setting('work_mem')")).containsExactly("3MB");
    run("ROLLBACK TO b");
    assertThat(onAll(connection, "SELECT current_setting('work_mem')")).containsOnly("2MB");
    run("SET LOCAL work_mem = '3MB'");
    run("ROLLBACK TO a");
    assertThat(onAll(connection, "SELECT current_setting('work_mem')")).containsOnly("4MB");
    connection.rollback();
  }

  @Test
  void aTransactionThatRollsBackTakesItsSettingsBack() throws SQLException {
    run("SET work_mem = '2MB'");
    connection.setAutoCommit(false);
    run("SET work_mem = '3MB'");
    assertThat(on(connection, "s1", "SELECT current_setting('work_mem')")).containsExactly("3MB");
    connection.rollback();
    assertThat(onAll(connection, "SELECT current_setting('work_mem')")).containsOnly("2MB");
    run("SET work_mem = '3MB'");
    run("RESET work_mem");
    assertThat(onAll(connection, "SELECT current_setting('work_mem')")).containsOnly("4MB");
    connection.commit();
    assertThat(onAll(connection, "SELECT current_setting('work_mem')")).containsOnly("4MB");
    connection.commit();
  }

  @Test
  void theOrderOfRolesAndUsersIsKept() throws SQLException {
    run("SET ROLE replay_a");
    assertThat(onAll(connection, "SELECT current_user")).containsOnly("replay_a");
    run("SET SESSION AUTHORIZATION replay_b");
    assertThat(onAll(connection, "SELECT current_user")).containsOnly("replay_b");
    run("SET SESSION AUTHORIZATION DEFAULT");
    assertThat(onAll(connection, "SELECT current_user")).containsOnly("postgres");
    run("SET ROLE replay_a");
    assertThat(onAll(connection, "SELECT current_user")).containsOnly("replay_a");
    run("RESET ROLE");
    assertThat(onAll(connection, "SELECT current_user")).containsOnly("postgres");
  }

  @Test
  void aRoleThatIsSetAgainBehindAUserIsInForce() throws SQLException {
    run("SET ROLE replay_a");
    assertThat(on(connection, "s0", "SELECT current_user")).containsExactly("replay_a");
    run("SET SESSION AUTHORIZATION postgres");
    run("SET ROLE replay_a");
    assertThat(onAll(connection, "SELECT current_user")).containsOnly("replay_a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET ROLE replay_a; RESET SESSION AUTHORIZATION",
        "SET ROLE replay_a; RESET ALL",
        "SET SESSION AUTHORIZATION replay_b; SET ROLE replay_b; RESET ALL",
        "SET SESSION AUTHORIZATION replay_b; RESET ALL; RESET ROLE",
        "SET SESSION AUTHORIZATION replay_b; SET ROLE replay_b; RESET SESSION AUTHORIZATION",
        "SET ROLE replay_a; SET SESSION AUTHORIZATION DEFAULT; RESET ALL",
        "SET ROLE replay_a; RESET ROLE; RESET SESSION AUTHORIZATION"
      })
  void whatIsResetGoesAsOnOneServer(String sequence) throws SQLException {
    String who = "SELECT current_user || ' ' || session_user || ' ' || current_setting('role')";
    try (Connection one = cluster.connect("s0");
        Statement statement = one.createStatement()) {
      for (String sql : sequence.split("; ")) {
        statement.execute(sql);
        run(sql);
        assertThat(onAll(connection, who)).as(sql).containsOnly(Sample.rows(one, who).get(0));
      }
    }
  }

  @Test
  void whatIsATransactionsOwnIsOverWithIt() throws SQLException {
    run("SELECT set_config('app.tenant', 'one', false)");
    run("SET transaction_isolation = 'repeatable read'");
    run("SELECT set_config('transaction_read_only', 'on', false)");
    assertThat(connection.getTransactionIsolation())
        .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
    assertThat(onAll(connection, "SELECT current_setting('transaction_read_only')"))
        .containsOnly("off");
  }

  @Test
  void settingsOfSeveralFormsAreReplayedTogether() throws SQLException {
    run("SET TIME ZONE 'Asia/Tokyo'");
    run("SET SCHEMA 'pg_catalog'");
    run("SET NAMES 'UTF8'");
    run("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    assertThat(onAll(connection, "SELECT current_setting('timezone')")).containsOnly("Asia/Tokyo");
    assertThat(onAll(connection, "SELECT current_setting('search_path')"))
        .containsOnly("pg_catalog");
    assertThat(onAll(connection, "SELECT current_setting('default_transaction_isolation')"))
        .containsOnly("serializable");
    run("SET timezone = 'UTC'");
    assertThat(onAll(connection, "SELECT current_setting('timezone')")).containsOnly("UTC");
    run("RESET ALL");
    assertThat(onAll(connection, "SELECT current_setting('search_path')"))
        .doesNotContain("pg_catalog");
  }

  @Test
  void aBoundNullSetsTheDefault() throws SQLException {
    run("SET work_mem = '3MB'");
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT set_config('work_mem', ?, false)")) {
      statement.setNull(1, Types.VARCHAR);
      statement.execute();
    }
    assertThat(onAll(connection, "SELECT current_setting('work_mem')")).containsOnly("4MB");
    run("SET app.tenant = 'x'");
    run("SELECT set_config('app.tenant', NULL, false)");
    assertThat(onAll(connection, TENANT)).containsOnly("");
  }

  @Test
  void whatWasOnceSetIsEmptyForTheSessionAndNullForOthers() throws SQLException {
    assertThat(onAll(connection, TENANT)).containsOnly("null");
    connection.setAutoCommit(false);
    run("SET LOCAL app.tenant = 'x'");
    assertThat(on(connection, "s0", TENANT)).containsExactly("x");
    connection.commit();
    connection.setAutoCommit(true);
    assertThat(onAll(connection, TENANT)).containsOnly("");
    try (Connection other = dataSource.getConnection()) {
      assertThat(onAll(other, TENANT)).containsOnly("null");
    }
  }

  @Test
  void whatASettingLeavesIsSeenAfterARollbackToo() throws SQLException {
    connection.setAutoCommit(false);
    run("SELECT set_config('app.tenant', 'x', true)");
    connection.rollback();
    assertThat(onAll(connection, TENANT)).containsOnly("");
    connection.rollback();
  }

  @Test
  void connectionsAreKeptWhereEverySessionSetsTheSame() throws SQLException {
    List<String> servers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (Connection one = dataSource.getConnection()) {
        one.setAutoCommit(false);
        try (Statement statement = one.createStatement()) {
          statement.execute("SET LOCAL app.tenant = 'x'");
        }
        servers.addAll(on(one, "s0", "SELECT pg_backend_pid()"));
        one.commit();
      }
    }
    assertThat(servers.stream().distinct()).hasSize(1);
  }

  @Test
  void whatIsOfWholeTransactionsIsRefusedInTheMiddleOfOne() throws SQLException {
    connection.setAutoCommit(false);
    for (String first : List.of("SET LOCAL work_mem = '3MB'", "SAVEPOINT a", "SELECT * FROM nil")) {
      if (first.contains("nil")) {
        assertThatThrownBy(() -> run(first)).hasMessageContaining("SJ0301");
      } else {
        run(first);
      }
      assertThatThrownBy(() -> connection.setReadOnly(true)).hasMessageContaining("SJ0608");
      assertThatThrownBy(() -> connection.setTransactionIsolation(8))
          .hasMessageContaining("SJ0608");
      connection.rollback();
    }
  }

  @Test
  void theLevelOfTheNextTransactionIsNotThatOfTheOpenOne() throws SQLException {
    connection.setAutoCommit(false);
    run("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    assertThat(connection.getTransactionIsolation())
        .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
    assertThat(on(connection, "s1", "SHOW transaction_isolation"))
        .containsExactly("read committed");
    connection.commit();
    assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
    connection.rollback();
  }

  @Test
  void aRoleReadsNoViewThatItMayNotRead() throws SQLException {
    run("CREATE VIEW grown AS SELECT user_id, name FROM users WHERE age > 17");
    run("GRANT SELECT ON users TO replay_a");
    try {
      assertThat(Sample.rows(connection, "SELECT count(*) FROM grown")).containsExactly("0");
      run("SET ROLE replay_a");
      for (String sql :
          List.of("SELECT count(*) FROM grown", "SELECT name FROM grown WHERE user_id = 1")) {
        assertThatThrownBy(() -> run(sql)).hasMessageContaining("SJ0630");
      }
      assertThatThrownBy(() -> on(connection, "s1", "SELECT name FROM grown"))
          .hasMessageContaining("permission denied for view grown");
      assertThat(Sample.rows(connection, "SELECT count(*) FROM users")).containsExactly("0");
    } finally {
      run("RESET ROLE");
      run("DROP VIEW grown");
    }
  }

  @Test
  void aPathThatTheSessionHasSetFindsNoViewOfAnother() throws SQLException {
    run("CREATE VIEW grown AS SELECT user_id, name FROM users WHERE age > 17");
    try {
      connection.setAutoCommit(false);
      for (String path : List.of("SET search_path = pg_temp", "SET LOCAL search_path = pg_temp")) {
        for (String sql :
            List.of("SELECT count(*) FROM grown", "SELECT name FROM grown WHERE user_id = 1")) {
          run(path);
          assertThatThrownBy(() -> run(sql)).hasMessageContaining("SJ0631");
          connection.rollback();
        }
        assertThat(Sample.rows(connection, "SELECT count(*) FROM grown")).containsExactly("0");
        connection.rollback();
      }
      connection.setAutoCommit(true);
      connection.setSchema("pg_temp");
      assertThat(Sample.rows(connection, "SELECT count(*) FROM public.grown")).containsExactly("0");
      assertThatThrownBy(() -> run("SELECT name FROM grown")).hasMessageContaining("SJ0631");
    } finally {
      run("RESET search_path");
      run("DROP VIEW grown");
    }
  }

  @Test
  void whatIsResetIsEmptyLikeWhatIsSet() throws SQLException {
    run("RESET app.tenant");
    assertThat(onAll(connection, TENANT)).containsOnly("");
  }

  @Test
  void whatIsReadOnlyInTransactionsWritesOutsideOfThem() throws SQLException {
    connection.setReadOnly(true);
    run("INSERT INTO users (user_id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')");
    run("UPDATE users SET age = 5");
    assertThat(Sample.rows(connection, "SELECT count(*) FROM users WHERE age = 5"))
        .containsExactly("4");
    connection.setAutoCommit(false);
    assertThatThrownBy(() -> run("DELETE FROM users")).hasMessageContaining("read-only");
    connection.rollback();
    connection.setAutoCommit(true);
    run("DELETE FROM users");
  }

  @Test
  void whatIsReadOnlyStaysSoWhenATransactionRollsBack() throws SQLException {
    connection.setAutoCommit(false);
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    run("SET LOCAL work_mem = '3MB'");
    connection.rollback();
    assertThat(connection.isReadOnly()).isTrue();
    assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
    connection.rollback();
  }
}
