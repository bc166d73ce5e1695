package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.RunningMap;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReadYourWrites;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A token is of the shards that had the rows; the rows move to one whose replica is behind. */
class TokensOverMapsTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A lag does not matter; it is the token that says what is to be seen. */
  private static final ReadIntent STALE = ReadIntent.bounded(Duration.ofHours(1));

  private static final String READ = "SELECT name FROM users WHERE user_id = ";

  private ShardDataSource writing;
  private ShardDataSource reading;
  private long key;

  @BeforeEach
  void open() throws SQLException {
    for (ClusterShard shard : cluster.cluster().shards()) {
      on(
          shard.primary(),
          "DROP TABLE IF EXISTS users",
          "CREATE TABLE users (user_id bigint PRIMARY KEY, name text)");
    }
    cluster.cluster().awaitReplication();
    writing = dataSource();
    reading = dataSource();
    Deadline.in(PATIENCE)
        .await(
            "replicas are known",
            () ->
                reading.health().stream()
                        .flatMap(shard -> shard.nodes().stream())
                        .filter(node -> node.state() == NodeHealth.State.REPLICA)
                        .filter(node -> node.lag().isPresent())
                        .count()
                    == 2);
    key = 1;
    while (!writing.shardOf("users", key).name().equals("s0")) {
      key++;
    }
  }

  @AfterEach
  void close() throws SQLException {
    replica().resumeReplay();
    writing.close();
    reading.close();
  }

  private static ClusterNode replica() {
    return cluster.shard("s1").replicas().get(0);
  }

  private static ShardDataSource dataSource() throws SQLException {
    ConfigurationBuilder builder = Configuration.builder();
    for (ClusterShard shard : cluster.cluster().shards()) {
      builder.shard(
          new ShardConfiguration(
              new ShardId(shard.name()),
              NodeConfiguration.of(shard.primary().jdbcUrl(cluster.database())),
              List.of(NodeConfiguration.of(shard.replicas().get(0).jdbcUrl(cluster.database())))));
    }
    ReadSettings forgetful = ReadSettings.builder().readYourWrites(ReadYourWrites.OFF).build();
    return ShardDataSource.of(
        builder.reads(forgetful).tables(tables -> tables.sharded("users", "user_id")).build());
  }

  /** Beside the library, which would know of a write that a replica has to have. */
  private static void on(ClusterNode node, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(node.jdbcUrl(cluster.database()));
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String name(Connection connection, long user) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(READ + user)) {
      return row.next() ? row.getString(1) : "nobody";
    }
  }

  /** What a reader sees who has a token, on a shard whose replica would do for its lag. */
  private String read(CausalToken token) throws SQLException {
    try (Connection connection = reading.getConnection()) {
      ShardConnection asking = connection.unwrap(ShardConnection.class);
      asking.readIntent(STALE);
      Deadline.in(PATIENCE)
          .await("the replica that is behind serves", () -> name(connection, key).equals("nobody"));
      asking.readIntent(STALE.after(token));
      return name(connection, key);
    }
  }

  /** The row goes to the other shard, of which both processes know, and not to its replica. */
  private void move() throws SQLException {
    replica().pauseReplay();
    on(cluster.shard("s1").primary(), "INSERT INTO users VALUES (" + key + ", 'ann')");
    on(cluster.shard("s0").primary(), "DELETE FROM users");
    for (ShardDataSource one : List.of(writing, reading)) {
      ShardMap now = RunningMap.of(one);
      Map<String, Placement> placements = new LinkedHashMap<>();
      now.placements().keySet().stream()
          .filter(name -> !name.equals(ShardMap.RECORDS))
          .forEach(name -> placements.put(name, Placements.ring(List.of(new ShardId("s1")))));
      RunningMap.install(one, now.next(now.shards(), placements));
    }
  }

  private void write(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("INSERT INTO users VALUES (" + key + ", 'ann')");
    }
  }

  @Test
  void aTokenFromBeforeTheMoveShowsWhatHasMoved() throws SQLException {
    CausalToken token;
    try (Connection connection = writing.getConnection()) {
      write(connection);
      token = connection.unwrap(ShardConnection.class).causalToken();
    }
    move();
    assertThat(read(CausalToken.parse(token.encode()))).isEqualTo("ann");
  }

  @LongRun
  @Test
  void soDoesOneThatIsMadeAfterTheMoveOfWhatWasWrittenBefore() throws SQLException {
    try (Connection connection = writing.getConnection()) {
      write(connection);
      move();
      assertThat(read(connection.unwrap(ShardConnection.class).causalToken())).isEqualTo("ann");
    }
  }

  @LongRun
  @Test
  void soDoesOneOfTheShardThatWasWrittenTo() throws SQLException {
    try (Connection connection = writing.getConnection()) {
      write(connection);
    }
    move();
    assertThat(read(writing.reads().tokenOf(List.of(new ShardId("s0"))))).isEqualTo("ann");
  }
}
