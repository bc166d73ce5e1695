package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaEvent;
import io.shardjdbc.saga.SagaResult;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.SagaSummary;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.SagasBuilder;
import io.shardjdbc.saga.StepBuilder;
import io.shardjdbc.saga.StepRejectedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Sagas of three steps over both shards, which halt past their lease, throw and are rejected where
 * it was drawn; another process that takes them over; and a person who tends to what is parked.
 */
final class Transfers implements AutoCloseable {

  private static final Duration LEASE = Duration.ofMillis(100);
  private static final Duration SLEEP = Duration.ofMillis(500);

  /** Where what the sleeper does when it wakes is what is looked for: however slow others are. */
  private static final Duration SOUND_SLEEP = Duration.ofSeconds(30);

  private static final String NOT_PARKED = "SJ0803";
  private static final RetryPolicy QUICK =
      new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(5));

  /** Where a saga may halt. */
  private static final List<String> POINTS =
      List.of(
          "ACTION_TRIED debit",
          "ACTION_WORKED debit",
          "ACTION_DONE debit",
          "ACTION_TRIED credit",
          "ACTION_WORKED credit",
          "ACTION_DONE credit",
          "ACTION_TRIED check",
          "COMPENSATING",
          "COMPENSATION_TRIED debit",
          "COMPENSATION_WORKED debit",
          "COMPENSATION_FAILED debit",
          "COMPENSATION_DONE credit");

  private static final int BEFORE_CREDIT = POINTS.indexOf("ACTION_TRIED credit");

  private final Map<UUID, String> halts = new ConcurrentHashMap<>();
  private final Set<UUID> broken = ConcurrentHashMap.newKeySet();
  private final Set<UUID> failing = ConcurrentHashMap.newKeySet();
  private final Set<UUID> everBroken = ConcurrentHashMap.newKeySet();
  private final Set<UUID> parkedForNothing = ConcurrentHashMap.newKeySet();
  private final Set<UUID> patient = ConcurrentHashMap.newKeySet();
  private final Set<UUID> settled = ConcurrentHashMap.newKeySet();
  private final Set<UUID> asleep = ConcurrentHashMap.newKeySet();
  private final Set<UUID> open = ConcurrentHashMap.newKeySet();
  private final Map<UUID, Long> ops = new ConcurrentHashMap<>();
  private final List<Long> accounts;
  private final Set<UUID> sleeping = ConcurrentHashMap.newKeySet();
  private volatile Duration sleep = SLEEP;
  private final Saga<SagaState> saga;
  private final Sagas own;
  private final Sagas other;

  Transfers(ShardDataSource own, ShardDataSource other, List<Long> accounts) throws SQLException {
    this.accounts = accounts;
    this.saga = saga();
    this.own = sagas(own).listener(this::on).build();
    this.other = sagas(other).build();
    this.other.install();
  }

  private SagasBuilder sagas(ShardDataSource dataSource) {
    return Sagas.builder(dataSource)
        .saga(saga)
        .lease(LEASE)
        .patience(Duration.ofSeconds(1))
        .withoutBackground();
  }

  private Saga<SagaState> saga() {
    return Saga.builder("move", 1)
        .step("debit", step -> booking(step, "debit", "from"))
        .step("credit", step -> booking(step, "credit", "to"))
        .step(
            "check",
            step ->
                step.on("booking", state -> state.getLong("from"))
                    .deadline(Duration.ofSeconds(3))
                    .retry(QUICK)
                    .action(
                        (connection, state) -> {
                          if (state.getBoolean("rejected")) {
                            throw new StepRejectedException("as it was drawn");
                          }
                          return state;
                        }))
        .build();
  }

  private void booking(StepBuilder<SagaState> step, String name, String whose) {
    step.on("booking", state -> state.getLong(whose))
        .deadline(Duration.ofSeconds(3))
        .retry(QUICK)
        .action(
            (connection, state) -> {
              if (name.equals("credit") && failing.contains(id(state.getLong("op")))) {
                throw new IllegalStateException("as it was drawn");
              }
              book(connection, state, whose, 1);
              at(id(state.getLong("op")), "ACTION_WORKED " + name);
              return state.with(name, true);
            })
        .compensation(
            (connection, state) -> {
              UUID id = id(state.getLong("op"));
              if (name.equals("debit") && broken.contains(id)) {
                throw new IllegalStateException("as it was drawn");
              }
              book(connection, state, whose, -1);
              at(id, "COMPENSATION_WORKED " + name);
            });
  }

  private static void book(Connection connection, SagaState state, String whose, long amount)
      throws SQLException {
    try (PreparedStatement book =
        connection.prepareStatement("INSERT INTO booking VALUES (?, ?, ?)")) {
      book.setLong(1, state.getLong(whose));
      book.setLong(2, state.getLong("op"));
      book.setLong(3, amount);
      book.executeUpdate();
    }
  }

  private UUID id(long op) {
    return Sagas.id("move", Long.toString(op));
  }

  private void on(SagaEvent event) {
    at(event.id(), event.kind() + event.step().map(name -> " " + name).orElse(""));
  }

  /**
   * Sleeps here, the first time, until another process has ended the saga or a person has settled
   * it, or long enough.
   */
  private void at(UUID id, String point) {
    if (halts.remove(id, point)) {
      asleep.add(id);
      sleeping.add(id);
      long until = System.nanoTime() + sleep.toNanos();
      while (open.contains(id)
          && !settled.contains(id)
          && System.nanoTime() - until < 0
          && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(10_000_000);
      }
      sleeping.remove(id);
      failing.remove(id);
    }
  }

  /**
   * Whether something is said of a saga whose thread sleeps, and with it the whole process as it
   * were: that would renew its lease.
   */
  boolean isSaidAsleep(String said) {
    return sleeping.stream().anyMatch(id -> said.contains(id.toString()));
  }

  /** Gives the one that slept until a saga was settled time for what it had in mind. */
  private void awaitSleeper(UUID id) {
    long until = System.nanoTime() + sleep.toNanos();
    while (asleep.contains(id) && System.nanoTime() - until < 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Draws what becomes of a saga before it is begun. */
  void draw(Random random, long op, Aim aim) {
    UUID id = id(op);
    ops.put(id, op);
    open.add(id);
    sleep = aim == Aim.ANYTHING ? SLEEP : SOUND_SLEEP;
    if (aim == Aim.SETTLED) {
      halts.put(id, "COMPENSATION_FAILED debit");
      breaks(id);
      return;
    }
    if (aim == Aim.STEPS) {
      halts.put(id, POINTS.get(BEFORE_CREDIT));
      failing.add(id);
      return;
    }
    if (random.nextInt(3) == 0) {
      int point = random.nextInt(POINTS.size());
      halts.put(id, POINTS.get(point));
      if (point >= BEFORE_CREDIT - 1 && point <= BEFORE_CREDIT && random.nextBoolean()) {
        failing.add(id); // for whoever takes it over, until the sleeper wakes
      }
    }
    if (random.nextInt(4) == 0) {
      breaks(id);
    }
    if (random.nextBoolean()) {
      patient.add(id);
    }
  }

  private void breaks(UUID id) {
    broken.add(id);
    everBroken.add(id);
  }

  /** Sagas that wait for a person though nothing of theirs was drawn to break. */
  Set<UUID> parkedForNothing() {
    return parkedForNothing;
  }

  /** Runs a saga, and tells its caller what became of it, as a write would. */
  void run(long op, Random random, Aim aim) throws SQLException {
    draw(random, op, aim);
    SagaState input =
        SagaState.of("op", op)
            .with("from", accounts.get(0))
            .with("to", accounts.get(1))
            .with("rejected", aim == Aim.SETTLED || random.nextInt(3) == 0);
    SagaStatus status;
    try {
      status = own.run(saga, Long.toString(op), input).status();
    } catch (SQLException e) {
      throw new SQLException("it goes on", "08007", e);
    } finally {
      asleep.remove(id(op));
    }
    if (status == SagaStatus.COMPENSATED) {
      throw new SQLException("it was undone", "P0001");
    }
    if (status != SagaStatus.COMPLETED) {
      throw new SQLException("it waits for a person", "08007");
    }
  }

  /** What another process does meanwhile, and a person: whether anything is still under way. */
  boolean tend() throws SQLException {
    if (open.isEmpty()) {
      return false;
    }
    other.recover();
    for (SagaSummary parked : other.parked()) {
      UUID id = parked.id();
      if (!everBroken.contains(id)) {
        parkedForNothing.add(id);
      }
      if (!patient.contains(id) && settle(id)) {
        broken.remove(id);
        settled.add(id);
        awaitSleeper(id);
      } else {
        broken.remove(id);
        retry(id);
      }
    }
    for (UUID id : open) {
      Optional<SagaResult<SagaState>> found = other.find(saga, Long.toString(ops.get(id)));
      if (found.isPresent() && hasEnded(found.get().status())) {
        open.remove(id);
      }
    }
    return !open.isEmpty();
  }

  /** One that waits for a person has not ended: the person is about to come. */
  private static boolean hasEnded(SagaStatus status) {
    return status == SagaStatus.COMPLETED || status == SagaStatus.COMPENSATED;
  }

  private void retry(UUID id) throws SQLException {
    try {
      other.retry(id);
    } catch (SQLException e) {
      if (!String.valueOf(e.getMessage()).startsWith(NOT_PARKED)) {
        throw e; // else another was faster
      }
    }
  }

  private boolean settle(UUID id) throws SQLException {
    try {
      other.settle(id);
      return true;
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage());
      if (message.startsWith("SJ0868") || message.startsWith(NOT_PARKED)) {
        return false; // it was compensated meanwhile, or another was faster
      }
      throw e;
    }
  }

  /** Sees to the end of one that another process has begun, and may have drawn to break. */
  void adopt(long op) {
    UUID id = id(op);
    ops.put(id, op);
    everBroken.add(id);
    open.add(id);
  }

  /** Lets go of all. */
  void forget() {
    open.clear();
    parkedForNothing.clear();
  }

  /** Ends all that may be ended; what was never begun is not waited for. */
  void end() throws SQLException {
    for (UUID id : open) {
      if (other.find(saga, Long.toString(ops.get(id))).isEmpty()) {
        open.remove(id);
      }
    }
  }

  /** How a saga has ended; empty if it never began. */
  Optional<SagaStatus> status(long op) throws SQLException {
    return other.find(saga, Long.toString(op)).map(SagaResult::status);
  }

  /** What is booked of a saga, account by account, that has ended so. */
  boolean agrees(long op, Optional<SagaStatus> status, List<Long> from, List<Long> to) {
    if (status.isEmpty()) {
      return from.isEmpty() && to.isEmpty();
    }
    if (status.get() == SagaStatus.COMPLETED) {
      return from.equals(List.of(1L)) && to.equals(List.of(1L));
    }
    boolean undone = settled.contains(id(op)) ? from.equals(List.of(1L)) : isUndone(from);
    return undone && isUndone(to); // what a person has settled is done by hand, and not again
  }

  private static boolean isUndone(List<Long> booked) {
    return booked.isEmpty() || booked.equals(List.of(-1L, 1L));
  }

  @Override
  public void close() {
    own.close();
    other.close();
  }
}
