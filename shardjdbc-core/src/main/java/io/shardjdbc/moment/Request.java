package io.shardjdbc.moment;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Somebody who waits for a moment, with the connections that are to see it. */
final class Request {

  private final List<Sight> sights;
  private final Duration patience;
  private final long since = System.nanoTime();
  private volatile boolean unwanted;
  private boolean over;
  private @Nullable SQLException failure;

  /**
   * @param patience how long it waits for a moment
   */
  Request(List<? extends Sight> sights, Duration patience) {
    this.sights = List.copyOf(sights);
    this.patience = patience;
  }

  Duration patience() {
    return patience;
  }

  /** What is left of its patience, in nanoseconds; less than zero where it is over. */
  long left() {
    return patience.toNanos() - (System.nanoTime() - since);
  }

  /** Nobody waits for it any more. */
  void cancel() {
    unwanted = true;
  }

  /** Whether the statement was cancelled that it is for. */
  boolean isUnwanted() {
    return unwanted;
  }

  /** What to say where it is unwanted. */
  SQLException cancelled() {
    return SqlErrors.of(ErrorCode.CANCELLED, sights.get(0).shard());
  }

  List<Sight> sights() {
    return sights;
  }

  /** Those that it reads. */
  Set<ShardId> shards() {
    return sights.stream().map(Sight::shard).collect(Collectors.toSet());
  }

  /** Whether it has been answered, in whatever way. */
  synchronized boolean isOver() {
    return over;
  }

  synchronized boolean hasFailed() {
    return failure != null;
  }

  /** Notes that one of its connections failed; the first failure counts. */
  synchronized void failed(SQLException e) {
    if (failure == null) {
      failure = e;
    }
  }

  /** Is answered. */
  synchronized void over(@Nullable SQLException lost) {
    over = true;
    if (failure == null) {
      failure = lost;
    }
  }

  synchronized void throwFailure() throws SQLException {
    if (failure != null) {
      throw failure;
    }
  }
}
