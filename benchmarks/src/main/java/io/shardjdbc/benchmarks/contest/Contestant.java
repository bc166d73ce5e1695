package io.shardjdbc.benchmarks.contest;

/**
 * One way to do a piece of work.
 *
 * @param name how tables call it
 * @param act does it once
 */
public record Contestant(String name, Act act) {

  /** A piece of work. */
  @FunctionalInterface
  public interface Act {

    /**
     * Does it once.
     *
     * @param turn counts up, alike for all contestants of a round
     */
    void run(int turn) throws Exception;
  }
}
