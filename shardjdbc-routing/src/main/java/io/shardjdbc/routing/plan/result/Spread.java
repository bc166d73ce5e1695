package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.ShardText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a statement runs on several shards at once.
 *
 * @param anchors the tables whose keys decide which shards take part
 * @param text what each shard runs
 * @param merge how the answers become one, with the values of LIMIT
 * @param description the merge in words, for explain
 * @param isOfTextOrder whether rows are known to be sorted by text in an order only servers know
 * @param locks whether rows are locked
 */
public record Spread(
    Targets anchors,
    ShardText text,
    MergeRule merge,
    String description,
    boolean isOfTextOrder,
    boolean locks) {

  /** A merge that does not go by the order of text. */
  public Spread(Targets anchors, ShardText text, MergeRule merge, String description) {
    this(anchors, text, merge, description, false, false);
  }

  /** The same with rows locked. */
  public Spread locking() {
    return new Spread(anchors, text, merge, description + ", rows locked", isOfTextOrder, true);
  }

  /** Makes the merge of one execution. */
  @FunctionalInterface
  public interface MergeRule {
    Merge with(List<@Nullable Object> values);
  }
}
