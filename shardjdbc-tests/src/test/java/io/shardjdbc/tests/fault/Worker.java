package io.shardjdbc.tests.fault;

import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.tests.fault.Audit.Entry;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that works, as the one sees it that watches, stops and kills it. */
final class Worker implements AutoCloseable {

  private final ForkedJvm jvm;
  private final Bank bank;
  private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger handedOver = new AtomicInteger();
  private volatile CountDownLatch done = new CountDownLatch(0);
  private volatile boolean dead;

  Worker(Bank bank, List<String> urls) throws IOException {
    this.bank = bank;
    this.jvm =
        ForkedJvm.run(
            List.of(),
            System.getProperty("java.class.path"),
            List.of(),
            FaultProcess.class,
            urls.toArray(String[]::new));
  }

  void awaitReady() {
    jvm.awaitLine("READY");
    Thread reader = new Thread(this::read, "reads what a worker says");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    jvm.forEachLine(this::heard);
    dead = true;
    done.countDown();
  }

  private void heard(String line) {
    String[] words = line.split(" ", 2);
    switch (words[0]) {
      case "BEGIN" -> {
        Entry entry = Entry.read(words[1] + " UNKNOWN -");
        entries.put(entry.op(), entry);
        if (entry.operation() == Operation.SAGA) {
          bank.desk.transfers.adopt(entry.op());
        }
        begun.incrementAndGet();
      }
      case "TOLD" -> {
        Entry entry = Entry.read(words[1]);
        entries.put(entry.op(), entry);
      }
      case "GOT" -> {
        bank.desk.deliveries.came(words[1]);
        handedOver.incrementAndGet();
      }
      case "DONE" -> done.countDown();
      default -> {
        // A log's line.
      }
    }
  }

  /** Begins a number of operations. */
  void work(long seed, long firstOp, int count) throws IOException {
    entries.clear();
    begun.set(0);
    done = new CountDownLatch(1);
    jvm.writeLine(seed + " " + firstOp + " " + count);
  }

  int begun() {
    return begun.get();
  }

  /** How many messages it has handed over. */
  int handedOver() {
    return handedOver.get();
  }

  boolean isDead() {
    return dead;
  }

  /** Whether it has done its work, or is dead. */
  boolean isDone() {
    return done.getCount() == 0;
  }

  /** What it was told; unknown where it was told nothing. */
  Collection<Entry> entries() {
    return List.copyOf(entries.values());
  }

  void kill() {
    jvm.killHard();
  }

  /** Stops it, or lets it go on. */
  void signal(String name) throws IOException, InterruptedException {
    Optional<Long> pid = jvm.pid();
    if (pid.isPresent()) {
      new ProcessBuilder("kill", name, Long.toString(pid.get())).inheritIO().start().waitFor();
    }
  }

  @Override
  public void close() {
    jvm.close();
  }
}
