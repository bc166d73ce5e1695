package io.shardjdbc.examples.transfer;

import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A JVM that moves money from several threads until its input ends, or until it is killed. It
 * prints a line for each transfer of which it knows that it was applied.
 */
final class Worker {

  /** Behind each line that is whole. */
  static final String END = " applied";

  private static final int THREADS_FOR_EACH_WAY = 2;
  private static final long MOST = 50;
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Bank bank;
  private final String name;
  private final Duration pace;
  private final Map<Long, ShardId> shards = new LinkedHashMap<>();
  private volatile boolean stopping;

  private Worker(Bank bank, String name, Duration pace) {
    this.bank = bank;
    this.name = name;
    this.pace = pace;
  }

  /** Arguments: the worker's name, its pace, then a name and a URL for each shard. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> urls = new LinkedHashMap<>();
    for (int i = 2; i < arguments.length; i += 2) {
      urls.put(arguments[i], arguments[i + 1]);
    }
    try (Bank bank = Bank.open(urls)) {
      new Worker(bank, arguments[0], Duration.parse(arguments[1])).work();
    }
  }

  private void work() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (Way way : Way.values()) {
      for (int i = 0; i < THREADS_FOR_EACH_WAY; i++) {
        String prefix = name + "-" + way + "-" + i + "-";
        threads.add(new Thread(() -> move(way, prefix)));
      }
    }
    threads.forEach(Thread::start);
    while (System.in.read() >= 0) {
      // Goes on until the input ends.
    }
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void move(Way way, String prefix) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int number = 0; !stopping; number++) {
      String transfer = prefix + number;
      try {
        long from = random.nextLong(1, Bank.ACCOUNTS + 1);
        long to = partner(from, way == Way.ONE_SHARD);
        if (bank.move(way, transfer, from, to, random.nextLong(1, MOST))) {
          System.out.println(way + " " + transfer + END);
        }
        LockSupport.parkNanos(pace.toNanos());
      } catch (SQLException e) {
        // Applied or not: the proof finds out. A server may be away, so the next one waits a
        // little.
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private long partner(long from, boolean sameShard) throws SQLException {
    while (true) {
      long to = ThreadLocalRandom.current().nextLong(1, Bank.ACCOUNTS + 1);
      if (to != from && shardOf(to).equals(shardOf(from)) == sameShard) {
        return to;
      }
    }
  }

  private synchronized ShardId shardOf(long account) throws SQLException {
    ShardId known = shards.get(account);
    if (known == null) {
      known = bank.dataSource().shardOf("accounts", account);
      shards.put(account, known);
    }
    return known;
  }
}
