package io.shardjdbc.saga;

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
final class EachShard {

  private final Map<ShardId, SQLException> failures = new LinkedHashMap<>();

  /** What is asked of one shard. */
  @FunctionalInterface
  interface Ask<T extends @Nullable Object> {
    T of(ShardId shard) throws SQLException;
  }

  /** The elements of all shards' lists. */
  static <T> List<T> list(List<ShardId> shards, Ask<List<T>> ask) throws SQLException {
    EachShard each = new EachShard();
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
  static int count(List<ShardId> shards, Ask<Integer> ask) throws SQLException {
    EachShard each = new EachShard();
    int sum = 0;
    for (ShardId shard : shards) {
      Integer its = each.asked(shard, ask);
      sum += its == null ? 0 : its;
    }
    each.requireAll(List.of(), sum);
    return sum;
  }

  /** Whether it holds on a shard, at which the search ends. */
  static boolean any(List<ShardId> shards, Ask<Boolean> ask) throws SQLException {
    EachShard each = new EachShard();
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
    ShardsAwayException away = new ShardsAwayException(List.copyOf(failures.keySet()), found, done);
    failures.values().forEach(away::addSuppressed);
    throw away;
  }
}
