package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.ComingKeys.OF_MOVED;
import static io.shardjdbc.tests.reshard.ComingKeys.USERS;
import static io.shardjdbc.tests.reshard.ComingKeys.number;
import static io.shardjdbc.tests.reshard.MovingShards.MOVED;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What statements see while rows come to their new shard key by key. */
class ReadThroughTest {
  private static final String OF_MOVED_POSTS = MOVED.condition("hashint8extended(user_id, 0)");

  @RegisterExtension static final ClusterExtension CLUSTER = ComingKeys.servers();

  @RegisterExtension static final ComingKeys keys = new ComingKeys(CLUSTER);

  private static final MovingShards shards = keys.shards();

  @BeforeEach
  void install() throws SQLException {
    keys.install();
  }

  @LongRun
  @Test
  void aKeyComesToWhoNeedsItWhileNoMoverIsThere() throws SQLException {
    int move = keys.dyingAt(Step.ARRIVE);
    long first = keys.moved(0);
    long second = keys.moved(1);
    try (ShardDataSource process = keys.open();
        Connection connection = process.getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(number(connection, "SELECT count(*) FROM users")).isEqualTo(USERS);
      assertThat(number(connection, "SELECT n FROM users WHERE id = " + first)).isZero();
      assertThat(shards.rows(S1, "SELECT id FROM users WHERE " + OF_MOVED))
          .containsExactly(String.valueOf(first));
      assertThat(shards.number(S1, "SELECT count(*) FROM posts WHERE user_id = " + first))
          .isEqualTo(1);
      statement.executeUpdate("UPDATE users SET n = 7 WHERE id = " + first);
      assertThat(number(connection, "SELECT count(*) FROM users")).isEqualTo(USERS);
      assertThat(number(connection, "SELECT sum(n) FROM users")).isEqualTo(7);
      assertThat(
              number(
                  connection,
                  "SELECT count(*) FROM users u JOIN posts p ON p.user_id = u.id WHERE n = 7"))
          .isEqualTo(1);

      long stays = shards.number(S0, "SELECT max(id) FROM users WHERE NOT (" + OF_MOVED + ")");
      assertThat(
              number(
                  connection,
                  "SELECT count(*) FROM users WHERE id IN (%d, %d)".formatted(first, stays)))
          .isEqualTo(2);
      assertThat(
              number(
                  connection,
                  "SELECT count(*) FROM users WHERE n = 7 OR id IN (%d, %d)"
                      .formatted(first, stays)))
          .isEqualTo(2);
      assertThatThrownBy(() -> statement.executeUpdate("UPDATE users SET n = 1"))
          .hasMessageContaining("SJ0233");
      assertWhatIsExplainedHasCome(connection);
      String joined = "users u LEFT OUTER JOIN posts p ON p.user_id = u.id";
      assertThat(number(connection, "SELECT count(*) FROM {oj " + joined + "}"))
          .isEqualTo(number(connection, "SELECT count(*) FROM " + joined));
      assertThatThrownBy(() -> shards.run(S1, "INSERT INTO users VALUES (" + second + ")"))
          .hasMessageContaining("has not come");

      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      assertThat(number(connection, "SELECT n FROM users WHERE id = " + first)).isEqualTo(7);
      assertThatThrownBy(() -> number(connection, "SELECT n FROM users WHERE id = " + second))
          .hasFieldOrPropertyWithValue("SQLState", "40001");
      connection.rollback();
      assertThat(number(connection, "SELECT n FROM users WHERE id = " + first)).isEqualTo(7);
      assertThat(number(connection, "SELECT n FROM users WHERE id = " + second)).isZero();
      connection.commit();
      assertAKeyIsLateOnceAtMost(connection);
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);

      long third = keys.moved(2);
      long fourth = keys.moved(3);
      assertThat(number(connection, "SELECT n FROM users WHERE id = " + first)).isEqualTo(7);
      assertThat(number(connection, "SELECT n FROM users WHERE id = " + third)).isZero();
      statement.addBatch("UPDATE users SET n = 2 WHERE id = " + third);
      statement.addBatch("UPDATE users SET n = 2 WHERE id = " + fourth);
      assertThat(statement.executeBatch()).containsExactly(1, 1);
      connection.commit();
      statement.executeUpdate(
          "DELETE FROM users WHERE id IN (%d, %d)".formatted(keys.moved(4), keys.moved(5)));
      connection.commit();
      assertThat(number(connection, "SELECT count(*) FROM users")).isEqualTo(USERS - 2);
      connection.commit();

      try (Resharding mover = keys.mover()) {
        assertThatThrownBy(() -> mover.rollBack(move)).hasMessageContaining("SJ0908");
        mover.run(move);
        assertThat(mover.moves()).extracting(MoveStatus::step).containsExactly(Step.SETTLED);
        assertThat(mover.verify(move)).isEmpty();
        mover.finish(move);
        assertThat(mover.audit()).isEmpty();
      }
      assertThat(number(connection, "SELECT count(*) FROM users")).isEqualTo(USERS - 2);
      connection.commit();
    }
    assertThat(shards.rows(S1, "SELECT sum(n) FROM users")).containsExactly("11");
    keys.assertNoTraces();
  }

  /** What runs needs its key, what is only planned needs none. */
  private void assertWhatIsExplainedHasCome(Connection connection) throws SQLException {
    String sql = " SELECT n FROM users WHERE id = " + keys.moved(8);
    try (Statement statement = connection.createStatement()) {
      statement.execute("EXPLAIN" + sql);
      assertThat(shards.number(S1, "SELECT count(*) FROM (" + sql + ") u")).isZero();
      try (ResultSet lines =
          statement.executeQuery("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF)" + sql)) {
        lines.next();
        assertThat(lines.getString(1)).contains("actual rows=1");
      }
    }
  }

  /** A transaction that began with a savepoint has seen nothing yet, nor missed anything. */
  private void assertAKeyIsLateOnceAtMost(Connection connection) throws SQLException {
    String early = "SELECT n FROM users WHERE id = " + keys.moved(6);
    String late = "SELECT n FROM users WHERE id = " + keys.moved(7);
    connection.setSavepoint();
    assertThat(number(connection, early)).isZero();
    assertThat(number(connection, early)).as("it came before the first look").isZero();
    assertThatThrownBy(() -> number(connection, late))
        .hasFieldOrPropertyWithValue("SQLState", "40001");
    connection.rollback();
    connection.setSavepoint();
    assertThat(number(connection, early)).isZero();
    assertThat(number(connection, late)).isZero();
    connection.commit();
  }

  @LongRun
  @Test
  void aKeyThatCannotComeIsNoErrorOfTheStatementsOwn() throws SQLException {
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(shard, "ALTER TABLE users ADD mail text UNIQUE");
    }
    long user = keys.moved(0);
    shards.run(S0, "UPDATE users SET mail = 'a' WHERE id = " + user);
    shards.run(S1, "UPDATE users SET mail = 'a' WHERE id = (SELECT max(id) FROM users)");
    int move = keys.dyingAt(Step.ARRIVE);
    try (ShardDataSource process = keys.open();
        Connection connection = process.getConnection();
        Resharding mover = keys.mover()) {
      assertThatThrownBy(() -> number(connection, "SELECT n FROM users WHERE id = " + user))
          .hasMessageContaining("SJ0234")
          .hasFieldOrPropertyWithValue("SQLState", "55000");
      assertThatThrownBy(() -> mover.run(move))
          .hasMessageContaining("SJ0911")
          .hasMessageContaining("users_mail_key");
      shards.run(S1, "UPDATE users SET mail = 'b' WHERE mail = 'a'");
      assertThat(number(connection, "SELECT n FROM users WHERE id = " + user)).isZero();
      mover.run(move);
      mover.finish(move);
    }
    assertThat(shards.numbers()).hasSize(USERS);
    keys.assertNoTraces();
  }

  /** Users' code, hints, locks and commands see one part only of what comes. */
  @Test
  void whatMayNeedKeysThatItDoesNotNameIsRefused() throws Exception {
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(
          shard,
          "DROP TABLE IF EXISTS countries, settings",
          "CREATE TABLE countries (code text PRIMARY KEY)",
          "CREATE TABLE settings (name text PRIMARY KEY)",
          "CREATE OR REPLACE FUNCTION counted() RETURNS bigint LANGUAGE sql STABLE"
              + " AS 'SELECT count(*) FROM users'",
          "CREATE OR REPLACE FUNCTION number_of(u bigint) RETURNS bigint LANGUAGE sql STABLE"
              + " AS 'SELECT n FROM users WHERE id = u'");
    }
    int move = keys.dyingAt(Step.ARRIVE);
    long first = keys.moved(0);
    long second = keys.moved(1);
    String on = "/* shardjdbc: shard=s1 */ ";
    try (ShardDataSource process = keys.open();
        Connection connection = process.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "SELECT counted() FROM users WHERE id = " + first,
              on + "SELECT count(*) FROM users",
              on + "SELECT counted()",
              on + "DO $$ BEGIN PERFORM FROM users; END $$",
              "SELECT id FROM users ORDER BY id FOR UPDATE",
              "SELECT id FROM users ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
              "UPDATE users SET n = n",
              "DELETE FROM posts")) {
        assertThatThrownBy(() -> statement.execute(sql)).as(sql).hasMessageContaining("SJ0233");
      }
      assertThatThrownBy(
              () ->
                  connection
                      .unwrap(ShardConnection.class)
                      .copy()
                      .copyOut("COPY users TO STDOUT", OutputStream.nullOutputStream()))
          .hasMessageContaining("SJ0233");
      assertThat(shards.number(S1, "SELECT count(*) FROM users WHERE " + OF_MOVED)).isZero();
      try (Connection ofOneMoment = process.getConnection();
          Connection repeatable = process.getConnection()) {
        ofOneMoment.unwrap(ShardConnection.class).readIntent(ReadIntent.snapshot());
        repeatable.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        repeatable.setAutoCommit(false);
        for (Connection one : List.of(ofOneMoment, repeatable)) {
          assertThatThrownBy(() -> number(one, "SELECT count(*) FROM users"))
              .hasMessageContaining("SJ0233")
              .hasMessageContaining("one moment");
        }
        repeatable.rollback();
      }

      statement.execute("INSERT INTO countries VALUES ('de')");
      statement.execute("INSERT INTO settings VALUES ('a')");
      statement.execute("CREATE INDEX posts_at ON posts (at)");
      assertThat(number(connection, "SELECT count(*) FROM settings")).isEqualTo(1);
      assertThat(number(connection, on + "SELECT count(*) FROM shardjdbc.move")).isEqualTo(1);
      assertThat(number(connection, "SELECT number_of(" + first + ")")).isZero();
      assertThat(number(connection, "SELECT n FROM users WHERE id = " + second + " FOR UPDATE"))
          .isZero();
      assertThat(shards.number(S1, "SELECT count(*) FROM users WHERE " + OF_MOVED)).isEqualTo(2);
    }
    try (Resharding mover = keys.mover()) {
      mover.run(move);
      mover.finish(move);
    }
    assertThat(shards.numbers()).hasSize(USERS);
    keys.assertNoTraces();
  }

  @LongRun
  @Test
  void whoMayNotWriteCannotBringAKeyAndWhoMayNeedsNoOtherRights() throws SQLException {
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(
          shard,
          "DO $$ BEGIN CREATE ROLE app LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
          "GRANT USAGE ON SCHEMA shardjdbc TO app",
          "GRANT ALL ON ALL TABLES IN SCHEMA shardjdbc TO app",
          "GRANT SELECT ON users, posts TO app",
          "CREATE OR REPLACE FUNCTION forbidden() RETURNS trigger LANGUAGE plpgsql AS"
              + " $$ BEGIN RAISE 'fires for rows that come'; END $$",
          "CREATE TRIGGER forbidden AFTER INSERT ON posts FOR EACH ROW"
              + " EXECUTE FUNCTION forbidden()");
    }
    int move = keys.dyingAt(Step.ARRIVE);
    String query = "SELECT n FROM users WHERE id = " + keys.moved(0);
    try (ShardDataSource process = keys.open(url -> url.replaceFirst("user=[^&]*", "user=app"));
        Connection connection = process.getConnection()) {
      assertThat(shards.number(S0, "SELECT count(*) FROM users")).isPositive();
      assertThatThrownBy(() -> number(connection, query))
          .hasMessageContaining("SJ0234")
          .hasMessageContaining("42501");
      shards.run(S1, "GRANT INSERT ON users, posts TO app");
      assertThat(number(connection, query)).isZero();
      assertThat(shards.number(S1, "SELECT count(*) FROM posts WHERE " + OF_MOVED_POSTS))
          .isEqualTo(1);
    }
    try (Resharding mover = keys.mover()) {
      mover.run(move);
      mover.finish(move);
    }
    keys.assertNoTraces();
  }

  @Test
  void aMoveIsGivenUpBeforeItsFlipWithoutATrace() throws SQLException {
    int move = keys.dyingAt(Step.FLIP);
    try (Resharding mover = keys.mover()) {
      mover.abort(move);
      assertThat(mover.moves()).isEmpty();
    }
    assertThat(shards.numbers()).hasSize(USERS);
    keys.assertNoTraces();
  }
}
