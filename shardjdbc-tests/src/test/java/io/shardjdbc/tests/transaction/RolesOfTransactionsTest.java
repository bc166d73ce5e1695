package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.ShardXADataSource;
import io.shardjdbc.config.DecisionDurability;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Transactions over shards of an ordinary user who has taken on another role, which has no rights
 * on the library's own tables.
 */
class RolesOfTransactionsTest {

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(CLUSTER);

  private static final String WHO = "SELECT session_user || ' ' || current_user";

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (Map.Entry<String, String> shard : CLUSTER.primaryUrls().entrySet()) {
      builder.shard(shard.getKey(), shard.getValue().replaceAll("user=[^&]*", "user=plain_user"));
      plain.on(shard.getKey(), definitions().toArray(String[]::new));
    }
    TransactionSettings usual = TransactionSettings.of(TransactionMode.TWO_PHASE);
    dataSource =
        builder
            .transactions(
                new TransactionSettings(
                    usual.mode(),
                    usual.isolationOverShards(),
                    DecisionDurability.LOCAL,
                    usual.acknowledgement(),
                    usual.commitTimeout(),
                    usual.recoveryInterval(),
                    usual.orphanAge(),
                    usual.keepDecisions(),
                    usual.snapshots(),
                    usual.deadlockInterval()))
            .tables(t -> t.sharded("users", "user_id").sharded("checks", "user_id"))
            .build();
    dataSource.transactions().install();
  }

  private static List<String> definitions() {
    return List.of(
        "DROP ROLE IF EXISTS plain_user, writing_role",
        "CREATE ROLE plain_user LOGIN",
        "CREATE ROLE writing_role",
        "GRANT writing_role TO plain_user",
        "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO plain_user',"
            + " current_database()); END $$",
        "CREATE TABLE users (user_id bigint PRIMARY KEY, n int)",
        "CREATE TABLE checks (user_id bigint, who text)",
        "GRANT ALL ON users, checks TO writing_role, plain_user",
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN INSERT INTO checks VALUES (NEW.user_id, current_user); RETURN NEW; END'",
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION note()");
  }

  @AfterAll
  static void close() throws SQLException {
    dataSource.close();
    plain.everywhere(
        "DROP TABLE users, checks; DROP SCHEMA shardjdbc CASCADE",
        "DROP OWNED BY plain_user, writing_role",
        "DROP ROLE plain_user, writing_role");
  }

  @BeforeEach
  void empty() throws SQLException {
    plain.everywhere("TRUNCATE users, checks");
  }

  private static void requireCommitted() throws SQLException {
    assertThat(plain.rows("SELECT count(*) FROM pg_prepared_xacts"))
        .as("nothing is left to recovery")
        .containsOnly("0");
    assertThat(plain.rows("SELECT count(*) FROM checks WHERE who <> 'writing_role'"))
        .as("deferred triggers run as the role")
        .containsOnly("0");
    assertThat(plain.rows("SELECT count(*) FROM checks").stream().mapToLong(Long::parseLong).sum())
        .isEqualTo(6);
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void insert(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "INSERT INTO users VALUES (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1)"))
          .isEqualTo(6);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET LOCAL ROLE writing_role",
        "SET ROLE writing_role",
        "SELECT set_config('role', 'writing_role', false)",
      })
  void aTransactionUnderARoleIsCommittedAtOnce(String role) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(role);
      insert(connection);
      connection.commit();
      requireCommitted();
      connection.setAutoCommit(true);
      assertThat(one(connection, "SELECT current_user"))
          .isEqualTo(role.contains("LOCAL") ? "plain_user" : "writing_role");
    }
  }

  /** Of a superuser who has become another user, and perhaps taken on a role of his. */
  @LongRun
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET SESSION AUTHORIZATION writing_role",
        "SET LOCAL SESSION AUTHORIZATION writing_role",
        "SET SESSION AUTHORIZATION plain_user; SET ROLE writing_role",
        "SET SESSION AUTHORIZATION plain_user; SET LOCAL SESSION AUTHORIZATION writing_role",
      })
  void soIsOneUnderAnotherUser(String becoming) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    CLUSTER.primaryUrls().forEach(builder::shard);
    try (ShardDataSource powerful =
            builder
                .transactions(TransactionMode.TWO_PHASE)
                .tables(t -> t.sharded("users", "user_id").sharded("checks", "user_id"))
                .build();
        Connection connection = powerful.getConnection();
        Statement statement = connection.createStatement()) {
      String[] steps = becoming.split("; ", -1);
      if (steps.length > 1) {
        statement.execute(steps[0]);
      }
      connection.setAutoCommit(false);
      statement.execute(steps[steps.length - 1]);
      insert(connection);
      connection.commit();
      requireCommitted();
      connection.setAutoCommit(true);
      String[] who = one(connection, WHO).split(" ", -1);
      for (int key = 1; key <= 6; key++) { // on whichever of its connections
        assertThat(one(connection, WHO + " FROM users WHERE user_id = " + key).split(" ", -1))
            .isEqualTo(who);
      }
      assertThat(who)
          .containsExactly(
              becoming.contains("SESSION AUTHORIZATION writing_role") && steps.length == 1
                  ? becoming.contains("LOCAL") ? "postgres" : "writing_role"
                  : "plain_user",
              becoming.contains("LOCAL")
                  ? steps.length == 1 ? "postgres" : "plain_user"
                  : "writing_role");
    }
  }

  @Test
  void soIsABranchOfATransactionManager() throws Exception {
    XAConnection xa = new ShardXADataSource(dataSource).getXAConnection();
    try {
      Xid xid = new TestXid(1);
      XAResource resource = xa.getXAResource();
      resource.start(xid, XAResource.TMNOFLAGS);
      try (Connection connection = xa.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("SET LOCAL ROLE writing_role");
        insert(connection);
        resource.end(xid, XAResource.TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        resource.commit(xid, false);
      }
      requireCommitted();
    } finally {
      xa.close();
    }
  }

  /** What a commit sets for its own is gone again, also where the transaction has set more. */
  @Test
  void itsDurabilityIsItsOwn() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      String usual = one(connection, "SELECT current_setting('synchronous_commit')");
      connection.unwrap(ShardConnection.class).durability(Durability.ASYNC);
      connection.setAutoCommit(false);
      statement.execute("SET work_mem = '5MB'");
      insert(connection);
      connection.commit();
      connection.setAutoCommit(true);
      for (int key = 1; key <= 6; key++) {
        assertThat(
                one(
                    connection,
                    "SELECT current_setting('synchronous_commit') FROM users WHERE user_id = "
                        + key))
            .isEqualTo(usual);
      }
    }
  }

  @Test
  void whatIsRolledBackLeavesNothing() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET ROLE writing_role");
      insert(connection);
      connection.rollback();
      connection.setAutoCommit(true);
      assertThat(one(connection, "SELECT count(*) FROM users")).isEqualTo("0");
    }
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
  }
}
