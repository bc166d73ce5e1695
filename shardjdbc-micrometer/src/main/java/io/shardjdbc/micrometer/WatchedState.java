package io.shardjdbc.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardHealth;
import io.shardjdbc.ShardTransactions;
import io.shardjdbc.outcome.TransactionWait;
import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gauges of one DataSource: what has to be looked at, rather than heard of.
 *
 * <p>A shard that does not answer has no size until it does. Shards that join and leave are seen at
 * the next look.
 */
final class WatchedState implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ShardMetrics.class);
  private static final int QUERY_SECONDS = 5;
  private static final int LOOKS_PER_QUERY = 6;

  private final ShardDataSource dataSource;
  private final MultiGauge levels;
  private final MultiGauge lags;
  private final MultiGauge pools;
  private final MultiGauge sizes;
  private final MultiGauge doubts;
  private final MultiGauge waits;
  private final MultiGauge longest;
  private final WatchedMoves moves;
  private final ScheduledExecutorService looking;
  private int looks;

  WatchedState(MeterRegistry registry, ShardDataSource dataSource) {
    this.dataSource = dataSource;
    this.levels =
        MultiGauge.builder("shard.level")
            .description("How much of a shard's service is left: 0 for all, 5 for nothing")
            .register(registry);
    this.lags =
        MultiGauge.builder("shard.replication.lag")
            .description("How far a replica is behind its primary, at most")
            .baseUnit("seconds")
            .register(registry);
    this.pools =
        MultiGauge.builder("shard.connection.pool.size")
            .description("Connections to a server, in use and idle")
            .register(registry);
    this.sizes =
        MultiGauge.builder("shard.size")
            .description("The size of a shard's database")
            .baseUnit("bytes")
            .register(registry);
    this.doubts =
        MultiGauge.builder("shard.transactions.in.doubt")
            .description("Prepared parts of transactions that wait for their end")
            .register(registry);
    this.waits =
        MultiGauge.builder("shard.lock.waits")
            .description("Pairs of sessions of which one waits for a lock of the other")
            .register(registry);
    this.longest =
        MultiGauge.builder("shard.lock.wait.longest")
            .description("How long the longest of these waits has lasted")
            .baseUnit("seconds")
            .register(registry);
    this.moves = new WatchedMoves(registry, dataSource);
    FunctionCounter.builder(
            "shard.deadlocks", dataSource.transactions(), ShardTransactions::deadlocks)
        .description("Transactions that were ended in deadlocks over several shards")
        .register(registry);
    this.looking =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "shardjdbc-metrics");
              thread.setDaemon(true);
              return thread;
            });
  }

  void start(Duration interval) {
    var unused =
        looking.scheduleWithFixedDelay(this::look, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  private synchronized void look() {
    try {
      refresh();
      if (looks++ % LOOKS_PER_QUERY == 0) {
        query();
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("the shards could not be looked at", e); // their state is told by their level
    }
  }

  synchronized void refreshAll() {
    try {
      refresh();
      query();
    } catch (SQLException e) {
      LOG.debug("the shards could not be looked at", e);
    }
  }

  private void refresh() throws SQLException {
    List<Row<?>> levelRows = new ArrayList<>();
    List<Row<?>> lagRows = new ArrayList<>();
    for (ShardHealth shard : dataSource.health()) {
      levelRows.add(Row.of(Tags.of("shard", shard.shard().name()), number(shard.level())));
      for (NodeHealth node : shard.nodes()) {
        if (node.state() == NodeHealth.State.REPLICA) {
          Tags tags = Tags.of("shard", shard.shard().name(), "node", node.id().name());
          node.lag().ifPresent(lag -> lagRows.add(Row.of(tags, lag.toNanos() / 1e9)));
        }
      }
    }
    levels.register(levelRows, true);
    lags.register(lagRows, true);
    List<Row<?>> poolRows = new ArrayList<>();
    for (NodeUsage pool : dataSource.usage()) {
      Tags tags = Tags.of("shard", pool.shard().name(), "node", pool.node());
      poolRows.add(Row.of(tags.and("state", "active"), pool.lent()));
      poolRows.add(Row.of(tags.and("state", "idle"), Math.max(0, pool.open() - pool.lent())));
    }
    pools.register(poolRows, true);
    moves.lookAtMap();
  }

  private static int number(DegradationLevel level) {
    return switch (level) {
      case HEALTHY -> 0;
      case ELEVATED_LAG -> 1;
      case REPLICA_DOWN -> 2;
      case REPLICAS_UNFIT -> 3;
      case READ_ONLY -> 4;
      case DOWN -> 5;
    };
  }

  private void query() throws SQLException {
    List<Row<?>> sizeRows = new ArrayList<>();
    List<Row<?>> doubtRows = new ArrayList<>();
    for (ShardId shard : dataSource.shards()) {
      try (Connection connection = dataSource.openUnheard();
          Statement statement = connection.createStatement()) {
        statement.setQueryTimeout(QUERY_SECONDS);
        try (ResultSet row = statement.executeQuery(question(shard))) {
          row.next();
          Tags tags = Tags.of("shard", shard.name());
          sizeRows.add(Row.of(tags, row.getLong(1)));
          doubtRows.add(Row.of(tags, row.getLong(2)));
        }
      } catch (SQLException e) {
        LOG.debug("shard {} could not be asked for its size", shard, e);
      }
    }
    sizes.register(sizeRows, true);
    doubts.register(doubtRows, true);
    lookAtWaits();
    moves.look();
  }

  private void lookAtWaits() {
    Map<ShardId, List<TransactionWait>> byShard = new HashMap<>();
    try {
      for (TransactionWait wait : dataSource.transactions().waits()) {
        byShard.computeIfAbsent(wait.shard(), shard -> new ArrayList<>()).add(wait);
      }
    } catch (SQLException e) {
      LOG.debug("some shard could not be asked who waits there", e);
      return;
    }
    List<Row<?>> waitRows = new ArrayList<>();
    List<Row<?>> longestRows = new ArrayList<>();
    for (ShardId shard : dataSource.shards()) {
      List<TransactionWait> there = byShard.getOrDefault(shard, List.of());
      Tags tags = Tags.of("shard", shard.name());
      waitRows.add(Row.of(tags, there.size()));
      longestRows.add(
          Row.of(tags, there.stream().mapToDouble(w -> w.lasts().toNanos() / 1e9).max().orElse(0)));
    }
    waits.register(waitRows, true);
    longest.register(longestRows, true);
  }

  private static String question(ShardId shard) {
    return "/* shardjdbc: shard="
        + shard.name()
        + " */ SELECT pg_database_size(current_database()), count(*)"
        + " FROM pg_prepared_xacts WHERE database = current_database()";
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }
}
