package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.session.Patience;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plans texts for callers who wait no longer than a time.
 *
 * <p>A plan that is not known yet may need what servers say, and the planner knows no time-outs. So
 * it works in a thread of its own, and the caller waits for that as long as he may. What is planned
 * later than that is there for the next one who asks.
 *
 * <p>Thread-safe.
 */
public final class TimedPlanning {

  private final Executor executor;
  private final ShardNodes nodes;

  /**
   * @param nodes of which one may be silent
   */
  public TimedPlanning(Executor executor, ShardNodes nodes) {
    this.executor = executor;
    this.nodes = nodes;
  }

  /** The plan of a text that is not known yet, if it is made in time. */
  Found<Plan> within(Patience patience, Supplier<Found<Plan>> planning) throws SQLException {
    AtomicReference<@Nullable Thread> planner = new AtomicReference<>();
    FutureTask<Found<Plan>> task =
        new FutureTask<>(
            () -> {
              planner.set(Thread.currentThread());
              return planning.get();
            });
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closing) {
      return planning.get();
    }
    try {
      return task.get(patience.leftNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      ShardId silent = asked(planner.get());
      throw silent == null
          ? SqlErrors.of(ErrorCode.PLANNING_TIMEOUT, patience.length())
          : SqlErrors.of(ErrorCode.SHARD_TIMEOUT, silent, patience.length());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ShardId asked = asked(planner.get());
      throw SqlErrors.of(
          ErrorCode.INTERRUPTED, asked == null ? nodes.pools().get(0).shard() : asked);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The shard whose server has not answered a thread yet; null if it waits for none. */
  private @Nullable ShardId asked(@Nullable Thread planner) {
    if (planner != null) {
      for (NodePool node : nodes.pools()) {
        if (node.isAskedBy(planner)) {
          return node.shard();
        }
      }
    }
    return null;
  }
}
