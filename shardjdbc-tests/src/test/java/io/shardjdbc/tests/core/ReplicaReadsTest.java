package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Acknowledgement;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.observe.StartedPart.Why;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which server answers which statement, and that none of them shows the past. */
@Timeout(180)
class ReplicaReadsTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  private static final ReadIntent TOLERANT = ReadIntent.bounded(Duration.ofHours(1));
  private static final String NAME = Replicated.NAME;
  private static final String RENAME = "UPDATE users SET name = ? WHERE user_id = ?";

  private static final String FUNCTIONS =
      """
      CREATE SEQUENCE numbers;
      CREATE FUNCTION plus(bigint, int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
      CREATE FUNCTION port(bigint, int) RETURNS int LANGUAGE sql STABLE
        AS 'SELECT inet_server_port()';
      CREATE FUNCTION next(bigint, int) RETURNS bigint LANGUAGE sql AS $$SELECT nextval('numbers')$$;
      CREATE OPERATOR +#+ (FUNCTION = plus, LEFTARG = bigint, RIGHTARG = int);
      CREATE OPERATOR @#@ (FUNCTION = port, LEFTARG = bigint, RIGHTARG = int);
      CREATE OPERATOR <#> (FUNCTION = next, LEFTARG = bigint, RIGHTARG = int);
      CREATE VIEW ports AS SELECT user_id, name, port(user_id, 1) AS at FROM users;
      CREATE VIEW far AS SELECT last_value AS come FROM numbers;
      CREATE VIEW plain AS SELECT user_id, name, plus(user_id, 1) AS n FROM users;
      """;

  private static final Heard heard = new Heard();
  private static ShardDataSource dataSource;
  private static long user;
  private static long other;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Replicated.builder(cluster.cluster(), cluster.database())
            .tables(t -> t.function("next", FunctionPromise.SHARD_LOCAL)) // it counts per shard
            .listener(heard)
            .build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection primary = cluster.connect(shard.name());
          var statement = primary.createStatement()) {
        statement.execute(FUNCTIONS);
      }
    }
    Sample.execute(dataSource, "INSERT INTO countries VALUES ('ch', 'Switzerland')");
    user = Sample.userOn(dataSource, "s0");
    other = Sample.userOn(dataSource, "s1");
  }

  /** The test before may have written what its replica has not replayed. */
  @BeforeEach
  void replicasHaveAllThatWasWritten() throws SQLException {
    Replicated.awaitReplicas(dataSource, user);
    Replicated.awaitReplicas(dataSource, other);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void nothingIsLent() throws SQLException {
    replica("s0").resumeReplay();
    replica("s1").resumeReplay();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private static ClusterNode replica(String shard) {
    return cluster.shard(shard).replicas().get(0);
  }

  private static List<String> servers(ReadIntent intent, String sql, Object... values)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.unwrap(ShardConnection.class).readIntent(intent);
      return Replicated.servers(dataSource, connection, sql, values);
    }
  }

  @Test
  void ordinaryReadsGoToReplicasAndOwnersReadsToThePrimary() throws SQLException {
    assertThat(servers(TOLERANT, NAME, user)).containsExactly("s0.replica-1");
    assertThat(servers(TOLERANT, "SELECT name FROM users ORDER BY user_id"))
        .containsExactly("s0.replica-1", "s1.replica-1");
    assertThat(servers(TOLERANT, "SELECT name FROM countries").get(0)).contains("replica");
    assertThat(servers(TOLERANT, "SELECT user_id +#+ 1 FROM users WHERE user_id = ?", user))
        .containsExactly("s0.replica-1");
    assertThat(servers(TOLERANT, "SELECT name, n FROM plain WHERE user_id = ?", user))
        .containsExactly("s0.replica-1");
    assertThat(servers(ReadIntent.primary(), NAME, user)).containsExactly("s0.primary");
    assertThat(servers(TOLERANT, "/* shardjdbc: primary */ " + NAME, user))
        .containsExactly("s0.primary");
  }

  @Test
  void listenersHearWhyAServerWasChosen() throws SQLException {
    assertThat(why(TOLERANT, NAME, user)).isEqualTo(Why.FRESH_REPLICA);
    assertThat(why(ReadIntent.primary(), NAME, user)).isEqualTo(Why.NO_FIT_REPLICA);
    assertThat(why(TOLERANT, "/* shardjdbc: primary */ " + NAME, user)).isEqualTo(Why.DEMANDED);
    assertThat(why(TOLERANT, NAME + " FOR UPDATE", user)).isEqualTo(Why.DEMANDED);
    assertThat(why(TOLERANT, RENAME, "same", user)).isEqualTo(Why.WRITES);
  }

  private static Why why(ReadIntent intent, String sql, Object... values) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      connection.unwrap(ShardConnection.class).readIntent(intent);
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      heard.statements();
      statement.execute();
    }
    return heard.only().only().why();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT name FROM users WHERE user_id = ? FOR UPDATE",
        "SELECT name, random() FROM users WHERE user_id = ?",
        "SELECT name, pg_is_in_recovery() FROM users WHERE user_id = ?",
        "SELECT name, nextval('numbers') FROM users WHERE user_id = ?",
        "SELECT name, pg_sleep(0) FROM users WHERE user_id = ?",
        "WITH w AS (UPDATE users SET age = age WHERE user_id = ? RETURNING name) SELECT * FROM w",
        "UPDATE users SET age = age WHERE user_id = ? RETURNING name",
        "SELECT name, current_setting('transaction_read_only') FROM users WHERE user_id = ?",
        "SELECT name, inet_server_port() FROM users WHERE user_id = ?",
        "SELECT relname FROM pg_class WHERE oid = ?",
        "SELECT name, user_id @#@ 1 FROM users WHERE user_id = ?",
        "SELECT name, user_id OPERATOR(public.<#>) 1 FROM users WHERE user_id = ?",
        "SELECT name FROM users WHERE user_id = ? ORDER BY user_id <#> 1",
        "SELECT name, port(user_id, 1) FROM users WHERE user_id = ?",
        "SELECT name, at FROM ports WHERE user_id = ?",
        "SELECT last_value FROM numbers WHERE last_value < ?",
        "SELECT (SELECT is_called FROM public.numbers) FROM settings WHERE value <> ?::text",
        "SELECT come FROM far WHERE come < ?",
      })
  void whatOnlyAPrimaryMayRunGoesToThePrimary(String sql) throws SQLException {
    assertThat(servers(TOLERANT, sql, user)).containsExactly("s0.primary");
  }

  @Test
  void operatorsThatMayReadTablesAreKeptToOneShard() throws SQLException {
    assertThat(servers(TOLERANT, "SELECT user_id +#+ 1 FROM users")).hasSize(2);
    assertThatThrownBy(() -> servers(TOLERANT, "SELECT user_id @#@ 1 FROM users"))
        .hasMessageContaining("SJ0310")
        .hasMessageContaining("of operator @#@");
  }

  @Test
  void ownWritesAreSeenByKeyWhileReplayIsPausedAndOtherKeysStayOnReplicas() throws SQLException {
    long neighbour = neighbourOf(user);
    replica("s0").pauseReplay();
    try (Connection connection = dataSource.getConnection()) {
      Sample.update(connection, RENAME, "paused", user);
    }
    assertThat(Replicated.rows(dataSource, TOLERANT, NAME, user)).containsExactly("paused");
    assertThat(servers(TOLERANT, NAME, user)).containsExactly("s0.primary");
    assertThat(servers(TOLERANT, NAME, neighbour)).containsExactly("s0.replica-1");
    assertThat(servers(TOLERANT, "SELECT count(*) FROM users"))
        .containsExactly("s0.primary", "s1.replica-1");
    replica("s0").resumeReplay();
    Replicated.awaitReplicas(dataSource, user);
    assertThat(Replicated.rows(dataSource, TOLERANT, NAME, user)).containsExactly("paused");
  }

  private static long neighbourOf(long key) {
    for (long id = 1; id <= Sample.USERS; id++) {
      var shard = dataSource.router().shards(NAME, List.of(id)).get(0);
      if (id != key && shard.name().equals("s0")) {
        return id;
      }
    }
    throw new IllegalStateException("one user on s0 only");
  }

  @Test
  void writesOfATransactionCountAtItsCommit() throws SQLException {
    replica("s0").pauseReplay();
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      Sample.update(connection, RENAME, "in transaction", user);
      assertThat(Sample.rows(connection, NAME, user)).containsExactly("in transaction");
      assertThat(Replicated.lending(dataSource)).containsExactly("s0.primary");
      connection.commit();
    }
    assertThat(Replicated.rows(dataSource, TOLERANT, NAME, user)).containsExactly("in transaction");
  }

  @Test
  void whatIsAcknowledgedWhenItIsDecidedIsSeenByTheNextRead() throws SQLException {
    TransactionSettings decided =
        TransactionSettings.of(TransactionMode.TWO_PHASE)
            .withAcknowledgement(Acknowledgement.DECIDED);
    try (ShardDataSource quick =
            Replicated.builder(cluster.cluster(), cluster.database())
                .transactions(decided)
                .build();
        Connection connection = quick.getConnection()) {
      Replicated.awaitReplicas(quick, user);
      Replicated.awaitReplicas(quick, other);
      connection.setAutoCommit(false);
      for (int i = 0; i < 40; i++) {
        Sample.update(connection, RENAME, "name " + i, user);
        Sample.update(connection, RENAME, "name " + i, other);
        connection.commit();
        assertThat(Replicated.rows(quick, TOLERANT, NAME, other)).containsExactly("name " + i);
        assertThat(Replicated.rows(quick, TOLERANT, NAME, user)).containsExactly("name " + i);
      }
    }
  }

  @Test
  void aReadOnlyTransactionStaysOnOneReplicaAndAnyOtherOnThePrimary() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.unwrap(ShardConnection.class).readIntent(TOLERANT);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      for (int i = 0; i < 3; i++) {
        Sample.rows(connection, NAME, user);
        Sample.rows(connection, NAME, other);
        assertThat(Replicated.lending(dataSource)).containsExactly("s0.replica-1", "s1.replica-1");
      }
      connection.commit();
      connection.setReadOnly(false);
      Sample.rows(connection, NAME, user);
      assertThat(Replicated.lending(dataSource)).containsExactly("s0.primary");
      connection.commit();
    }
  }

  @Test
  void aReadOnlyTransactionGoesToThePrimaryWithWhatOnlyAPrimaryMayRun() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.unwrap(ShardConnection.class).readIntent(TOLERANT);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      Sample.rows(connection, NAME, user);
      assertThat(Replicated.lending(dataSource)).containsExactly("s0.replica-1");
      assertThat(
              Sample.rows(
                  connection, "SELECT pg_is_in_recovery() FROM users WHERE user_id = " + user))
          .containsExactly("f");
      assertThat(Replicated.lending(dataSource)).containsExactly("s0.primary", "s0.replica-1");
      connection.rollback();
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      Sample.rows(connection, NAME, user);
      assertThatThrownBy(
              () ->
                  Sample.rows(
                      connection, "SELECT pg_is_in_recovery() FROM users WHERE user_id = " + user))
          .hasMessageContaining("SJ0602");
      connection.rollback();
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      Sample.rows(connection, NAME, user);
      assertThat(Replicated.lending(dataSource)).containsExactly("s0.primary");
      connection.rollback();
    }
  }

  @Test
  void aTokenMakesAnotherProcessSeeWhatItStandsFor() throws SQLException {
    try (ShardDataSource another =
        Replicated.ofAnotherProcess(cluster.cluster(), cluster.database()).build()) {
      Replicated.awaitReplicas(another, user);
      replica("s0").pauseReplay();
      String token;
      try (Connection connection = dataSource.getConnection()) {
        Sample.update(connection, RENAME, "by token", user);
        token = connection.unwrap(ShardConnection.class).causalToken().encode();
      }
      assertThat(Replicated.rows(another, TOLERANT, NAME, user)).doesNotContain("by token");
      ReadIntent after = TOLERANT.after(CausalToken.parse(token));
      assertThat(Replicated.rows(another, after, NAME, user)).containsExactly("by token");
      replica("s0").resumeReplay();
      Replicated.awaitReplicas(another, user);
      assertThat(Replicated.rows(another, after, NAME, user)).containsExactly("by token");
      assertThat(Sample.lent(another)).isZero();
    }
  }

  @Test
  void commitsWaitForWhatTheirTablesAndCallersAsk() throws SQLException {
    String touch =
        "UPDATE users SET age = age WHERE user_id = ? RETURNING"
            + " current_setting('synchronous_commit')";
    String level = "SELECT current_setting('synchronous_commit') FROM users WHERE user_id = ?";
    try (ShardDataSource lazy =
            Replicated.builder(cluster.cluster(), cluster.database())
                .durability("users", Durability.LOCAL)
                .build();
        Connection connection = lazy.getConnection()) {
      ShardConnection mine = connection.unwrap(ShardConnection.class);
      assertThat(Sample.rows(connection, touch, user)).containsExactly("local");
      assertThat(Sample.rows(connection, level, user)).containsExactly("on");
      mine.durability(Durability.ASYNC);
      assertThat(Sample.rows(connection, touch, user))
          .as("no less than the table's")
          .containsExactly("local");
      connection.setAutoCommit(false);
      assertThat(Sample.rows(connection, level, user)).containsExactly("on");
      var savepoint = connection.setSavepoint();
      assertThat(Sample.rows(connection, touch, user)).containsExactly("local");
      connection.rollback(savepoint);
      assertThat(Sample.rows(connection, level, user)).containsExactly("on");
      assertThat(Sample.rows(connection, touch, user)).containsExactly("local");
      connection.commit();
      assertThat(Sample.rows(connection, level, user)).containsExactly("on");
      connection.rollback();
      mine.durability(Durability.SYNC);
      assertThatThrownBy(() -> Sample.rows(connection, touch, user)).hasMessageContaining("SJ0507");
      connection.rollback();
      connection.setAutoCommit(true);
      assertThatThrownBy(() -> Sample.rows(connection, touch, user)).hasMessageContaining("SJ0507");
      assertThatThrownBy(() -> Sample.update(connection, "UPDATE users SET age = age"))
          .hasMessageContaining("SJ0507");
      mine.durability(null);
      assertThat(Sample.update(connection, "UPDATE users SET age = age")).isEqualTo(Sample.USERS);
      assertThat(Sample.lent(lazy)).isZero();
    }
  }

  @Test
  void sequentialReadsSeeWhatOthersWrote() throws SQLException {
    for (int i = 0; i < 20; i++) {
      try (Connection elsewhere = cluster.connect("s0")) {
        Sample.update(elsewhere, RENAME, "sequential " + i, user);
      }
      assertThat(Replicated.rows(dataSource, ReadIntent.sequential(), NAME, user))
          .containsExactly("sequential " + i);
    }
  }

  @Test
  void overlappingExecutionsShareAConnectionUnlessItIsTooOldForOne() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        var outer = connection.createStatement();
        var inner = connection.createStatement()) {
      connection.unwrap(ShardConnection.class).readIntent(TOLERANT);
      var rows = outer.executeQuery("SELECT name FROM users WHERE user_id = " + user);
      assertThat(Replicated.lending(dataSource)).containsExactly("s0.replica-1");
      inner.executeQuery("SELECT age FROM users WHERE user_id = " + user);
      assertThat(Sample.lent(dataSource)).isEqualTo(1);
      inner.executeUpdate("UPDATE users SET age = 5 WHERE user_id = " + user);
      assertThat(rows.next()).isTrue();
    }
  }
}
