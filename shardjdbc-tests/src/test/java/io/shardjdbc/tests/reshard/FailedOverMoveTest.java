package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVED;
import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.Shutdown;
import io.shardjdbc.testkit.Whole;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The primary of a move's source or target is lost, and its replica promoted, which may lack what
 * the other side has already: no row is lost, seen twice or comes back, and the move ends.
 */
@LongRun
class FailedOverMoveTest {
  private static final int USERS = 60;
  private static final int FAILOVERS = Integer.getInteger("shardjdbc.reshard.failovers", 1);
  private static final long SEED = Long.getLong("shardjdbc.reshard.seed", 4);
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final String OF_MOVED = MOVED.condition("hashint8extended(id, 0)");
  private static final String GIVEN_UP = "the source has given up the rows";

  private static PostgresCluster cluster;
  private static MovingShards shards;

  /**
   * When a server is lost.
   *
   * @param behind what the mover says when the replica stops to receive; null for never
   */
  private record Failover(Strategy strategy, ShardId shard, @Nullable String behind, String at) {}

  private static final List<Failover> ALL =
      List.of(
          new Failover(Strategy.REPLICATE, S0, null, "subscription"),
          new Failover(Strategy.REPLICATE, S0, "copied", "copied"),
          new Failover(Strategy.REPLICATE, S0, "rehearsed", GIVEN_UP),
          new Failover(Strategy.REPLICATE, S0, null, GIVEN_UP),
          new Failover(Strategy.REPLICATE, S0, "way back", "way back"),
          new Failover(Strategy.REPLICATE, S1, null, "subscription"),
          new Failover(Strategy.REPLICATE, S1, "copied", "copied"),
          new Failover(Strategy.REPLICATE, S1, null, "s1 owns the rows"),
          new Failover(Strategy.REPLICATE, S1, "way back", "way back"),
          new Failover(Strategy.DOUBLE_WRITE, S0, "copied", "copied"),
          new Failover(Strategy.DOUBLE_WRITE, S0, "way back", "way back"),
          new Failover(Strategy.DOUBLE_WRITE, S1, "copied", "copied"),
          new Failover(Strategy.DOUBLE_WRITE, S1, "way back", "way back"),
          new Failover(Strategy.READ_THROUGH, S0, null, "piece read"),
          new Failover(Strategy.READ_THROUGH, S1, null, "piece brought"));

  private static Stream<Failover> failovers() {
    List<Failover> drawn = new ArrayList<>(ALL);
    Collections.shuffle(drawn, new Random(SEED));
    return drawn.stream().limit(FAILOVERS);
  }

  @BeforeAll
  static void start() throws SQLException {
    cluster = PostgresCluster.builder().shards(2).replicasPerShard(1).start();
    cluster.createDatabase("app");
    shards = new MovingShards(cluster, "app");
  }

  @AfterAll
  static void stop() throws SQLException {
    shards.close();
    cluster.close();
  }

  @ParameterizedTest
  @MethodSource("failovers")
  void aMoveEndsBehindAFailover(Failover failover) throws Exception {
    prepare();
    try (ShardDataSource process = open()) {
      long user = number(process, "SELECT min(id) FROM users WHERE " + OF_MOVED);
      add(process, user);
      Map<Long, Long> expected = loseAServer(failover, user);
      int move;
      try (Resharding mover = mover()) {
        mover.resume();
        move = mover.moves().get(0).id();
        assertThat(mover.moves()).extracting(MoveStatus::step).containsExactly(Step.SETTLED);
      }
      assertReads(process, expected);
      add(process, user);
      expected.merge(user, 1L, Long::sum);
      assertReads(process, expected);
      try (Resharding mover = mover()) {
        mover.finish(move);
        assertThat(mover.audit()).isEmpty();
        assertThat(mover.moves()).extracting(MoveStatus::step).containsOnly(Step.DONE);
      }
      assertThat(shards.numbers()).isEqualTo(expected);
      assertReads(process, expected);
    }
    assertThat(shards.traces(S0)).isEmpty();
    assertThat(shards.traces(S1)).isEmpty();
  }

