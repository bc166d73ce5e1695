package io.shardjdbc.saga.work;

import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is done on every shard, whichever of them is away.
 *
 * <p>A shard that fails holds up none of the others. The caller is told of it at the end, for a
 * result that lacks a shard is not the whole one.
 */
public final class EachShard {

  private final Map<ShardId, SQLException> failures = new LinkedHashMap<>();
  private final Away error;

  private EachShard(Away error) {
    this.error = error;
  }

  /** Makes the error that says which shards were not asked, and what the others gave. */
  @FunctionalInterface
  public interface Away {
    SQLException of(List<ShardId> shards, List<?> found, long done);
  }

  /** What is asked of one shard. */
  @FunctionalInterface
  public interface Ask<T extends @Nullable Object> {
    T of(ShardId shard) throws SQLException;
  }

  /** The elements of all shards' lists. */
  public static <T> List<T> list(List<ShardId> shards, Ask<List<T>> ask, Away error)
      throws SQLException {
    EachShard each = new EachShard(error);
    List<T> found = new ArrayList<>();
    for (ShardId shard : shards) {
      List<T> its = each.asked(shard, ask);
      if (its != null) {
        found.addAll(its);
      }
    }
    each.requireAll(found, 0);
    return found;
  }

  /** The sum of all shards' numbers. */
  public static int count(List<ShardId> shards, Ask<Integer> ask, Away error) throws SQLException {
    EachShard each = new EachShard(error);
    int sum = 0;
    for (ShardId shard : shards) {
      Integer its = each.asked(shard, ask);
      sum += its == null ? 0 : its;
    }
    each.requireAll(List.of(), sum);
    return sum;
  }

  /** Whether it holds on a shard, at which the search ends. */
  public static boolean any(List<ShardId> shards, Ask<Boolean> ask, Away error)
      throws SQLException {
    EachShard each = new EachShard(error);
    for (ShardId shard : shards) {
      if (Boolean.TRUE.equals(each.asked(shard, ask))) {
        return true;
      }
    }
    each.requireAll(List.of(), 0);
    return false;
  }

  private <T> @Nullable T asked(ShardId shard, Ask<T> ask) throws SQLException {
    try {
      return ask.of(shard);
    } catch (SQLException e) {
      if (CodedError.is(e, ErrorCode.CLOSED)) {
        throw e;
      }
      failures.put(shard, e);
      return null;
    }
  }

  private void requireAll(List<?> found, long done) throws SQLException {
    if (failures.isEmpty()) {
      return;
    }
    for (SQLException failure : failures.values()) {
      if (!StepFailures.isFromOutside(failure)) {
        throw failure; // of the statement or its rights, and so on all shards
      }
    }
    SQLException away = error.of(List.copyOf(failures.keySet()), found, done);
    failures.values().forEach(away::addSuppressed);
    throw away;
  }
}
