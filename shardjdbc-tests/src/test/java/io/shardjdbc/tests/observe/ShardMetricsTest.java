package io.shardjdbc.tests.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.micrometer.ShardMetrics;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.routing.PositionRange;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The meters of a cluster that runs, by their names and tags. */
class ShardMetricsTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  private static final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private static final ShardMetrics metrics = ShardMetrics.of(registry, Duration.ofHours(1));
  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (ClusterShard shard : cluster.cluster().shards()) {
      List<NodeConfiguration> replicas = new ArrayList<>();
      for (ClusterNode replica : shard.replicas()) {
        replicas.add(NodeConfiguration.of(replica.jdbcUrl(cluster.database())));
      }
      builder.shard(
          new ShardConfiguration(
              new ShardId(shard.name()),
              NodeConfiguration.of(shard.primary().jdbcUrl(cluster.database())),
              replicas));
    }
    dataSource =
        builder.tables(tables -> tables.sharded("users", "user_id")).listener(metrics).build();
    metrics.watch(dataSource);
    execute("CREATE TABLE users (user_id bigint PRIMARY KEY, name text)");
    execute("INSERT INTO users SELECT n, 'user' FROM generate_series(1, 20) n");
  }

  @AfterAll
  static void close() {
    metrics.close();
    dataSource.close();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static double count(String name, String... tags) {
    return registry.find(name).tags(tags).meters().stream()
        .mapToDouble(meter -> meter.measure().iterator().next().getValue())
        .sum();
  }

  @Test
  void requestsCountWithShardRoleAndReason() throws SQLException {
    double before = count("shard.requests", "operation", "write");
    execute("UPDATE users SET name = 'b'");
    assertThat(count("shard.requests", "operation", "write") - before).isEqualTo(2);
    assertThat(count("shard.requests", "shard", "s0", "reason", "writes")).isPositive();
    assertThat(count("shard.requests", "node", "s1.primary", "role", "primary")).isPositive();
    assertThat(count("shard.request.duration", "shard", "s1", "operation", "write")).isPositive();
  }

  @Test
  void statementsOverShardsCountByTheirWay() throws SQLException {
    double before = count("cross.shard.queries", "way", "scatter");
    double width = registry.get("scatter.gather.shards").summary().totalAmount();
    execute("SELECT count(*) FROM users");
    execute("SELECT name FROM users WHERE user_id = 1");
    assertThat(count("cross.shard.queries", "way", "scatter") - before).isEqualTo(1);
    assertThat(registry.get("scatter.gather.shards").summary().totalAmount() - width).isEqualTo(2);
    assertThat(count("shard.statement.duration", "way", "one_shard", "error", "none")).isPositive();
  }

  @Test
  void whatTheSchemaNeedsIsNotOverShards() throws SQLException {
    double before = count("cross.shard.queries");
    long width = registry.get("scatter.gather.shards").summary().count();
    execute("CREATE INDEX IF NOT EXISTS by_name ON users (name)");
    assertThat(count("cross.shard.queries")).isEqualTo(before);
    assertThat(registry.get("scatter.gather.shards").summary().count()).isEqualTo(width);
  }

  @Test
  void itsOwnQuestionsAreNotCounted() throws SQLException {
    execute("SELECT count(*) FROM users");
    double before = count("shard.requests");
    double statements = count("shard.statement.duration");
    metrics.refresh();
    assertThat(registry.get("shard.size").gauges()).hasSize(2);
    assertThat(count("shard.requests")).isEqualTo(before);
    assertThat(count("shard.statement.duration")).isEqualTo(statements);
  }

  @Test
  void refusalsCountByTheirCode() {
    assertThatThrownBy(() -> execute("SELECT * FROM nowhere")).isInstanceOf(SQLException.class);
    assertThat(count("shard.statement.duration", "way", "none", "error", "SJ0301")).isPositive();
    assertThatThrownBy(() -> execute("SELECT 1 / (user_id - user_id) FROM users"))
        .isInstanceOf(SQLException.class);
    assertThat(count("shard.requests", "error", "22012")).isPositive();
  }

  @Test
  void transactionsCountByTheirEnd() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("UPDATE users SET name = 'c' WHERE user_id = 3");
      }
      connection.commit();
    }
    assertThat(count("shard.transaction.end", "outcome", "committed", "writers", "one"))
        .isPositive();
  }

  @Test
  void serversAreWatched() throws SQLException {
    execute("SELECT count(*) FROM users");
    metrics.refresh();
    assertThat(registry.get("shard.size").tag("shard", "s0").gauge().value()).isGreaterThan(1e6);
    assertThat(registry.get("shard.level").tag("shard", "s1").gauge().value()).isBetween(0.0, 5.0);
    assertThat(registry.get("shard.transactions.in.doubt").tag("shard", "s0").gauge().value())
        .isZero();
    assertThat(
            registry
                .get("shard.connection.pool.size")
                .tags("node", "s0.primary", "state", "idle")
                .gauge()
                .value())
        .isPositive();
    assertThat(registry.find("shard.replication.lag").gauges())
        .allSatisfy(gauge -> assertThat(gauge.value()).isNotNegative());
  }

  @Test
  void eachPoolHasItsOwnMetersOfHikari() throws SQLException {
    execute("SELECT count(*) FROM users");
    assertThat(registry.get("hikaricp.connections").tag("pool", "shardjdbc-s0.primary").gauge())
        .isNotNull();
    assertThat(registry.get("hikaricp.connections.acquire").timers()).isNotEmpty();
  }

  @Test
  void dashboardsAndRulesNameWhatAScrapeOfARunningClusterHas() throws Exception {
    execute("SELECT count(*) FROM users");
    assertThatThrownBy(() -> execute("SELECT * FROM nowhere")).isInstanceOf(SQLException.class);
    transactionsCountByTheirEnd();
    registry.counter("shard.events", "shard", "s0", "event", "level_changed"); // no shard is lost
    beginMove();
    Deadline.in(Duration.ofSeconds(30))
        .await(
            "the lag of a replica",
            () -> {
              metrics.refresh();
              return !registry.find("shard.replication.lag").gauges().isEmpty();
            });
    Scrape scrape = Scrape.of(registry);
    for (PublishedRules rules : PublishedRules.all()) {
      assertThat(rules.expressions()).as(rules.name()).isNotEmpty();
      for (String expression : rules.expressions()) {
        Set<String> metrics = PublishedRules.metrics(expression);
        assertThat(metrics).as(expression).isNotEmpty();
        assertThat(scrape.labels()).as(rules.name()).containsKeys(metrics.toArray(String[]::new));
        assertThat(scrape.labelsOf(metrics))
            .as(rules.name() + ": " + expression)
            .containsAll(PublishedRules.labels(expression));
      }
    }
  }

  /** As a mover writes it down before it begins. */
  private static void beginMove() throws SQLException {
    try (Connection s0 = cluster.connect("s0")) {
      ControlSchema.install(s0);
      Positions half = Positions.of(List.of(new PositionRange(Long.MIN_VALUE, -1)));
      Moving moving = new Moving("users", half, new ShardId("s0"), new ShardId("s1"));
      MoveRow.insert(
          s0, 1, UUID.randomUUID(), moving, "source", MoveRow.OUTGOING, false, Strategy.REPLICATE);
    }
  }

  @Test
  void movesAreToldWithTheirStep() throws SQLException {
    beginMove();
    metrics.refresh();
    String[] tags = {"source", "s0", "target", "s1", "step", "PREPARE"};
    assertThat(registry.get("shard.moves").tags(tags).gauge().value()).isEqualTo(1);
    assertThat(registry.get("shard.move.share").tags(tags).gauge().value()).isEqualTo(0.5);
    assertThat(registry.get("shard.move.step.age").tags(tags).gauge().value()).isNotNegative();
    assertThat(registry.get("shard.map.epoch").tag("map", "none").gauge().value()).isZero();
  }

  @Test
  void severalInOneRegistryAreToldApartByTheirTags() throws SQLException {
    assertThatThrownBy(() -> metrics.watch(dataSource)).isInstanceOf(IllegalStateException.class);
    SimpleMeterRegistry shared = new SimpleMeterRegistry();
    try (ShardMetrics orders = ShardMetrics.of(shared, Tags.of("datasource", "orders"));
        ShardMetrics bills = ShardMetrics.of(shared, Tags.of("datasource", "bills"));
        ShardDataSource first = used(orders);
        ShardDataSource second = used(bills)) {
      orders.watch(first);
      bills.watch(second);
      orders.refresh();
      bills.refresh();
      for (String meter :
          List.of("shard.level", "shard.map.epoch", "shard.requests", "hikaricp.connections")) {
        assertThat(shared.get(meter).meters())
            .as(meter)
            .extracting(its -> its.getId().getTag("datasource"))
            .contains("orders", "bills");
      }
    }
  }

  /** A DataSource whose pool has been used. */
  private static ShardDataSource used(ShardMetrics metrics) throws SQLException {
    ShardDataSource dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.cluster().shards().get(0).primary().jdbcUrl("postgres"))
            .listener(metrics)
            .build();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1");
    }
    return dataSource;
  }

  @Test
  void noTagHoldsAValueOrAText() throws SQLException {
    execute("SELECT name FROM users WHERE name = 'a secret' AND user_id = 77");
    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .allSatisfy(id -> assertThat(id.toString()).doesNotContain("secret", "SELECT"));
  }
}
