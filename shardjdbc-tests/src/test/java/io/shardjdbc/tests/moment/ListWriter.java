package io.shardjdbc.tests.moment;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.tests.moment.History.Append;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Threads that append to the lists of the present round, and say what they do: {@code B id began
 * key:item,..} before it can be seen, then {@code C id ended}, {@code A id ended} or {@code U id
 * ended}.
 */
final class ListWriter {

  private final ShardDataSource dataSource;
  private final Consumer<String> said;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  private ListWriter(ShardDataSource dataSource, Consumer<String> said) {
    this.dataSource = dataSource;
    this.said = said;
  }

  /**
   * @param round negative for none
   * @param ids the number before that of the first transaction
   */
  static ListWriter start(
      ShardDataSource dataSource,
      int count,
      LongSupplier round,
      AtomicLong ids,
      Consumer<String> said) {
    ListWriter writer = new ListWriter(dataSource, said);
    for (int i = 0; i < count; i++) {
      Random random = new Random(ids.get() + i);
      Thread thread = new Thread(() -> writer.run(round, ids, random), "list-writer-" + i);
      thread.setDaemon(true);
      writer.threads.add(thread);
      thread.start();
    }
    return writer;
  }

  private void run(LongSupplier round, AtomicLong ids, Random random) {
    while (!stopped) {
      long now = round.getAsLong();
      if (now >= 0) {
        long id = ids.incrementAndGet();
        List<Append> appends = Lists.draw(now, id, random);
        said.accept(
            "B "
                + id
                + " "
                + System.nanoTime()
                + " "
                + appends.stream()
                    .map(append -> append.key() + ":" + append.item())
                    .collect(Collectors.joining(",")));
        said.accept(outcome(appends) + " " + id + " " + System.nanoTime());
      } else {
        LockSupport.parkNanos(200_000); // until the next round
      }
    }
  }

  private String outcome(List<Append> appends) {
    try {
      Lists.append(dataSource, appends);
      return "C";
    } catch (UnknownOutcomeException e) {
      return "U";
    } catch (SQLException e) {
      return "A";
    }
  }

  void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
