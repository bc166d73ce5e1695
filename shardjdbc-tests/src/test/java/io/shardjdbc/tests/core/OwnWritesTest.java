package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.jdbc.PgResultSet;

/**
 * What a process wrote by other ways than a statement that names the rows, and then reads where the
 * replicas are paused.
 */
@Timeout(180)
class OwnWritesTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  private static final String FUNCTIONS =
      """
      CREATE FUNCTION rename(k bigint, n text) RETURNS text LANGUAGE sql
        AS 'UPDATE users SET name = n WHERE user_id = k RETURNING name';
      CREATE FUNCTION rename_blindly(k bigint, n text) RETURNS int LANGUAGE plpgsql
        AS 'BEGIN EXECUTE format(''UPDATE users SET name = %L WHERE user_id = %s'', n, k); RETURN 1; END';
      CREATE FUNCTION renamed(k bigint, n text) RETURNS int STABLE LANGUAGE sql
        AS 'SELECT rename_blindly(k, n)';
      CREATE FUNCTION renamed_for_good(k bigint, n text) RETURNS int IMMUTABLE LANGUAGE plpgsql
        AS 'BEGIN RETURN rename_blindly(k, n); END';
      CREATE FUNCTION renamed_blindly(k bigint, n text) RETURNS int STABLE LANGUAGE plpgsql
        AS 'BEGIN RETURN rename_blindly(k, n); END';
      CREATE TABLE notes (user_id bigint, other bigint, body text);
      CREATE TABLE policed (user_id bigint, body text);
      INSERT INTO policed SELECT user_id, 'read' FROM users;
      ALTER TABLE policed ENABLE ROW LEVEL SECURITY;
      CREATE POLICY renaming ON policed USING (renamed(user_id, 'by policy') = 1);
      DO $$ BEGIN CREATE ROLE of_policy; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      GRANT SELECT, UPDATE ON policed, users TO of_policy;
      CREATE FUNCTION rename_other() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN UPDATE users SET name = NEW.body WHERE user_id = NEW.other; RETURN NEW; END';
      CREATE TRIGGER rename_other AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION rename_other();
      """;

  private static ShardDataSource dataSource;
  private static ShardDataSource second;
  private static long user;
  private static long neighbour;

  @BeforeAll
  static void open() throws SQLException {
    try (ShardDataSource first = source()) {
      Sample.createTables(first);
      Sample.insertUsers(first);
    }
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection primary = cluster.connect(shard.name());
          Statement statement = primary.createStatement()) {
        statement.execute(FUNCTIONS);
      }
    }
    try (Connection primary = cluster.connect("s0")) {
      List<String> users = Sample.rows(primary, "SELECT user_id FROM users ORDER BY user_id");
      user = Long.parseLong(users.get(0));
      neighbour = Long.parseLong(users.get(1));
    }
    // Opened now, they need not notice first that somebody else has made functions.
    dataSource = source();
    second = source();
  }

  private static ShardDataSource source() throws SQLException {
    return Replicated.builder(cluster.cluster(), cluster.database())
        .tables(
            t ->
                t.sharded("notes", "user_id")
                    .sharded("policed", "user_id")
                    .function("rename_blindly", FunctionPromise.SHARD_LOCAL)
                    .function("renamed_blindly", FunctionPromise.SHARD_LOCAL)
                    .function("rename_other", FunctionPromise.SHARD_LOCAL))
        .build();
  }

  @AfterAll
  static void close() {
    dataSource.close();
    second.close();
  }

  @BeforeEach
  void replicasArePaused() throws SQLException {
    Replicated.awaitReplicas(dataSource, user);
    Replicated.awaitReplicas(second, user);
    for (ClusterNode replica : cluster.shard("s0").replicas()) {
      replica.pauseReplay();
    }
  }

  @AfterEach
  void replicasGoOn() throws SQLException {
    for (ClusterNode replica : cluster.shard("s0").replicas()) {
      replica.resumeReplay();
    }
  }

  private static String name(Connection connection, long id) throws SQLException {
    return Sample.rows(connection, "SELECT name FROM users WHERE user_id = ?", id).get(0);
  }

  @Test
  void aFunctionThatWritesTheRowOfItsArgument() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      Sample.rows(
          connection, "SELECT rename(user_id, 'by function') FROM users WHERE user_id = ?", user);
      assertThat(name(connection, user)).isEqualTo("by function");
    }
  }

  @Test
  void aFunctionThatIsVouchedFor() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      Sample.rows(
          connection,
          "SELECT rename_blindly(user_id, 'blindly') FROM users WHERE user_id = ?",
          user);
      assertThat(name(connection, user)).isEqualTo("blindly");
      String another = "SELECT rename_blindly(" + neighbour + ", 'too') FROM users";
      Sample.rows(connection, another + " WHERE user_id = ?", user);
      assertThat(name(connection, neighbour)).isEqualTo("too");
    }
  }

  /** The server lets a function that is declared stable write by one that is not. */
  @ParameterizedTest
  @ValueSource(strings = {"renamed", "renamed_for_good", "renamed_blindly"})
  void aFunctionThatSaysItDoesNotWriteAndCallsOneThatDoes(String function) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      String renaming = "SELECT " + function + "(user_id, 'by " + function + "') FROM users";
      Sample.rows(connection, renaming + " WHERE user_id = ?", user);
      assertThat(name(connection, user)).isEqualTo("by " + function);
      String elsewhere = "SELECT " + function + "(" + neighbour + ", 'by " + function + "')";
      Sample.rows(connection, "/* shardjdbc: shard=s0 */ " + elsewhere);
      assertThat(name(connection, neighbour)).isEqualTo("by " + function);
    }
  }

  @Test
  void aPolicyThatCallsAFunctionThatDoes() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE of_policy");
      assertThat(Sample.rows(connection, "SELECT body FROM policed WHERE user_id = ?", user))
          .containsExactly("read");
      assertThat(name(connection, user)).isEqualTo("by policy");
    }
  }

  @Test
  void aDataSourceOfOneShard() throws SQLException {
    ClusterShard shard = cluster.shard("s0");
    List<NodeConfiguration> replicas =
        List.of(NodeConfiguration.of(shard.replicas().get(0).jdbcUrl(cluster.database())));
    try (ShardDataSource alone =
            ShardDataSource.builder()
                .shard(
                    new ShardConfiguration(
                        new ShardId("s0"),
                        NodeConfiguration.of(shard.primary().jdbcUrl(cluster.database())),
                        replicas))
                .tables(
                    t ->
                        t.sharded("users", "user_id")
                            .function("rename_blindly", FunctionPromise.SHARD_LOCAL))
                .build();
        Connection connection = alone.getConnection()) {
      shard.replicas().get(0).resumeReplay();
      Replicated.awaitReplicas(alone, user);
      shard.replicas().get(0).pauseReplay();
      Sample.rows(
          connection, "SELECT renamed(user_id, 'alone') FROM users WHERE user_id = ?", user);
      assertThat(name(connection, user)).isEqualTo("alone");
    }
  }

  @Test
  void aQueryThatWritesUnderAHint() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      Sample.rows(
          connection,
          "/* shardjdbc: shard=s0 */ WITH w AS (UPDATE users SET name = 'by hint' WHERE user_id = "
              + user
              + " RETURNING 1) SELECT * FROM w");
      assertThat(name(connection, user)).isEqualTo("by hint");
      Sample.rows(
          connection, "/* shardjdbc: shard=s0 */ SELECT rename(" + user + ", 'by hint, too')");
      assertThat(name(connection, user)).isEqualTo("by hint, too");
    }
  }

  /** The key of a hint says where, and not which rows. */
  @Test
  void aKeyOfAHintIsNoListOfRows() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      String byKey = "/* shardjdbc: key=" + neighbour + " */ ";
      Sample.execute(
          dataSource,
          byKey + "UPDATE users SET name = 'by key' WHERE name <> 'none' AND user_id > 0");
      assertThat(name(connection, user)).isEqualTo("by key");
      Sample.update(connection, "UPDATE users SET name = 'again' WHERE user_id = ?", user);
      assertThat(Sample.rows(connection, byKey + "SELECT count(*) FROM users WHERE name = 'again'"))
          .containsExactly("1");
    }
  }

  @Test
  void aTriggerThatWritesARowOfAnotherKey() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      Sample.update(connection, "INSERT INTO notes VALUES (?, ?, 'by trigger')", user, neighbour);
      assertThat(name(connection, neighbour)).isEqualTo("by trigger");
    }
  }

  @Test
  void anotherDataSourceOfTheProcess() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Connection other = second.getConnection()) {
      Sample.update(connection, "UPDATE users SET name = 'by another' WHERE user_id = ?", user);
      assertThat(name(other, user)).isEqualTo("by another");
    }
  }

  @Test
  void aWritePastTheLibrary() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setShardingKey(
          dataSource.createShardingKeyBuilder().subkey(user, java.sql.JDBCType.BIGINT).build());
      Connection physical = (Connection) connection.unwrap(PGConnection.class);
      try (Statement statement = physical.createStatement()) {
        statement.execute("UPDATE users SET name = 'past it' WHERE user_id = " + user);
      }
    }
    try (Connection connection = dataSource.getConnection()) {
      assertThat(name(connection, user)).isEqualTo("past it");
    }
  }

  /** What others read meanwhile: nobody sees when the driver's connection writes. */
  @Test
  void aWritePastTheLibraryByAConnectionThatStaysOpen() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "/* shardjdbc: primary */ SELECT name FROM users WHERE user_id = " + user)) {
      writesUnseen(rows.unwrap(PgResultSet.class).getStatement().getConnection(), "by rows");
      writesUnseen(((Statement) statement.unwrap(PGStatement.class)).getConnection(), "by text");
      connection.setShardingKey(
          dataSource.createShardingKeyBuilder().subkey(user, java.sql.JDBCType.BIGINT).build());
      Connection physical = (Connection) connection.unwrap(PGConnection.class);
      writesUnseen(physical, "once");
      writesUnseen(physical, "again");
      try (Statement last = physical.createStatement()) {
        last.execute("UPDATE users SET name = 'at last' WHERE user_id = " + user);
      }
      connection.abort(Runnable::run);
    }
    try (Connection other = second.getConnection()) {
      assertThat(name(other, user)).isEqualTo("at last");
    }
    replicasGoOn();
    Replicated.awaitReplicas(dataSource, user);
  }

  private static void writesUnseen(Connection physical, String name) throws SQLException {
    try (Statement statement = physical.createStatement()) {
      statement.execute("UPDATE users SET name = '" + name + "' WHERE user_id = " + user);
    }
    try (Connection same = dataSource.getConnection();
        Connection other = second.getConnection()) {
      assertThat(name(same, user)).isEqualTo(name);
      assertThat(name(other, user)).isEqualTo(name);
    }
  }
}
