package io.shardjdbc.execute;

import io.shardjdbc.hear.HeardPart;
import io.shardjdbc.hear.HeardStatement;
import io.shardjdbc.hear.Hearing;
import io.shardjdbc.hear.Routed;
import io.shardjdbc.observe.EndedStatement;
import io.shardjdbc.observe.RoutedStatement;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.text.StatementSummary;
import io.shardjdbc.session.PartStart;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a statement is running, where somebody hears of it.
 *
 * <p>Listeners hear of the start when the first route is known, or when there will be none: so the
 * start says where it goes. The caller's thread writes; the threads of parts read what it wrote
 * before they began.
 */
final class HeardRunning extends Running {

  private final Hearing hearing;
  private @Nullable String sql;
  private int batchSize;
  private Instant at = Instant.EPOCH;
  private long askedAt;
  private @Nullable RoutedStatement route;
  private @Nullable HeardStatement heard;

  HeardRunning(Hearing hearing) {
    this.hearing = hearing;
  }

  @Override
  public void asked(String text, int entries) {
    sql = text;
    batchSize = entries;
    at = Instant.now();
    askedAt = System.nanoTime();
    route = null;
    heard = null;
  }

  @Override
  public void dropped() {
    sql = null;
  }

  @Override
  public void routed(Plan plan, Route found, ShardMap map) {
    RoutedStatement routed = new Routed(plan, found, map);
    hearing.routed(routed);
    route = routed;
    if (heard == null) {
      start(routed.summary(), Optional.of(routed));
    }
  }

  private @Nullable HeardStatement start(String summary, Optional<RoutedStatement> found) {
    String text = sql;
    if (text != null) {
      heard = hearing.started(new StartedStatement(text, summary, found, batchSize, at));
    }
    return heard;
  }

  @Override
  public void answered(long rows) {
    startUnlessRouted();
    end(rows < 0 ? OptionalLong.empty() : OptionalLong.of(rows), Optional.empty());
  }

  @Override
  public void failed(Throwable error) {
    startUnlessRouted();
    end(OptionalLong.empty(), Optional.of(error));
  }

  /** What is refused has no route, and COPY has one for each record. */
  private void startUnlessRouted() {
    if (heard == null && sql != null) {
      start(StatementSummary.of(sql), Optional.empty());
    }
  }

  private void end(OptionalLong rows, Optional<Throwable> error) {
    HeardStatement open = heard;
    sql = null;
    heard = null;
    if (open != null) {
      Duration took = Duration.ofNanos(System.nanoTime() - askedAt);
      open.ended(new EndedStatement(took, Optional.ofNullable(route), rows, error));
    }
  }

  @Override
  @Nullable HeardPart begun(ShardCall call, Route its) {
    HeardStatement open = heard;
    return open == null ? null : open.started(PartStart.of(call.held(), its, call.isOfLibrary()));
  }
}
