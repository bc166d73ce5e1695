package io.shardjdbc.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.observe.EndedTransaction;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;
import io.shardjdbc.replication.ReplicationEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Micrometer's meters of a DataSource: give it to it as a listener, and let it watch it.
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
 *
 * <p>Several DataSources in one registry need meters of their own, with {@linkplain
 * #of(MeterRegistry, Tags) tags} that tell them apart: else each would overwrite what the others
 * say of a shard or a pool of the same name.
 */
public final class ShardMetrics implements ShardListener, AutoCloseable {

  private static final Duration EVERY = Duration.ofSeconds(10);

  private final MeterRegistry registry;
  private final StatementMeters meters;
  private final Duration interval;
  private @Nullable WatchedState watched;

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
   * Meters that all have the same tags, in a registry that other DataSources use as well.
   *
   * @param tags such as {@code Tags.of("datasource", "orders")}; a registry of Prometheus wants the
   *     same keys from each DataSource
   */
  public static ShardMetrics of(MeterRegistry registry, Tags tags) {
    CompositeMeterRegistry tagging = new CompositeMeterRegistry();
    tagging.config().commonTags(tags);
    tagging.add(registry);
    return of(tagging);
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

  /**
   * Watches the DataSource until this is closed, which is to happen before the DataSource is.
   *
   * @throws IllegalStateException if this watches one already
   */
  public synchronized void watch(ShardDataSource dataSource) {
    if (watched != null) {
      throw new IllegalStateException(
          "these meters watch a DataSource already: give each one meters of its own, by"
              + " ShardMetrics.of(registry, Tags.of(\"datasource\", ..))");
    }
    watched = new WatchedState(registry, dataSource);
    watched.start(interval);
  }

  /** Looks at everything now, for whoever does not want to wait. */
  public synchronized void refresh() {
    if (watched != null) {
      watched.refreshAll();
    }
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
    if (watched != null) {
      watched.close();
      watched = null;
    }
  }
}
