package io.shardjdbc.execute;

import io.shardjdbc.hear.HeardPart;
import io.shardjdbc.hear.Hearing;
import io.shardjdbc.moment.Asker;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a statement is running at the moment, so that another thread can cancel it.
 *
 * <p>Whoever runs a statement says here how it goes on. Nobody hears of that, unless the DataSource
 * has listeners: then it is a {@link HeardRunning}.
 */
public sealed class Running implements Asker permits HeardRunning {

  private volatile List<ShardCall> running = List.of();
  private volatile @Nullable Runnable wait;

  Running() {}

  /** That of a new statement. */
  public static Running of(Hearing hearing) {
    return hearing.isOn() ? new HeardRunning(hearing) : new Running();
  }

  /**
   * The caller hands over something to run.
   *
   * @param batchSize how many statements a batch has; 1 for what is no batch
   */
  public void asked(String sql, int batchSize) {}

  /** It turns out to be several statements, each of which is asked for by itself. */
  public void dropped() {}

  /** A route was found for it, or for another statement of a batch. */
  public void routed(Plan plan, Route route, ShardMap map) {}

  /**
   * It has been answered.
   *
   * @param rows how many rows it has changed; less than 0 for what returns rows
   */
  public void answered(long rows) {}

  /** It has failed. */
  public void failed(Throwable error) {}

  /** A call begins; null where nobody hears of its end. */
  @Nullable HeardPart begun(ShardCall call, Route route) {
    return null;
  }

  void begin(List<ShardCall> started) {
    running = started;
  }

  /** Nothing runs any more. */
  public void end() {
    running = List.of();
  }

  @Override
  public final void waits(Runnable cancel) {
    wait = cancel;
  }

  @Override
  public final void waitsNoMore() {
    wait = null;
  }

  /** Cancels whatever runs, on every shard; does nothing where nothing runs. */
  public void cancel() throws SQLException {
    Runnable waiting = wait;
    if (waiting != null) {
      waiting.run();
    }
    List<ShardCall> calls = running;
    if (calls.isEmpty()) {
      return;
    }
    SQLException failure = null;
    for (ShardCall part : calls) {
      try {
        part.cancel();
      } catch (SQLException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
