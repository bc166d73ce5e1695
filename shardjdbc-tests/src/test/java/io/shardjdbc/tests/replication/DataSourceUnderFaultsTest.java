package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardHealth;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReplicationEvent.LevelChanged;
import io.shardjdbc.replication.ReplicationEvent.NodeFenced;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers of a DataSource notice when servers stop, freeze and change their roles. */
@Timeout(240)
class DataSourceUnderFaultsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String READ = "SELECT v FROM kv WHERE k = ?";
  private static final String WRITE = "UPDATE kv SET v = ? WHERE k = ?";

  private static PostgresCluster cluster;

  private final Events events = new Events();
  private ClusterShard shard;
  private ShardDataSource dataSource;
  private int key;
  private int elsewhere;

  @BeforeAll
  static void startCluster() throws SQLException {
    cluster = PostgresCluster.builder().shards(2).replicasPerShard(2).start();
    for (ClusterShard each : cluster.shards()) {
      try (Connection connection = each.primary().connect()) {
        ChaosRun.createTable(connection);
      }
      each.awaitReplication();
    }
  }

  @AfterAll
  static void closeCluster() {
    cluster.close();
  }

  @BeforeEach
  void open() throws SQLException {
    shard = cluster.shard("s0");
    ReadSettings settings = ReadSettings.builder().silenceLimit(Duration.ofSeconds(1)).build();
    dataSource = dataSource(settings);
    dataSource.addListener(events);
    key = keyOn("s0");
    elsewhere = keyOn("s1");
    await("all is well", () -> dataSource.level() == DegradationLevel.HEALTHY && allAnswer());
  }

  @AfterEach
  void close() {
    assertThat(dataSource.usage()).extracting(NodeUsage::lent).containsOnly(0);
    dataSource.close();
  }

  private static ShardDataSource dataSource(ReadSettings settings) throws SQLException {
    var builder = ShardDataSource.builder();
    for (ClusterShard each : cluster.shards()) {
      List<NodeConfiguration> nodes = new ArrayList<>();
      for (ClusterNode node : each.nodes()) {
        nodes.add(NodeConfiguration.of(node.jdbcUrl("postgres")).inZone(node.name()));
      }
      builder.shard(
          new ShardConfiguration(
              new ShardId(each.name()), nodes.get(0), List.of(nodes.get(1), nodes.get(2))));
    }
    return builder
        .tables(ChaosRun::declare)
        .reads(settings)
        .pool(
            new PoolConfiguration(
                8, 1, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(5)))
        .build();
  }

  private int keyOn(String name) {
    for (int k = 0; k < ChaosRun.KEYS; k++) {
      if (dataSource.router().shards(READ, List.of(k)).get(0).name().equals(name)) {
        return k;
      }
    }
    throw new IllegalStateException("no key on " + name);
  }

  private boolean allAnswer() throws SQLException {
    return dataSource.health().stream()
        .map(ShardHealth::nodes)
        .allMatch(
            nodes ->
                nodes.stream()
                    .allMatch(node -> node.position().isPresent() && node.lag().isPresent()));
  }

  private void write(int k, long value) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      write(connection, k, value);
    }
  }

  private static void write(Connection connection, int k, long value) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(WRITE)) {
      update.setLong(1, value);
      update.setInt(2, k);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  private long read(int k, ReadIntent intent) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.unwrap(ShardConnection.class).readIntent(intent);
      try (PreparedStatement select = connection.prepareStatement(READ)) {
        select.setInt(1, k);
        try (ResultSet row = select.executeQuery()) {
          row.next();
          return row.getLong(1);
        }
      }
    }
  }

  private boolean writes(int k, long value) {
    return writes(k, value, new ArrayList<>());
  }

  /** What is told unknown may still run where it was sent to; all else that failed may not. */
  private boolean writes(int k, long value, List<String> unknown) {
    try {
      write(k, value);
      return true;
    } catch (UnknownOutcomeException e) {
      unknown.add(String.valueOf(value));
      return false;
    } catch (SQLException e) {
      return false;
    }
  }

  @Test
  void writesFollowAPromotionAndNoneReachesTheOldPrimary() throws Exception {
    ClusterNode old = shard.primary();
    write(key, 1);
    Connection open = dataSource.getConnection();
    open.setAutoCommit(false);
    write(open, key, 2);

    shard.awaitReplication();
    old.freeze();
    ClusterNode heir = Servers.furthest(shard.replicas(), PATIENCE);
    heir.promote();
    long promoted = System.nanoTime();
    shard.replicas().stream().filter(node -> node != old).forEach(node -> follow(node, heir));
    AtomicLong tried = new AtomicLong(100);
    List<String> mayStand = new ArrayList<>(List.of("1"));
    await("writes go on", () -> writes(key, tried.incrementAndGet(), mayStand));
    System.out.printf(
        "writes resumed %d ms after the promotion%n", (System.nanoTime() - promoted) / 1_000_000);
    assertThat(read(key, ReadIntent.standard())).isEqualTo(tried.get());
    write(elsewhere, 3);
    SQLException lost = catchThrowableOfType(SQLException.class, open::commit);
    assertThat(lost.getSQLState()).isIn("40001", "08006", "08007");
    if (lost instanceof UnknownOutcomeException) {
      mayStand.add("2");
    }
    open.close();

    old.thaw();
    await("the old primary is fenced", () -> !events.of(NodeFenced.class).isEmpty());
    for (long value = 4; value < 40; value++) {
      write(key, value);
    }
    assertThat(Servers.ask(old, "SELECT v FROM kv WHERE k = " + key)).isIn(mayStand);
    assertThat(read(key, ReadIntent.standard())).isEqualTo(39);

    old.rebuildFrom(heir);
    await("all is well again", () -> dataSource.level() == DegradationLevel.HEALTHY);
    assertThat(events.of(LevelChanged.class))
        .filteredOn(change -> change.to().compareTo(change.from()) < 0)
        .allMatch(change -> change.from().worse(change.to()) == change.from());
  }

  private static void follow(ClusterNode node, ClusterNode primary) {
    try {
      node.follow(primary);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @LongRun
  @Test
  void aFrozenPrimaryRefusesWritesAtOnceAndTolerantReadsAreServed() throws Exception {
    ClusterNode primary = shard.primary();
    write(key, 100);
    // It has its connection already: a pool looks at one that has rested, and then nothing is sent.
    try (Connection underWay = dataSource.getConnection()) {
      underWay.setAutoCommit(false);
      write(underWay, key, 101);
      primary.freeze();
      assertThatThrownBy(underWay::commit).isInstanceOf(UnknownOutcomeException.class);
      await("the shard is read-only", () -> level("s0") == DegradationLevel.READ_ONLY);
      assertThat(dataSource.level()).isEqualTo(DegradationLevel.READ_ONLY);
      assertThat(level("s1")).isEqualTo(DegradationLevel.HEALTHY);
      assertThatThrownBy(() -> write(key, 102))
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessageContaining("SJ0505")
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("25006"));
      assertThat(read(key, ReadIntent.tolerant(Duration.ofSeconds(1)))).isEqualTo(100);
      write(elsewhere, 102);
      assertThat(read(elsewhere, ReadIntent.standard())).isEqualTo(102);
    } finally {
      primary.thaw();
    }
    await("writes go on", () -> writes(key, 103));
    // What was told unknown may run behind the thaw, before or after the next write.
    assertThat(read(key, ReadIntent.standard())).isIn(101L, 103L);
    await("all is well again", () -> dataSource.level() == DegradationLevel.HEALTHY);
  }

  private DegradationLevel level(String name) throws SQLException {
    return dataSource.health().stream()
        .filter(health -> health.shard().name().equals(name))
        .map(ShardHealth::level)
        .findFirst()
        .orElseThrow();
  }

  @LongRun
  @Test
  void readsOnAFrozenReplicaAreGivenUpAndAnsweredElsewhere() throws Exception {
    ClusterNode frozen = shard.replicas().get(1);
    write(key, 200);
    List<Callers> callers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      for (int i = 0; i < 6; i++) {
        callers.add(new Callers(dataSource.getConnection()));
      }
      frozen.freeze();
      List<Future<Long>> answers = new ArrayList<>();
      for (Callers caller : callers) {
        answers.add(threads.submit(() -> caller.read(key)));
      }
      for (Future<Long> answer : answers) {
        assertThat(answer.get()).isEqualTo(200);
      }
      await("it is left", () -> level("s0") == DegradationLevel.REPLICA_DOWN);
      write(key, 201);
      assertThat(read(key, ReadIntent.standard())).isEqualTo(201);
    } finally {
      frozen.thaw();
      threads.shutdownNow();
      for (Callers caller : callers) {
        caller.connection().close();
      }
    }
    await("all is well again", () -> dataSource.level() == DegradationLevel.HEALTHY);
  }

  /** One who reads several times on one connection. */
  private record Callers(Connection connection) {
    long read(int k) throws SQLException {
      long last = 0;
      for (int i = 0; i < 20; i++) {
        try (PreparedStatement select = connection.prepareStatement(READ)) {
          select.setInt(1, k);
          try (ResultSet row = select.executeQuery()) {
            row.next();
            last = row.getLong(1);
          }
        }
      }
      return last;
    }
  }

  @LongRun
  @Test
  void aRestartedReplicaServesAgainAndScattersNoticeNothing() throws Exception {
    String count = "SELECT count(*) FROM kv";
    ClusterNode replica = shard.replicas().get(0);
    for (int round = 0; round < 3; round++) {
      replica.restart();
      for (int i = 0; i < 20; i++) {
        try (Connection connection = dataSource.getConnection();
            Statement statement = connection.createStatement();
            ResultSet row = statement.executeQuery(count)) {
          row.next();
          assertThat(row.getLong(1)).isEqualTo(2L * ChaosRun.KEYS);
        }
      }
    }
    await("all is well again", () -> dataSource.level() == DegradationLevel.HEALTHY);
  }

  private static <X extends Exception> void await(String what, Deadline.Condition<X> condition)
      throws X {
    Deadline.in(PATIENCE).await(what, condition);
  }
}
