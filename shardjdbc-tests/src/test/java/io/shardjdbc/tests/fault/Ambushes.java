package io.shardjdbc.tests.fault;

import io.shardjdbc.testkit.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Where the fault lies that a fence keeps from doing harm. */
final class Ambushes {

  private static final String INSERT = "INSERT INTO ledger";
  private static final String TELLING = "COMMIT PREPARED";
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** How many messages a transaction takes, more or less. */
  private static final int MESSAGES = 25;

  private static final String NOTING = "databases, keep_until";

  private Ambushes() {}

  /**
   * Lies in wait where an aim wants it.
   *
   * @param moment tells whoever meddles that the moment has come
   * @param meddled tells that he has
   * @param patience for what somebody else does at that moment, if anybody does
   * @return false if the aim says nothing of where
   */
  static boolean lay(
      Aim aim, Bank bank, Semaphore moment, Semaphore meddled, Duration patience, Random random) {
    switch (aim) {
      case UNTOLD -> onEach(bank, Ambush.cutting(TELLING));
      case DECISION_STORE -> onEach(bank, Ambush.cutting(TELLING, () -> recoverElsewhere(bank)));
      case LOST_ANSWERS -> onEach(bank, Ambush.cuttingTheAnswerTo(INSERT, 1 + random.nextInt(2)));
      case TOMBSTONES -> onEach(bank, Ambush.holdingUp(NOTING, 1, () -> recover(bank)));
      case TURNS ->
          onEach(
              bank,
              Ambush.holdingUp(
                  "",
                  1 + random.nextInt(MESSAGES),
                  () -> {
                    moment.release(MESSAGES);
                    await(meddled, patience);
                  }));
      case COPY_ORDER ->
          last(bank).lay(Ambush.overtaken("UPDATE rate", "INSERT INTO rate", "COMMIT", patience));
      case OUTBOX_ORDER -> onEach(bank, Ambush.outrun("COMMIT", () -> relay(bank), patience));
      case STEPS, SETTLED, HORIZON, BROKEN_EXCHANGES -> {
        // They need no network that fails.
      }
      case ANYTHING -> {
        return false;
      }
    }
    return true;
  }

  private static void await(Semaphore meddled, Duration patience) {
    try {
      boolean ignored = meddled.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static FaultyWire last(Bank bank) {
    return List.copyOf(bank.wires.values()).get(bank.wires.size() - 1);
  }

  private static void onEach(Bank bank, Ambush ambush) {
    bank.wires.values().forEach(wire -> wire.lay(ambush));
  }

  /** Both relays hand over what stands by now. */
  private static void relay(Bank bank) {
    try {
      bank.desk.deliveries.relay(true);
      bank.desk.deliveries.relay(false);
    } catch (SQLException e) {
      // Then they hand it over later.
    }
  }

  /** Another configuration, to which a shard of the same name is another database, recovers. */
  private static void recoverElsewhere(Bank bank) {
    bank.desk.other.transactions().recover();
  }

  /** Somebody else ends what is prepared, before it is decided. */
  private static void recover(Bank bank) {
    try {
      Deadline deadline = Deadline.in(PATIENCE);
      deadline.await("it is prepared", () -> bank.prepared() > 0 || deadline.hasPassed());
      bank.direct.transactions().recover();
    } catch (SQLException e) {
      // Then nothing is done meanwhile.
    }
  }
}
