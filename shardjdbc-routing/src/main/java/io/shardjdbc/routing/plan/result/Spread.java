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
 * @param locked which rows are locked
 */
public record Spread(
    Targets anchors,
    ShardText text,
    MergeRule merge,
    String description,
    boolean isOfTextOrder,
    Locked locked) {

  /** Which rows are locked. */
  public enum Locked {
    NONE,
    /** All that the shards return. */
    ALL,
    /** As many as are wanted, by one shard after another. */
    IN_TURN
  }

  /** A merge that does not go by the order of text. */
  public Spread(Targets anchors, ShardText text, MergeRule merge, String description) {
    this(anchors, text, merge, description, false, Locked.NONE);
  }

  /** The same with rows locked. */
  public Spread locking() {
    return with(", rows locked", Locked.ALL);
  }

  /** The same where one shard after another locks rows, until there are enough. */
  public Spread lockingInTurn() {
    return with(", rows locked by one shard after another", Locked.IN_TURN);
  }

  private Spread with(String words, Locked rows) {
    return new Spread(anchors, text, merge, description + words, isOfTextOrder, rows);
  }

  /** Makes the merge of one execution. */
  @FunctionalInterface
  public interface MergeRule {
    Merge with(List<@Nullable Object> values);
  }
}
