package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.plan.effects.ClockTexts;
import io.shardjdbc.routing.route.ShardText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query for the rows of a stage.
 *
 * @param thinned with the conditions that leave out rows where they lie
 * @param whole without them
 * @param byValue the parameters of the conditions that must not name the clock: each shard would
 *     read {@code 'now'} by its own, and leave out rows that the answer needs
 */
public record Fetch(Template thinned, Template whole, Set<Integer> byValue) {
  public Fetch {
    byValue = Set.copyOf(byValue);
  }

  /**
   * @param readByValue parameters of the statement that must not name the clock
   */
  public static Fetch of(Template thinned, Template whole, Set<Integer> readByValue) {
    Set<Integer> own = new HashSet<>(thinned.parameters());
    own.retainAll(readByValue);
    return new Fetch(thinned, whole, own);
  }

  /** With these values. */
  ShardText with(List<@Nullable Object> values) {
    return (isWhole(values) ? whole : thinned).finished();
  }

  /** Whether these values do not let rows be left out. */
  boolean isWhole(List<@Nullable Object> values) {
    return byValue.stream().anyMatch(index -> ClockTexts.mayDiffer(values.get(index - 1)));
  }
}
