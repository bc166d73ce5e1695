package io.shardjdbc.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.observe.EndedTransaction;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;
import io.shardjdbc.replication.ReplicationEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Micrometer's meters of DataSources: give it to them as a listener, and let it watch them.
 *
 * <pre>{@code
 * ShardMetrics metrics = ShardMetrics.of(registry);
 * ShardDataSource dataSource = ShardDataSource.builder()....listener(metrics).build();
 * metrics.watch(dataSource);
 * }</pre>
 *
 * <p>As a listener it counts statements, requests to servers and transactions, and gives the pools
 * HikariCP's own meters, named after shard and node. What has to be asked for, such as replication
 * lag and the size of databases, it looks up in the background. Thread-safe.
 */
public final class ShardMetrics implements ShardListener, AutoCloseable {

  private static final Duration EVERY = Duration.ofSeconds(10);

  private final MeterRegistry registry;
  private final StatementMeters meters;
  private final Duration interval;
  private final List<WatchedState> watched = new ArrayList<>();

  private ShardMetrics(MeterRegistry registry, Duration interval) {
    this.registry = registry;
    this.meters = new StatementMeters(registry);
    this.interval = interval;
  }

  /** Meters that are looked up every ten seconds, where they have to be. */
  public static ShardMetrics of(MeterRegistry registry) {
    return of(registry, EVERY);
  }

  /**
   * Meters.
   *
   * @param interval how often servers and pools are looked at; sizes and what is in doubt, which
   *     cost each shard a query, every sixth time
   */
  public static ShardMetrics of(MeterRegistry registry, Duration interval) {
    return new ShardMetrics(registry, interval);
  }

  /** Watches a DataSource until this is closed, which is to happen before the DataSource is. */
  public synchronized void watch(ShardDataSource dataSource) {
    WatchedState state = new WatchedState(registry, dataSource);
    watched.add(state);
    state.start(interval);
  }

  /** Looks at everything now, for whoever does not want to wait. */
  public synchronized void refresh() {
    watched.forEach(WatchedState::refreshAll);
  }

  @Override
  public Object poolMetrics() {
    return registry;
  }

  @Override
  public StatementListener started(StartedStatement statement) {
    return new MeteredStatement(meters, statement);
  }

  @Override
  public void ended(EndedTransaction transaction) {
    meters.transaction(transaction);
  }

  @Override
  public void on(ReplicationEvent event) {
    meters.event(event);
  }

  /** Ends the watching; the meters stay as they are. */
  @Override
  public synchronized void close() {
    watched.forEach(WatchedState::close);
    watched.clear();
  }
}
