package io.shardjdbc.tests.fault;

import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.tests.fault.Audit.BranchEntry;
import io.shardjdbc.tests.fault.Audit.Entry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A drawn program: sessions that write at the same time, a network that fails at drawn messages,
 * callers who close, abort, cancel and interrupt at drawn moments, and recoveries, relays and other
 * processes beside them. What then stands is compared with what each caller was told.
 */
final class FaultProgram {

  private static final int NETWORK_MILLIS = 400;

  /** Each connects anew to all shards, which costs more than a program. */
  private static final int MOST_RECOVERIES = 2;

  static final Duration HEALING = Duration.ofMinutes(5);
  private static final long LATEST_NANOS = 3_000_000;

  /** Far more than the library waits for two silent shards, one after the other. */
  private static final int PATIENCE_SECONDS = 300;

  /** Where a hang is what is looked for. */
  private static final int SHORT_PATIENCE = 2;

  private final Bank bank;
  private final Aim aim;
  private final long seed;
  private final long firstOp;
  private final Duration patience;
  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
  private final Queue<BranchEntry> branches = new ConcurrentLinkedQueue<>();
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private final List<String> plan = new ArrayList<>();

  /** When somebody meddles who lies in wait. */
  private final Semaphore moment = new Semaphore(0);

  /** When he has. */
  private final Semaphore meddled = new Semaphore(0);

  private volatile boolean over;

  /** What somebody does to a session beside its owner. */
  private enum Meddling {
    CLOSE,
    ABORT,
    CANCEL,
    INTERRUPT
  }

  /**
   * @param patience for what has to come at a moment that somebody waits for
   */
  FaultProgram(Bank bank, Aim aim, long seed, long firstOp, Duration patience) {
    this.bank = bank;
    this.aim = aim;
    this.seed = seed;
    this.firstOp = firstOp;
    this.patience = patience;
  }

  /** Runs it, and says what is wrong; how many operations it had is told to the counter. */
  List<String> run(ExecutorService threads, Tally tally) throws Exception {
    Random random = new Random(seed);
    List<Long> ratesBefore = bank.rates();
    if (!Ambushes.lay(aim, bank, moment, meddled, patience, random)) {
      drawFaults(random);
    }
    int sessions = aim.fewestSessions() + random.nextInt(aim.sessions());
    List<Future<?>> running = new ArrayList<>();
    for (int session = 0; session < sessions; session++) {
      long own = random.nextLong();
      long from = firstOp + session * 10L;
      running.add(threads.submit(() -> session(new Random(own), from, threads)));
    }
    long own = random.nextLong();
    Future<?> beside = threads.submit(() -> beside(new Random(own)));
    Deadline end =
        Deadline.in(
            Duration.ofSeconds(aim == Aim.BROKEN_EXCHANGES ? SHORT_PATIENCE : PATIENCE_SECONDS));
    for (Future<?> session : running) {
      await(session, end);
    }
    over = true;
    await(beside, end);
    boolean hangs = aim != Aim.ANYTHING && !seen.isEmpty();
    if (hangs || !heals()) {
      return wrong(List.of());
    }
    for (BranchEntry entry : branches) {
      if (!entry.committed()) {
        entry.branch().settle(bank.direct, entry.decided());
      }
    }
    List<String> wrong = new Audit(bank, firstOp).of(entries, branches, ratesBefore);
    if (aim == Aim.HORIZON) {
      bank.decided.askLate(bank.hasty()).ifPresent(wrong::add);
    } else if (random.nextInt(4) == 0) {
      bank.decided.ask(bank.direct, random).ifPresent(wrong::add);
      bank.decided.remember();
    }
    bank.tidy();
    entries.forEach(entry -> tally.add(entry.told()));
    tally.endOfProgram();
    return wrong(wrong);
  }

