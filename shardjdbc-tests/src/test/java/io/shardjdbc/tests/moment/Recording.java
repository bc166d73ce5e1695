package io.shardjdbc.tests.moment;

import io.shardjdbc.tests.moment.History.Append;
import io.shardjdbc.tests.moment.History.Outcome;
import io.shardjdbc.tests.moment.History.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts together what writers say and readers see, from many threads and processes. */
final class Recording {

  private final Map<Long, Transaction> writes = new HashMap<>();
  private final List<Transaction> reads = new ArrayList<>();
  private long readers = -1;

  /** Hears a line of a writer; one that a kill has cut off says nothing. */
  synchronized void hear(String line) {
    String[] words = line.split(" ", -1);
    if (words.length == 4 && words[0].equals("B") && words[3].matches("(\\d+:\\d+,?)+")) {
      long id = Long.parseLong(words[1]);
      List<Append> appends = new ArrayList<>();
      for (String append : words[3].split(",", -1)) {
        String[] parts = append.split(":", -1);
        appends.add(new Append(Long.parseLong(parts[0]), Long.parseLong(parts[1])));
      }
      writes.put(
          id,
          new Transaction(
              id, Outcome.UNKNOWN, appends, Map.of(), Long.parseLong(words[2]), Long.MAX_VALUE));
    } else if (words.length == 3 && words[0].matches("[CA]") && words[2].matches("\\d+")) {
      Transaction begun = writes.get(Long.parseLong(words[1]));
      if (begun != null) {
        Outcome outcome = words[0].equals("C") ? Outcome.COMMITTED : Outcome.ABORTED;
        writes.put(
            begun.id(),
            new Transaction(
                begun.id(),
                outcome,
                begun.appends(),
                Map.of(),
                begun.began(),
                Long.parseLong(words[2])));
      }
    }
  }

  synchronized void read(Map<Long, List<Long>> lists, long began) {
    reads.add(Transaction.reads(readers--, lists).between(began, System.nanoTime()));
  }

  synchronized int reads() {
    return reads.size();
  }

  synchronized long writes(Outcome outcome) {
    return writes.values().stream().filter(one -> one.outcome() == outcome).count();
  }

  synchronized History history(Map<Long, List<Long>> lists) {
    List<Transaction> all = new ArrayList<>(writes.values());
    all.addAll(reads);
    return new History(all, lists);
  }
}
