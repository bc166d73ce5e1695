package io.shardjdbc.tests.moment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What transactions have appended to lists and read of them.
 *
 * @param transactions in any order
 * @param lists each list as it is in the end, by its key
 */
record History(List<Transaction> transactions, Map<Long, List<Long>> lists) {

  /** How a transaction ended, as its client knows. */
  enum Outcome {
    COMMITTED,
    ABORTED,
    UNKNOWN
  }

  /** An item that was appended to a list; no two are the same. */
  record Append(long key, long item) {}

  /**
   * One transaction.
   *
   * @param appends in the order in which it made them
   * @param reads the whole list of each key that it read
   * @param began when its client began it, in nanoseconds
   * @param ended when its client heard of its end
   */
  record Transaction(
      long id,
      Outcome outcome,
      List<Append> appends,
      Map<Long, List<Long>> reads,
      long began,
      long ended) {

    static Transaction writes(long id, Outcome outcome, Append... appends) {
      return new Transaction(id, outcome, List.of(appends), Map.of(), 0, Long.MAX_VALUE);
    }

    static Transaction reads(long id, Map<Long, List<Long>> lists) {
      return new Transaction(id, Outcome.COMMITTED, List.of(), lists, 0, Long.MAX_VALUE);
    }

    Transaction between(long start, long end) {
      return new Transaction(id, outcome, appends, reads, start, end);
    }

    /** What it appended to a list, the last item last. */
    List<Long> appendedTo(long key) {
      List<Long> items = new ArrayList<>();
      for (Append append : appends) {
        if (append.key() == key) {
          items.add(append.item());
        }
      }
      return items;
    }
  }
}
