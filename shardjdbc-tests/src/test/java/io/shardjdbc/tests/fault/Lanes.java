package io.shardjdbc.tests.fault;

import io.shardjdbc.testkit.Cluster;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Runs programs side by side, each in databases of its own: most of the time they wait. */
final class Lanes implements AutoCloseable {

  private static final int OPS_OF_A_PROGRAM = 100;

  /**
   * Who aims has a machine to himself, almost: an ambush waits for what somebody else does within
   * the patience of a commit, and a machine that is full does not do it in time.
   */
  private static final int LANES_THAT_AIM = 2;

  private final List<Bank> banks = new ArrayList<>();
  private final ExecutorService threads;
  private final AtomicInteger programs = new AtomicInteger();

  Lanes(Cluster cluster, String prefix, int lanes, ExecutorService threads) throws Exception {
    this.threads = threads;
    List<Future<Bank>> opening = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      String database = prefix + "_lane" + lane;
      boolean prepares = lane % 4 == 0;
      opening.add(
          threads.submit(
              () -> {
                cluster.createDatabase(database);
                cluster.createDatabase(database + "_more");
                return new Bank(cluster, database, prepares);
              }));
    }
    for (Future<Bank> bank : opening) {
      banks.add(bank.get());
    }
  }

  /** Runs so many programs, or until one is wrong, which is returned. */
  List<String> run(Aim aim, int most, long firstSeed, Tally tally) throws Exception {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<List<String>> found = new AtomicReference<>();
    List<Future<?>> running = new ArrayList<>();
    int lanes = aim == Aim.ANYTHING ? banks.size() : Math.min(banks.size(), LANES_THAT_AIM);
    for (Bank bank : banks.subList(0, lanes)) {
      running.add(
          threads.submit(
              () -> {
                int program = next.getAndIncrement();
                while (program < most && found.get() == null) {
                  long firstOp = 2 + programs.getAndIncrement() * (long) OPS_OF_A_PROGRAM;
                  List<String> wrong =
                      new FaultProgram(bank, aim, firstSeed + program, firstOp, patience(program))
                          .run(threads, tally);
                  if (!wrong.isEmpty()) {
                    System.out.println(wrong.subList(0, Math.min(5, wrong.size())));
                    found.compareAndSet(null, wrong);
                  }
                  program = next.getAndIncrement();
                }
                return null;
              }));
    }
    for (Future<?> lane : running) {
      lane.get();
    }
    List<String> wrong = found.get();
    return wrong == null ? List.of() : wrong;
  }

  /** The longer nothing is found, the slower the machine may be. */
  private static Duration patience(int programs) {
    return Duration.ofMillis(50 + 60L * programs);
  }

  /** Puts right what went wrong; with all fences in, for sessions that hung may go on yet. */
  void putRight() throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (Bank bank : banks) {
      running.add(
          threads.submit(
              () -> {
                bank.putRight();
                return null;
              }));
    }
    for (Future<?> lane : running) {
      lane.get();
    }
  }

  @Override
  public void close() throws SQLException {
    for (Bank bank : banks) {
      bank.close();
    }
  }
}