  /** The heir of the source has not heard that it has given the rows up; others have used that. */
  @LongRun
  @Test
  void aTargetThatHasTakenTheRowsHasThem() throws Exception {
    prepare();
    try (ShardDataSource process = open()) {
      long user = number(process, "SELECT min(id) FROM users WHERE " + OF_MOVED);
      ClusterNode primary = cluster.shard("s0").primary();
      ClusterNode heir = cluster.shard("s0").replicas().get(0);
      Losing losing =
          new Losing(
              new Failover(Strategy.REPLICATE, S0, "rehearsed", "s1 owns the rows"),
              primary,
              heir,
              user);
      int move;
      try (Resharding mover = shards.mover().telling(losing)) { // it knows no replicas
        move = mover.start(MOVING);
        assertThatThrownBy(() -> mover.run(move)).isInstanceOf(Lost.class);
      }
      primary.rebuildFrom(heir);
      addOn(S1, user);
      try (Resharding mover = mover()) {
        assertThatThrownBy(() -> mover.abort(move)).hasMessageContaining("SJ0908");
        mover.run(move);
        losing.expected.merge(user, 1L, Long::sum);
        assertReads(process, losing.expected);
        mover.rollBack(move);
      }
      assertReads(process, losing.expected);
      assertThat(shards.numbers()).isEqualTo(losing.expected);
    }
    assertThat(shards.traces(S0)).isEmpty();
    assertThat(shards.traces(S1)).isEmpty();
  }

  private static List<String> momentsOnTheWayBack() {
    return Whole.or(List.of("s0 owns the rows"), List.of("rehearsed", "s0 owns the rows"));
  }

  @LongRun
  @ParameterizedTest
  @MethodSource("momentsOnTheWayBack")
  void aMoveIsTakenBackThoughAServerFailsOver(String at) throws Exception {
    prepare();
    try (ShardDataSource process = open()) {
      long user = number(process, "SELECT min(id) FROM users WHERE " + OF_MOVED);
      int move;
      try (Resharding mover = mover()) {
        move = mover.start(MOVING);
        mover.run(move);
      }
      add(process, user);
      ClusterNode primary = cluster.shard("s1").primary();
      ClusterNode heir = cluster.shard("s1").replicas().get(0);
      cluster.awaitReplication();
      Losing losing =
          new Losing(new Failover(Strategy.REPLICATE, S1, null, at), primary, heir, user);
      try (Resharding mover = mover().telling(losing)) {
        assertThatThrownBy(() -> mover.rollBack(move)).isInstanceOf(Lost.class);
      }
      primary.rebuildFrom(heir);
      try (Resharding mover = mover()) {
        mover.resume();
        assertThat(mover.moves()).isEmpty();
        assertThat(mover.audit()).isEmpty();
      }
      assertReads(process, losing.expected);
      assertThat(shards.numbers()).isEqualTo(losing.expected);
    }
    assertThat(shards.traces(S0)).isEmpty();
    assertThat(shards.traces(S1)).isEmpty();
  }

  private static void prepare() throws SQLException {
    shards.createTables();
    shards.fill(USERS);
    try (Resharding mover = mover()) {
      mover.install(shards.map());
    }
    cluster.awaitReplication();
  }