  /** Whether all that the faults have left comes to its end. */
  private boolean heals() throws SQLException {
    try {
      bank.heal(aim == Aim.ANYTHING ? HEALING : HEALING.dividedBy(100));
      return true;
    } catch (IllegalStateException e) {
      seen.add(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private List<String> wrong(List<String> found) {
    List<String> wrong = new ArrayList<>(seen);
    wrong.addAll(found);
    if (!wrong.isEmpty()) {
      wrong.add(0, aim + " program " + seed + ", " + plan + ": " + entries + branches);
    }
    return wrong;
  }

  private void drawFaults(Random random) {
    bank.wires.forEach(
        (shard, wire) -> {
          if (random.nextInt(3) > 0) {
            plan.add(shard + " " + wire.draw(random, aim));
          }
        });
  }

  private void await(Future<?> running, Deadline end) throws Exception {
    try {
      running.get(end.remaining().toMillis() + 1, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      seen.add("it hangs: " + stacks());
      bank.hangs = true;
      boolean ignored = running.cancel(true);
      bank.wires.values().forEach(wire -> wire.proxy().resetConnections());
    }
  }

  /** What the threads do that are in the library. */
  private static String stacks() {
    return Thread.getAllStackTraces().values().stream()
        .filter(stack -> Stream.of(stack).anyMatch(FaultProgram::isOfTheLibrary))
        .map(stack -> String.join("\n  ", Stream.of(stack).map(Object::toString).toList()))
        .collect(Collectors.joining("\n\n"));
  }

  private static boolean isOfTheLibrary(StackTraceElement at) {
    return at.getClassName().startsWith("io.shardjdbc")
        && !at.getClassName().startsWith("io.shardjdbc.testkit")
        && !at.getClassName().startsWith("io.shardjdbc.tests");
  }

  /** What others do while the sessions work. */
  private Void beside(Random random) {
    int recoveries = aim.recovers(random) ? MOST_RECOVERIES : 0;
    int elsewhere = aim.recoversElsewhere(random) ? MOST_RECOVERIES : 0;
    while (!over) {
      // Waits for nothing: at which moments it comes is drawn.
      LockSupport.parkNanos(1_000_000 + (long) (random.nextDouble() * 10_000_000));
      try {
        if (recoveries > 0 && random.nextBoolean()) {
          recoveries--;
          bank.direct.transactions().recover();
        }
        if (elsewhere > 0 && random.nextBoolean()) {
          elsewhere--;
          bank.desk.other.transactions().recover();
        }
        bank.desk.transfers.tend();
        if (aim.operation(random) == Operation.OUTBOX) {
          bank.desk.deliveries.relay(random.nextBoolean());
        }
      } catch (SQLException e) {
        // Whatever the network does to them, they do it again.
      }
    }
    return null;
  }

  private void session(Random random, long from, ExecutorService threads) {
    long op = from;
    for (Operation operation : aim.operationsOfSession(random)) {
      if (aim == Aim.ANYTHING && random.nextInt(8) == 0) {
        branch(op);
      } else {
        operation(operation, random, op, threads);
      }
      op++;
    }
  }

  private void branch(long op) {
    Branch branch = new Branch(op);
    boolean decided = false;
    boolean committed = false;
    try {
      decided = branch.prepare(bank.desk.dataSource, bank.desk.accounts);
      committed = decided && branch.commit();
    } finally {
      branch.close();
      branches.add(new BranchEntry(branch, decided, committed));
    }
  }

  private void operation(Operation operation, Random random, long op, ExecutorService threads) {
    Throwable failure = null;
    try {
      if (operation == Operation.SAGA) {
        saga(random, op, threads);
      } else {
        onConnection(operation, random, op, threads);
      }
    } catch (Exception e) {
      failure = e;
    } finally {
      boolean ignored = Thread.interrupted();
    }
    Entry entry = Entry.of(operation, op, failure);
    entries.add(entry);
    if (entry.told() == Told.DONE && operation.linesToReadBack() > 0 && aim.readsBack(random)) {
      readBack(operation, op);
    }
  }

  private void saga(Random random, long op, ExecutorService threads) throws SQLException {
    Future<?> meddler = null;
    if (random.nextInt(6) == 0) {
      Thread owner = Thread.currentThread();
      long delay = (long) (random.nextDouble() * 10 * LATEST_NANOS);
      meddler =
          threads.submit(
              () -> {
                LockSupport.parkNanos(delay); // the drawn moment
                owner.interrupt();
              });
    }
    try {
      bank.desk.transfers.run(op, random, aim);
    } finally {
      awaitQuietly(meddler);
    }
  }

  private void onConnection(Operation operation, Random random, long op, ExecutorService threads)
      throws Exception {
    Operation.Handle handle = new Operation.Handle(aim.whim(operation, random));
    Future<?> meddler = null;
    try (Connection connection = operation.connect(bank.desk)) {
      connection.setNetworkTimeout(Runnable::run, NETWORK_MILLIS);
      if (aim.meddles(random)) {
        meddler = meddle(random, connection, handle, threads);
      }
      operation.run(connection, bank.desk, op, handle);
    } finally {
      awaitQuietly(meddler);
    }
  }

  /** Whoever was told that it is done sees it, or is refused. */
  private void readBack(Operation operation, long op) {
    try (Connection connection = bank.desk.dataSource.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, NETWORK_MILLIS);
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT count(*) FROM ledger WHERE op = " + op)) {
        row.next();
        if (!operation.agrees(Told.DONE, row.getInt(1))) {
          seen.add(operation + " " + op + " was done, and reads show " + row.getInt(1));
        }
      }
    } catch (SQLException e) {
      // Refused, or lost.
    }
  }

  /** For as long as it takes: if that is for ever, whoever waits for the session says so. */
  private static void awaitQuietly(@Nullable Future<?> meddler) {
    boolean interrupted = false;
    while (meddler != null && !meddler.isDone()) {
      try {
        meddler.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        // It came too late, or to a network that had failed.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Future<?> meddle(
      Random random, Connection connection, Operation.Handle handle, ExecutorService threads) {
    Meddling meddling =
        aim == Aim.TURNS
            ? Meddling.CLOSE
            : Meddling.values()[random.nextInt(Meddling.values().length)];
    long delay = (long) (random.nextDouble() * LATEST_NANOS);
    Thread owner = Thread.currentThread();
    return threads.submit(
        () -> {
          if (aim == Aim.TURNS) {
            boolean ignored = moment.tryAcquire(2 * patience.toMillis(), TimeUnit.MILLISECONDS);
          } else {
            LockSupport.parkNanos(delay); // the drawn moment
          }
          switch (meddling) {
            case CLOSE -> {
              connection.close();
              meddled.release();
            }
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
