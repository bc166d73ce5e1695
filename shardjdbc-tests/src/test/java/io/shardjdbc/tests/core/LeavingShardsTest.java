package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.RunningMap;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards that cannot leave the map of a running DataSource, and maps that cannot follow. */
class LeavingShardsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final String PREPARED =
      "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()";

  private ShardDataSource dataSource;

  @BeforeEach
  void tables() throws SQLException {
    plain.everywhere(
        "DROP TABLE IF EXISTS homes, settings",
        "DROP SEQUENCE IF EXISTS counted",
        "CREATE TABLE homes (id bigint PRIMARY KEY, map text)",
        "CREATE TABLE settings (name text)");
  }

  @AfterEach
  void close() throws SQLException {
    dataSource.close();
    for (String shard : cluster.primaryUrls().keySet()) {
      for (String gid : plain.rows(shard, PREPARED)) {
        plain.on(shard, "ROLLBACK PREPARED '" + gid + "'");
      }
    }
  }

  private void open(Consumer<RoutingConfiguration.Builder> more) throws SQLException {
    ShardDataSourceBuilder builder =
        ShardDataSource.builder()
            .transactions(inASecond())
            .tables(
                tables -> {
                  tables.sharded("homes", "id");
                  more.accept(tables);
                });
    cluster.primaryUrls().forEach(builder::shard);
    dataSource = builder.build();
  }

  /** A commit may take a second, and recovery looks often. */
  private static TransactionSettings inASecond() {
    TransactionSettings usual = TransactionSettings.defaults();
    return new TransactionSettings(
        usual.mode(),
        false,
        usual.durability(),
        usual.acknowledgement(),
        Duration.ofSeconds(1),
        Duration.ofMillis(50),
        Duration.ZERO,
        usual.keepDecisions());
  }

  private ShardMap without(String leaving) throws SQLException {
    ShardMap now = RunningMap.of(dataSource);
    List<ShardId> staying =
        now.shards().stream().filter(shard -> !shard.name().equals(leaving)).toList();
    Map<String, Placement> placements = new LinkedHashMap<>();
    now.placements().keySet().forEach(name -> placements.put(name, Placements.ring(staying)));
    return now.next(staying, placements);
  }

  private void cannotLeave(String shard, String why) throws SQLException {
    ShardMap before = RunningMap.of(dataSource);
    assertThatThrownBy(() -> RunningMap.install(dataSource, without(shard)))
        .isInstanceOf(SQLException.class)
        .hasMessageStartingWith("SJ0221: shard " + shard + " cannot leave the map: " + why);
    assertThat(RunningMap.of(dataSource)).isSameAs(before);
  }

  @Test
  void whereATableOfOneShardLivesTheShardStays() throws SQLException {
    open(tables -> tables.single("settings", "s2"));
    cannotLeave("s2", "table settings lives there");
    RunningMap.install(dataSource, without("s1"));
    assertThat(dataSource.shards()).extracting(ShardId::name).containsExactly("s0", "s2");
  }

  @Test
  void whereUndeclaredTablesLiveTheShardStays() throws SQLException {
    open(tables -> tables.defaultShard("s1"));
    cannotLeave("s1", "tables that are not declared live there");
  }

  @Test
  void whereSequencesCountTheShardStays() throws SQLException {
    open(tables -> {});
    plain.on("s0", "CREATE SEQUENCE counted");
    cannotLeave("s0", "sequences count there");
    plain.on("s0", "DROP SEQUENCE counted");
    RunningMap.install(dataSource, without("s0"));
  }

  @Test
  void whereSomethingIsPreparedTheShardStaysUntilItHasEnded() throws SQLException {
    open(tables -> {});
    plain.on("s2", "BEGIN", "INSERT INTO homes VALUES (1, 'x')", "PREPARE TRANSACTION 'foreign'");
    cannotLeave("s2", "1 prepared transactions need it");
    plain.on("s2", "ROLLBACK PREPARED 'foreign'");
    RunningMap.install(dataSource, without("s2"));
  }

  @Test
  void whereADecisionIsMadeForWhatIsPreparedElsewhereTheShardStays() throws SQLException {
    open(tables -> {});
    String part = "shardjdbc:1:00000000-0000-7000-8000-000000000001:0123abcd:s1:s0";
    plain.on(
        "s0", "BEGIN", "INSERT INTO homes VALUES (2, 'x')", "PREPARE TRANSACTION '" + part + "'");
    cannotLeave("s1", "1 prepared transactions need it");
    RunningMap.install(dataSource, without("s2"));
    plain.on("s0", "ROLLBACK PREPARED '" + part + "'");
    RunningMap.install(dataSource, without("s1"));
  }

  @LongRun
  @ParameterizedTest
  @ValueSource(strings = {"s0", "s2"}) // which decides, and which has a part
  void whatACoordinatorLeavesAfterTheLookIsEndedBeforeTheShardIsLetGo(String leaving)
      throws SQLException {
    open(tables -> {});
    List<Long> keys = keyOnEach();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeQuery("SELECT count(*) FROM homes").close();
      RunningMap.install(dataSource, without(leaving));
      abandonAt(Step.BEFORE_TELLING, keys, "decided");
      abandonAt(Step.BEFORE_DECISION, keys, "undecided");
      assertThat(dataSource.usage()).extracting(NodeUsage::shard).contains(new ShardId(leaving));
      connection.commit();
    }
    Deadline.in(Duration.ofSeconds(30)).await("the shard is let go", () -> !isPooled(leaving));
    for (String shard : cluster.primaryUrls().keySet()) {
      assertThat(plain.rows(shard, PREPARED)).as(shard).isEmpty();
      assertThat(plain.rows(shard, "SELECT map FROM homes")).as(shard).containsExactly("decided");
    }
  }

  private boolean isPooled(String shard) {
    return dataSource.usage().stream().anyMatch(usage -> usage.shard().name().equals(shard));
  }

  private List<Long> keyOnEach() {
    Map<ShardId, Long> keys = new LinkedHashMap<>();
    for (long id = 1; keys.size() < 3; id++) {
      keys.putIfAbsent(dataSource.router().owner("homes", id), id);
    }
    return List.copyOf(keys.values());
  }

  /** Leaves a transaction as the coordinator of another process does that dies before this step. */
  private static void abandonAt(Step step, List<Long> keys, String what) throws SQLException {
    ConfigurationBuilder configuration =
        Configuration.builder()
            .transactions(TransactionMode.TWO_PHASE)
            .tables(tables -> tables.sharded("homes", "id"));
    cluster
        .primaryUrls()
        .forEach(
            (name, url) ->
                configuration.shard(ShardConfiguration.of(name, NodeConfiguration.of(url))));
    try (ShardDataSource dying =
            ObservedDataSource.open(
                configuration.build(),
                (at, shard) -> {
                  if (at == step) {
                    throw new IllegalStateException("dies here");
                  }
                });
        Connection connection = dying.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (long key : keys) {
        long id = what.equals("decided") ? key : -key;
        statement.execute("INSERT INTO homes VALUES (" + id + ", '" + what + "')");
      }
      assertThatThrownBy(connection::commit).hasMessageContaining("dies here");
    }
  }

  @Test
  void aLockWhoseHomeHasLeftIsRefused() throws SQLException {
    open(tables -> {});
    RunningMap.install(dataSource, without("s2"));
    int refused = 0;
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (int lock = 0; lock < 20; lock++) {
        try {
          statement.executeQuery("SELECT pg_try_advisory_xact_lock(" + lock + ")").close();
        } catch (SQLException e) {
          assertThat(e.getMessage()).contains("the map has no shard s2");
          refused++;
        }
      }
    }
    assertThat(refused).isBetween(1, 19);
  }

  @Test
  void aHintThatNamesAShardThatHasLeftIsRefused() throws SQLException {
    open(tables -> {});
    RunningMap.install(dataSource, without("s2"));
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(
              () -> statement.executeQuery("/* shardjdbc: shard=s2 */ SELECT * FROM homes"))
          .isInstanceOf(SQLException.class)
          .hasMessageStartingWith("SJ0204")
          .hasMessageContaining("no shard has the name");
      statement.executeQuery("/* shardjdbc: shard=s1 */ SELECT * FROM homes").close();
    }
  }

  @Test
  void aPlacementDoesNotBeginToGiveAKeySeveralOwners() throws SQLException {
    open(tables -> {});
    ShardMap now = RunningMap.of(dataSource);
    String name =
        now.placements().keySet().stream()
            .filter(each -> !each.equals(ShardMap.RECORDS))
            .findFirst()
            .orElseThrow();
    Placement salted = Placements.salted(List.of(Key.of(1)), 2, Placements.ring(now.shards()));
    assertThatThrownBy(
            () -> RunningMap.install(dataSource, now.next(now.shards(), Map.of(name, salted))))
        .hasMessageContaining("cannot begin or cease to give a key several owners");
    Placement texts = Placements.directory(Map.of(Key.of("x"), now.first()), now.first());
    RunningMap.install(dataSource, now.next(now.shards(), Map.of(name, texts)));
  }
}
