package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.RunningMap;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.PlanCounts;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A running DataSource gets another map.
 *
 * <p>What each map shows is told apart by the data: keys that move are {@code first} on the shards
 * that have them by the first map, and {@code second} on the shard that joins; two tables have one
 * row on each shard, so that their product is 9 by a map of three shards, 16 by one of four, and 12
 * by two maps at once; and what a transaction writes for two moving keys lies on two shards by the
 * first map, on one by the second.
 */
class MapChangeTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(4));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String JOINING = "s3";

  private final AtomicLong transactions = new AtomicLong();

  /** Of each map that was installed, whether it is one of four shards. */
  private final List<Boolean> installed = new CopyOnWriteArrayList<>(List.of(false));

  private Load load;
  private ShardDataSource dataSource;
  private ShardMap three;
  private long one;
  private long other;
  private long staying;

  @BeforeEach
  void open() throws SQLException {
    for (String shard : cluster.primaryUrls().keySet()) {
      on(
          shard,
          "DROP TABLE IF EXISTS homes, marks, others, ledger",
          "CREATE TABLE homes (id bigint PRIMARY KEY, map text)",
          "CREATE TABLE marks (n bigint PRIMARY KEY)",
          "CREATE TABLE others (n bigint PRIMARY KEY)",
          "CREATE TABLE ledger (id bigint, tx bigint, PRIMARY KEY (id, tx))",
          "INSERT INTO marks VALUES (" + shard.substring(1) + ")",
          "INSERT INTO others VALUES (" + shard.substring(1) + ")");
    }
    ShardDataSourceBuilder builder =
        ShardDataSource.builder()
            .transactions(TransactionMode.TWO_PHASE)
            .tables(
                t ->
                    t.sharded("homes", "id")
                        .sharded("marks", "n")
                        .sharded("others", "n")
                        .sharded("ledger", "id"));
    cluster.primaryUrls().forEach((s, url) -> shard(builder, s, url));
    dataSource = builder.build();
    load = new Load(dataSource);
    three = RunningMap.of(dataSource);
    chooseKeys();
  }

  private static void shard(ShardDataSourceBuilder builder, String name, String url) {
    if (!name.equals(JOINING)) {
      builder.shard(name, url);
    }
  }

  /** Two keys that move from different shards, and one that stays where it is. */
  private void chooseKeys() throws SQLException {
    Placement before = ring(three.shards());
    Placement after = ring(four());
    for (long id = 1; one == 0 || other == 0 || staying == 0; id++) {
      ShardId from = before.shardOf(Key.of(id));
      boolean moves = after.shardOf(Key.of(id)).name().equals(JOINING);
      if (!moves) {
        staying = id;
      } else if (one == 0) {
        one = id;
      } else if (!before.shardOf(Key.of(one)).equals(from)) {
        other = id;
      }
    }
    for (long id : List.of(one, other)) {
      on(before.shardOf(Key.of(id)).name(), "INSERT INTO homes VALUES (" + id + ", 'first')");
      on(JOINING, "INSERT INTO homes VALUES (" + id + ", 'second')");
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    load.end();
    dataSource.close();
  }

  private static void on(String shard, String... statements) throws SQLException {
    plain.on(shard, statements);
  }

  private static Placement ring(List<ShardId> shards) {
    return Placements.ring(shards);
  }

  private List<ShardId> four() {
    List<ShardId> four = new ArrayList<>(three.shards());
    four.add(new ShardId(JOINING));
    return four;
  }

  private ShardMap next(List<ShardId> shards) throws SQLException {
    Map<String, Placement> placements = new LinkedHashMap<>();
    three.placements().keySet().stream()
        .filter(name -> !name.equals(ShardMap.RECORDS))
        .forEach(name -> placements.put(name, ring(shards)));
    return RunningMap.of(dataSource).next(shards, placements);
  }

  private static ShardConfiguration joining() {
    return ShardConfiguration.of(JOINING, NodeConfiguration.of(cluster.primaryUrls().get(JOINING)));
  }

  private void grow() throws SQLException {
    RunningMap.install(dataSource, next(four()), joining());
    installed.add(true);
  }

  private void shrink() throws SQLException {
    RunningMap.install(dataSource, next(three.shards()));
    installed.add(false);
  }

  @Test
  void statementsAndTransactionsRunOnWhileAShardJoinsAndLeaves() throws Exception {
    load.run(2, this::pointReads);
    load.run(1, this::scatters);
    load.run(2, this::gathers);
    load.run(1, this::readsInATransaction);
    load.run(1, this::twoPhaseTransaction);
    load.run(1, this::batch);
    load.awaitMore();
    grow();
    load.awaitMore();
    plansOutliveAMap();
    assertThat(rows("SELECT map FROM homes WHERE id = ?", one)).containsExactly("second");
    assertThat(dataSource.shards()).extracting(ShardId::name).contains(JOINING);
    assertThat(dataSource.health()).hasSize(4);

    shrink();
    load.awaitMore();
    assertThat(rows("SELECT map FROM homes WHERE id = ?", one)).containsExactly("first");
    load.end();
    eachTransactionWentByOneMap();
    Deadline.in(PATIENCE).await("the shard is let go", this::isLetGo);
    assertThat(RunningMap.oldestInUse(dataSource)).isEqualTo(RunningMap.of(dataSource));
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
  }

  /**
   * Unless somebody is found to have changed the schema, which empties the memory for good reason.
   */
  private void plansOutliveAMap() throws SQLException {
    PlanCounts warming;
    PlanCounts before;
    PlanCounts after;
    do {
      warming = RunningMap.plans(dataSource);
      load.awaitMore(); // until each statement has been planned since the schema was looked at
      before = RunningMap.plans(dataSource);
      grow();
      load.awaitMore();
      after = RunningMap.plans(dataSource);
    } while (after.version() != warming.version());
    assertThat(after.misses()).as("from %s to %s", before, after).isEqualTo(before.misses());
    assertThat(after.size()).isEqualTo(before.size());
    assertThat(after.hits()).isGreaterThan(before.hits());
  }

  /** Nobody has a connection to it, and its server none of ours. */
  private boolean isLetGo() throws SQLException {
    boolean pooled =
        dataSource.usage().stream().map(NodeUsage::shard).anyMatch(s -> s.name().equals(JOINING));
    return !pooled
        && plain
            .rows(
                JOINING, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            .equals(List.of("1"));
  }

  /**
   * What statements may show that began when so many maps had been installed, and ended when so
   * many had; the next one may be in force before that is noted.
   */
  private <T> List<T> allowed(int from, int to, T ofThree, T ofFour) {
    List<T> allowed = new ArrayList<>();
    for (int map = from; map <= to + 1; map++) {
      if (map > installed.size() || !installed.get(map - 1)) {
        allowed.add(ofThree);
      }
      if (map > installed.size() || installed.get(map - 1)) {
        allowed.add(ofFour);
      }
    }
    return allowed;
  }

  private void pointReads(Connection connection) throws SQLException {
    int from = installed.size();
    List<String> found = rows(connection, "SELECT map FROM homes WHERE id = ?", one);
    assertThat(found).hasSize(1);
    assertThat(found.get(0)).isIn(allowed(from, installed.size(), "first", "second"));
  }

  private void scatters(Connection connection) throws SQLException {
    int from = installed.size();
    List<String> found = rows(connection, "SELECT count(*) FROM marks");
    assertThat(found.get(0)).isIn(allowed(from, installed.size(), "3", "4"));
    List<String> both = rows(connection, "SELECT map FROM homes WHERE id IN (?, ?)", one, other);
    assertThat(both).hasSize(2);
    assertThat(both.get(0)).isEqualTo(both.get(1));
  }

  private void gathers(Connection connection) throws SQLException {
    int from = installed.size();
    List<String> found = rows(connection, "SELECT count(*) FROM marks a, others b");
    assertThat(found.get(0)).isIn(allowed(from, installed.size(), "9", "16"));
  }

  private void readsInATransaction(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    List<String> first = rows(connection, "SELECT map FROM homes WHERE id = ?", one);
    assertThat(rows(connection, "SELECT map FROM homes WHERE id = ?", other)).isEqualTo(first);
    connection.commit();
  }

  private void twoPhaseTransaction(Connection connection) throws SQLException {
    long transaction = transactions.incrementAndGet();
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO ledger VALUES (?, ?)")) {
      for (long id : List.of(one, staying, other)) {
        insert.setLong(1, id);
        insert.setLong(2, transaction);
        insert.executeUpdate();
      }
    }
    connection.commit();
  }

  private void batch(Connection connection) throws SQLException {
    long transaction = transactions.incrementAndGet();
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO ledger VALUES (?, ?)")) {
      for (long id : List.of(one, staying, other)) {
        insert.setLong(1, id);
        insert.setLong(2, transaction);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void eachTransactionWentByOneMap() throws SQLException {
    String ofOne = ring(three.shards()).shardOf(Key.of(one)) + "." + one;
    String ofOther = ring(three.shards()).shardOf(Key.of(other)) + "." + other;
    String ofStaying = ring(three.shards()).shardOf(Key.of(staying)) + "." + staying;
    Set<String> byThree = Set.of(ofOne, ofOther, ofStaying);
    Set<String> byFour = Set.of(JOINING + "." + one, JOINING + "." + other, ofStaying);
    Map<String, Set<String>> written = new HashMap<>();
    for (String shard : cluster.primaryUrls().keySet()) {
      for (String row : plain.rows(shard, "SELECT tx, id FROM ledger")) {
        String[] parts = row.split(",", 2);
        written.computeIfAbsent(parts[0], tx -> new HashSet<>()).add(shard + "." + parts[1]);
      }
    }
    assertThat(written.values()).contains(byThree, byFour);
    assertThat(Set.copyOf(written.values())).isSubsetOf(Set.of(byThree, byFour));
  }

  @Test
  void aTransactionGoesOnByTheMapOfItsFirstStatement() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      assertThat(rows(connection, "SELECT map FROM homes WHERE id = ?", one))
          .containsExactly("first");
      grow();
      assertThat(rows(connection, "SELECT map FROM homes WHERE id = ?", other))
          .containsExactly("first");
      assertThat(RunningMap.oldestInUse(dataSource)).isEqualTo(three);
      connection.commit();
      assertThat(RunningMap.oldestInUse(dataSource)).isEqualTo(RunningMap.of(dataSource));
      assertThat(rows(connection, "SELECT map FROM homes WHERE id = ?", other))
          .containsExactly("second");
    }
  }

  @Test
  void aConnectionThatAShardingKeyPinsFollowsTheKey() throws SQLException {
    try (Connection connection =
        dataSource
            .createConnectionBuilder()
            .shardingKey(
                dataSource.createShardingKeyBuilder().subkey(one, java.sql.JDBCType.BIGINT).build())
            .build()) {
      assertThat(rows(connection, "SELECT map FROM homes")).containsExactly("first");
      grow();
      assertThat(rows(connection, "SELECT map FROM homes WHERE id = ?", one))
          .containsExactly("second");
    }
  }

  @Test
  void rowsThatAreBeingReadAreReadToTheirEndThoughTheirShardLeaves() throws SQLException {
    grow();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement read =
            connection.prepareStatement("SELECT map FROM homes WHERE id = ?")) {
      read.setLong(1, one);
      var rows = read.executeQuery();
      shrink();
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("second");
    }
    Deadline.in(PATIENCE).await("the shard is let go", this::isLetGo);
  }

  @LongRun
  @Test
  void aMapOfAnEarlierEpochIsRefusedAndItsShardsDoNotJoin() throws SQLException {
    grow();
    shrink();
    Deadline.in(PATIENCE).await("the shard is let go", this::isLetGo);
    ShardMap old = three.next(four(), Map.of());
    assertThatThrownBy(() -> RunningMap.install(dataSource, old, joining()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("does not follow");
    Deadline.in(PATIENCE).await("the shard is let go", this::isLetGo);
  }

  private List<String> rows(String sql, Object... values) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return rows(connection, sql, values);
    }
  }

  private static List<String> rows(Connection connection, String sql, Object... values)
      throws SQLException {
    return Sample.rows(connection, sql, values);
  }
}
