package io.shardjdbc.execute;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A batch: for each shard the statements it runs, in the caller's order.
 *
 * @param form whether the statements are plain texts or take values
 * @param copies the tables of which every copy is written to
 * @param countsOfFailure takes the update counts of a shard's batch that failed
 * @param atOnce the text of {@link #ROWS_AT_ONCE} of its statements, which all have one text, in
 *     one; null where each is sent by itself
 */
public record BatchWork(
    Invocation.Form form,
    Map<ShardId, List<Item>> items,
    StatementOptions options,
    List<List<String>> copies,
    AtomicReference<long[]> countsOfFailure,
    @Nullable String atOnce)
    implements Work {

  /** Enough to spare a server most of what a statement costs; a rest goes row by row. */
  public static final int ROWS_AT_ONCE = 32;

  /**
   * One statement of one shard.
   *
   * @param entry which of the caller's statements it is of, from 0
   */
  public record Item(ShardStatement what, Bindings bindings, int entry) {

    Item saying(String text) {
      return new Item(what.saying(text), bindings, entry);
    }
  }

  @Override
  public ShardCall on(Held held, ShardStatement what, long skipped) {
    return new BatchCall(this, held, items.getOrDefault(held.shard(), List.of()));
  }

  @Override
  public Work oneByOne() {
    return atOnce == null
        ? this
        : new BatchWork(form, items, options, copies, countsOfFailure, null);
  }

  @Override
  public Work allAtOnce() {
    return this; // it has no rows
  }

  @Override
  public boolean isRepeatable() {
    return items.values().stream()
        .allMatch(list -> list.stream().allMatch(item -> item.bindings().areRepeatable()));
  }

  @Override
  public Duration timeout() {
    return options.queryTimeout();
  }

  @Override
  public boolean mayBePartial() {
    return false;
  }

  @Override
  public boolean isFetchedInParts() {
    return false;
  }
}
