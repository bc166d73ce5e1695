package io.shardjdbc.observe;

import java.time.Duration;
import java.util.Locale;

/**
 * The end of a transaction.
 *
 * @param outcome how it ended
 * @param shards how many shards took part
 * @param writers how many of them it has written to
 * @param took how long the end took: the commit or the rollback alone
 */
public record EndedTransaction(Outcome outcome, int shards, int writers, Duration took) {

  /** How a transaction ended. */
  public enum Outcome {
    COMMITTED,
    ROLLED_BACK,
    /** The commit was refused: nothing of it stands, or what does is told by the error. */
    FAILED,
    /** The answer to the commit was lost. */
    UNKNOWN;

    /** The name in lower case, with underscores, as metrics and traces show it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
