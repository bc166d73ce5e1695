package io.shardjdbc.tests.fault;

import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.TransactionId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A drawn program: sessions that write at the same time, a network that fails at drawn messages,
 * and callers who close, abort, cancel and interrupt at drawn moments. What then stands is compared
 * with what each caller was told.
 */
final class FaultProgram {

  private static final int NETWORK_MILLIS = 400;
  private static final long LATEST_NANOS = 3_000_000;

  private final Bank bank;
  private final long seed;
  private final long firstOp;
  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
  private final Queue<BranchEntry> branches = new ConcurrentLinkedQueue<>();
  private final List<String> plan = new ArrayList<>();

  /** An operation, and what its caller was told. */
  private record Entry(
      Operation operation, long op, Told told, Optional<TransactionId> id, String failure) {}

  /** A branch of a transaction manager, and what it decided. */
  private record BranchEntry(Branch branch, boolean decided, boolean committed) {}

  /** What somebody does to a session beside its owner. */
  private enum Meddling {
    CLOSE,
    ABORT,
    CANCEL,
    INTERRUPT
  }

  FaultProgram(Bank bank, long seed, long firstOp) {
    this.bank = bank;
    this.seed = seed;
    this.firstOp = firstOp;
  }

  /** Runs it, and says what is wrong; how many operations it had is told to the counter. */
  List<String> run(ExecutorService threads, Tally tally) throws Exception {
    Random random = new Random(seed);
    List<Long> ratesBefore = bank.rates();
    bank.wires.forEach(
        (shard, wire) -> {
          if (random.nextInt(3) > 0) {
            plan.add(shard + " " + wire.draw(random));
          }
        });
    int sessions = 1 + random.nextInt(3);
    List<Future<?>> running = new ArrayList<>();
    for (int session = 0; session < sessions; session++) {
      long own = random.nextLong();
      long from = firstOp + session * 10L;
      running.add(threads.submit(() -> session(new Random(own), from, threads)));
    }
    for (Future<?> session : running) {
      try {
        session.get(30, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        throw new IllegalStateException("program " + seed + ", " + plan + " hangs: " + stacks(), e);
      }
    }
    bank.heal();
    List<String> wrong = new ArrayList<>();
    for (BranchEntry entry : branches) {
      entry.branch().settle(bank.direct, entry.decided());
    }
    if (bank.prepared() > 0) {
      wrong.add("something stays prepared");
    }
    Map<Long, Integer> lines = bank.lines(firstOp);
    check(lines, wrong);
    checkRates(ratesBefore, wrong);
    entries.forEach(entry -> tally.add(entry.told()));
    if (!wrong.isEmpty()) {
      wrong.add(0, "program " + seed + ", " + plan + ": " + entries + branches);
    }
    return wrong;
  }

  /** What the threads do that are in the library. */
  private static String stacks() {
    return Thread.getAllStackTraces().values().stream()
        .filter(stack -> Stream.of(stack).anyMatch(at -> at.toString().contains("io.shardjdbc")))
        .map(stack -> String.join("\n  ", Stream.of(stack).map(Object::toString).toList()))
        .collect(Collectors.joining("\n\n"));
  }

  private void check(Map<Long, Integer> lines, List<String> wrong) throws SQLException {
    for (Entry entry : entries) {
      int stands = lines.getOrDefault(entry.op(), 0);
      if (!entry.operation().agrees(entry.told(), stands)) {
        wrong.add("%s: %d lines stand".formatted(entry, stands));
      }
      if (entry.id().isPresent() && entry.operation() != Operation.RATE) {
        Outcome outcome = bank.direct.transactions().outcome(entry.id().get());
        if (outcome == Outcome.IN_DOUBT || (outcome == Outcome.COMMITTED) != stands > 0) {
          wrong.add("%s: %s, but %d lines stand".formatted(entry, outcome, stands));
        }
      }
    }
    for (BranchEntry entry : branches) {
      int stands = lines.getOrDefault(entry.branch().op(), 0);
      if (stands != (entry.decided() ? 2 : 0)) {
        wrong.add("%s: %d lines stand".formatted(entry, stands));
      }
    }
  }

  private void checkRates(List<Long> before, List<String> wrong) throws SQLException {
    List<Long> after = bank.rates();
    long done = count(Told.DONE);
    long unknown = count(Told.UNKNOWN);
    long added = after.get(0) - before.get(0);
    if (!after.get(0).equals(after.get(1))) {
      wrong.add("copies differ: " + after);
    }
    if (added < done || added > done + unknown) {
      wrong.add("%d updates done, %d unknown, %d stand".formatted(done, unknown, added));
    }
  }

  private long count(Told told) {
    return entries.stream()
        .filter(entry -> entry.operation() == Operation.RATE && entry.told() == told)
        .count();
  }

  private void session(Random random, long from, ExecutorService threads) {
    int operations = 1 + random.nextInt(3);
    long op = from;
    for (int i = 0; i < operations; i++, op++) {
      if (random.nextInt(8) == 0) {
        branch(op);
      } else {
        operation(random, op, threads);
      }
    }
  }

  private void branch(long op) {
    Branch branch = new Branch(op);
    boolean decided = false;
    boolean committed = false;
    try {
      decided = branch.prepare(bank.faulty, bank.accounts);
      committed = decided && branch.commit();
    } finally {
      branch.close();
      branches.add(new BranchEntry(branch, decided, committed));
    }
  }

  private void operation(Random random, long op, ExecutorService threads) {
    Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
    Operation.Handle handle = new Operation.Handle();
    Told told = Told.DONE;
    Throwable failure = null;
    Future<?> meddler = null;
    try (Connection connection = bank.faulty.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, NETWORK_MILLIS);
      if (random.nextInt(4) == 0) {
        meddler = meddle(random, connection, handle, threads);
      }
      operation.run(connection, bank, op, handle);
    } catch (Exception e) {
      failure = e;
      told = Told.by(e);
    } finally {
      await(meddler);
      boolean ignored = Thread.interrupted();
    }
    entries.add(new Entry(operation, op, told, Told.id(failure), String.valueOf(failure)));
  }

  private static void await(Future<?> meddler) {
    boolean interrupted = false;
    while (meddler != null && !meddler.isDone()) {
      interrupted |= Thread.interrupted();
      LockSupport.parkNanos(100_000);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Future<?> meddle(
      Random random, Connection connection, Operation.Handle handle, ExecutorService threads) {
    Meddling meddling = Meddling.values()[random.nextInt(Meddling.values().length)];
    long delay = (long) (random.nextDouble() * LATEST_NANOS);
    Thread owner = Thread.currentThread();
    return threads.submit(
        () -> {
          LockSupport.parkNanos(delay);
          switch (meddling) {
            case CLOSE -> connection.close();
            case ABORT -> connection.abort(Runnable::run);
            case INTERRUPT -> owner.interrupt();
            case CANCEL -> {
              Statement statement = handle.get();
              if (statement != null) {
                statement.cancel();
              }
            }
          }
          return null;
        });
  }
}
