package io.shardjdbc.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.shardjdbc.observe.EndedPart;
import io.shardjdbc.observe.EndedStatement;
import io.shardjdbc.observe.EndedTransaction;
import io.shardjdbc.observe.RoutedStatement;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.replication.ReplicationEvent;
import io.shardjdbc.routing.CodedError;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The meters of what happens, each looked up once for the tags that it has. Thread-safe. */
final class StatementMeters {

  private static final String NONE = "none";

  private final MeterRegistry registry;
  private final Map<PartTags, PartMeters> parts = new ConcurrentHashMap<>();
  private final Map<StatementTags, Timer> statements = new ConcurrentHashMap<>();
  private final Map<TransactionTags, Timer> transactions = new ConcurrentHashMap<>();
  private final Map<String, Counter> crossing = new ConcurrentHashMap<>();
  private final DistributionSummary width;

  private record PartTags(
      String shard, String node, String why, boolean replica, boolean writes, String error) {}

  private record PartMeters(Counter requests, Timer duration) {}

  private record StatementTags(String way, String error) {}

  private record TransactionTags(String outcome, boolean several) {}

  StatementMeters(MeterRegistry registry) {
    this.registry = registry;
    this.width =
        DistributionSummary.builder("scatter.gather.shards")
            .description("How many shards a statement over several shards needs")
            .register(registry);
  }

  void part(StartedPart part, boolean writes, EndedPart end) {
    PartTags tags =
        new PartTags(
            part.server().shard().name(),
            part.server().node(),
            part.why().label(),
            part.why().isReplica(),
            writes,
            error(end.error().orElse(null)));
    PartMeters meters = parts.get(tags);
    if (meters == null) {
      meters = parts.computeIfAbsent(tags, this::partMeters);
    }
    meters.requests().increment();
    meters.duration().record(end.took());
  }

  private PartMeters partMeters(PartTags tags) {
    String role = tags.replica() ? "replica" : "primary";
    String operation = tags.writes() ? "write" : "read";
    return new PartMeters(
        Counter.builder("shard.requests")
            .description("Requests to servers, and why to that server")
            .tag("shard", tags.shard())
            .tag("node", tags.node())
            .tag("role", role)
            .tag("reason", tags.why())
            .tag("operation", operation)
            .tag("error", tags.error())
            .register(registry),
        Timer.builder("shard.request.duration")
            .description("How long servers take to answer a request")
            .tag("shard", tags.shard())
            .tag("role", role)
            .tag("operation", operation)
            .publishPercentileHistogram()
            .register(registry));
  }

  void statement(EndedStatement end) {
    RoutedStatement route = end.route().orElse(null);
    String way = route == null ? NONE : route.way().label();
    StatementTags tags = new StatementTags(way, error(end.error().orElse(null)));
    Timer timer = statements.get(tags);
    if (timer == null) {
      timer = statements.computeIfAbsent(tags, this::statementTimer);
    }
    timer.record(end.took());
    if (route != null && route.isOverSeveralShards() && !route.mayChangeSchema()) {
      crossing.computeIfAbsent(way, this::crossingCounter).increment();
      width.record(route.shards().size());
    }
  }

  private Timer statementTimer(StatementTags tags) {
    return Timer.builder("shard.statement.duration")
        .description("How long statements take as their callers see it, and how they run")
        .tag("way", tags.way())
        .tag("error", tags.error())
        .publishPercentileHistogram()
        .register(registry);
  }

  private Counter crossingCounter(String way) {
    return Counter.builder("cross.shard.queries")
        .description("Statements that run on several shards, or need rows of several")
        .tag("way", way)
        .register(registry);
  }

  void transaction(EndedTransaction end) {
    TransactionTags tags = new TransactionTags(end.outcome().label(), end.writers() > 1);
    transactions
        .computeIfAbsent(
            tags,
            its ->
                Timer.builder("shard.transaction.end")
                    .description("How long commits and rollbacks take")
                    .tag("outcome", its.outcome())
                    .tag("writers", its.several() ? "several" : "one")
                    .register(registry))
        .record(end.took());
  }

  void event(ReplicationEvent event) {
    registry.counter("shard.events", "shard", event.shard(), "event", name(event)).increment();
  }

  /** {@code PrimaryChanged} as {@code primary_changed}. */
  private static String name(ReplicationEvent event) {
    return event
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
        .toLowerCase(Locale.ROOT);
  }

  /** The library's code, or else the server's state: there are not many of either. */
  private static String error(@Nullable Throwable error) {
    if (error == null) {
      return NONE;
    }
    if (error instanceof CodedError coded) {
      return coded.code().code();
    }
    String state = error instanceof SQLException sql ? sql.getSQLState() : null;
    return state == null ? error.getClass().getSimpleName() : state;
  }
}