  /** Until the server is lost, and another one is there in its place; what is there then. */
  private static Map<Long, Long> loseAServer(Failover failover, long user) throws SQLException {
    ClusterShard shard = cluster.shard(failover.shard().name());
    ClusterNode primary = shard.primary();
    ClusterNode heir = shard.replicas().get(0);
    Losing losing = new Losing(failover, primary, heir, user);
    try (Resharding mover = mover().by(failover.strategy()).telling(losing)) {
      int move = mover.start(MOVING);
      assertThatThrownBy(() -> mover.run(move)).isInstanceOf(Lost.class);
    }
    try (Resharding mover = mover()) {
      mover.resume();
    } catch (ReshardException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.REPLICA_AWAY); // nobody knows who reads there
    } finally {
      primary.rebuildFrom(heir);
    }
    return losing.expected;
  }

  private static final class Lost extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final class Losing implements MoveListener {
    private final Failover failover;
    private final ClusterNode primary;
    private final ClusterNode heir;
    private final long user;
    private boolean stopped;
    private Map<Long, Long> expected = Map.of();

    Losing(Failover failover, ClusterNode primary, ClusterNode heir, long user) {
      this.failover = failover;
      this.primary = primary;
      this.heir = heir;
      this.user = user;
    }

    @Override
    public void onProgress(int move, Step step, String what) {
      try {
        if (what.equals(failover.behind()) && !stopped) {
          stopped = true;
          heir.stop(Shutdown.FAST);
        }
        if (what.equals(failover.at())) {
          lose(step);
          throw new Lost();
        }
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }

    /** Where the replica has stopped, a write that comes to the other side is lost with it. */
    private void lose(Step step) throws SQLException {
      boolean copied = step == Step.COPY;
      boolean settled = step == Step.SETTLE;
      if (stopped && (copied || settled)) {
        ShardId owner = copied ? S0 : S1;
        addOn(owner, user);
        if (failover.strategy() == Strategy.REPLICATE) {
          String n = "SELECT n FROM users WHERE id = " + user;
          long written = shards.number(owner, n);
          Deadline.in(SOON)
              .await("it has come", () -> shards.number(copied ? S1 : S0, n) == written);
        }
      }
      primary.kill();
      if (stopped) {
        heir.start();
      }
      heir.promote();
      boolean lostTheFlip = stopped && GIVEN_UP.equals(failover.at());
      expected = owned(step.isBeforeFlip() || lostTheFlip ? S0 : S1);
    }

    /** What lies on the owner of what moves, and of all others on their own shards. */
    private Map<Long, Long> owned(ShardId owner) throws SQLException {
      ShardId of = failover.strategy() == Strategy.READ_THROUGH ? S0 : owner;
      Map<Long, Long> all = new HashMap<>();
      add(all, of, OF_MOVED);
      add(all, S0, "NOT (" + OF_MOVED + ")");
      add(all, S1, "NOT (" + OF_MOVED + ")");
      return all;
    }

    private static void add(Map<Long, Long> all, ShardId shard, String where) throws SQLException {
      for (String row : shards.rows(shard, "SELECT id || ' ' || n FROM users WHERE " + where)) {
        String[] fields = row.split(" ", -1);
        all.put(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
      }
    }
  }

  /** All servers are named as they were at first, whichever is the primary. */
  private static Resharding mover() {
    Map<ShardId, ShardServers> servers = new LinkedHashMap<>();
    for (ClusterShard shard : cluster.shards()) {
      List<String> urls = shard.nodes().stream().map(node -> node.jdbcUrl("app")).toList();
      servers.put(
          new ShardId(shard.name()),
          new ShardServers(urls.get(0), urls.subList(1, 2), new Properties()));
    }
    return Resharding.over(servers);
  }

  private static ShardDataSource open() throws SQLException {
    ConfigurationBuilder builder = Configuration.builder();
    for (ClusterShard shard : cluster.shards()) {
      List<NodeConfiguration> nodes =
          shard.nodes().stream().map(node -> NodeConfiguration.of(node.jdbcUrl("app"))).toList();
      builder.shard(
          new ShardConfiguration(new ShardId(shard.name()), nodes.get(0), nodes.subList(1, 2)));
    }
    return ShardDataSource.of(
        builder.tables(t -> t.sharded("users", "id").sharded("posts", "user_id")).build());
  }

  private static void assertReads(ShardDataSource process, Map<Long, Long> expected)
      throws SQLException {
    long sum = expected.values().stream().mapToLong(Long::longValue).sum();
    assertThat(number(process, "SELECT count(*) FROM users")).isEqualTo(expected.size());
    assertThat(number(process, "SELECT sum(n) FROM users")).isEqualTo(sum);
    for (Map.Entry<Long, Long> user : expected.entrySet()) {
      assertThat(number(process, "SELECT n FROM users WHERE id = " + user.getKey()))
          .as("user %d", user.getKey())
          .isEqualTo(user.getValue());
    }
  }

  private static long number(ShardDataSource process, String sql) throws SQLException {
    try (Connection connection = process.getConnection()) {
      return ComingKeys.number(connection, sql);
    }
  }

  /** As soon as the process has found the server that was promoted. */
  private static void add(ShardDataSource process, long user) {
    Deadline.in(SOON)
        .await(
            "it is written",
            () -> {
              try (Connection connection = process.getConnection()) {
                add(connection, user);
                return true;
              } catch (SQLException e) {
                return false;
              }
            });
  }

  private static void addOn(ShardId shard, long user) throws SQLException {
    try (Connection connection = shards.connect(shard)) {
      add(connection, user);
    }
  }

  private static void add(Connection connection, long user) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("UPDATE users SET n = n + 1 WHERE id = " + user);
      statement.execute(
          "INSERT INTO posts (user_id, no, body) SELECT id, n, 'next' FROM users WHERE id = "
              + user);
      connection.commit();
    }
  }
}
