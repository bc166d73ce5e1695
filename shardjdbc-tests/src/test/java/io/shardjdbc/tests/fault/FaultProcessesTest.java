package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.tests.fault.Audit.Entry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Processes that work at the same time, of which one is killed or stopped past every lease, over
 * servers of which one is killed or frozen, at drawn moments: what stands is what they were told.
 *
 * <p>{@code -Dshardjdbc.faults.rounds=N} is how often, and {@code -Dshardjdbc.faults.seed=N} draws
 * others.
 */
@LongRun
class FaultProcessesTest {

  private static final int ROUNDS =
      Integer.getInteger("shardjdbc.faults.rounds", Blow.values().length);
  private static final long FIRST_SEED = Long.getLong("shardjdbc.faults.seed", 1);
  private static final int WORKERS = 2;
  private static final int OPERATIONS = 16;

  /** Longer than the leases of sagas and relays. */
  private static final Duration PAST_LEASES = Duration.ofMillis(700);

  private static final long BREATH = Duration.ofMillis(20).toNanos();

  private static PostgresCluster cluster;
  private static Bank bank;
  private static List<String> urls;

  /** What happens to a process or a server. */
  private enum Blow {
    KILL_PROCESS,
    STOP_PROCESS,
    /** In the middle of the messages that it hands over. */
    STOP_RELAY,
    KILL_SERVER,
    /** Between what it has prepared and the word that ends it. */
    RESTART_BEFORE_TELLING,
    FREEZE_SERVER
  }

  @BeforeAll
  static void start() throws SQLException {
    cluster = PostgresCluster.builder().shards(2).start();
    cluster.createDatabase("work");
    cluster.createDatabase("work_more");
    bank = new Bank(cluster, "work");
    urls =
        List.of(bank.url("s0"), bank.url("s1"), cluster.shard("s1").primary().jdbcUrl("work_more"));
  }

  @AfterAll
  static void stop() throws SQLException {
    bank.close();
    cluster.close();
  }

  @Test
  void whatStandsIsWhatProcessesWereTold() throws Exception {
    Tally tally = new Tally();
    List<Worker> workers = new ArrayList<>();
    try {
      for (int i = 0; i < WORKERS; i++) {
        workers.add(new Worker(bank, urls));
      }
      workers.forEach(Worker::awaitReady);
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < WORKERS; i++) {
          if (workers.get(i).isDead()) {
            workers.get(i).close();
            workers.set(i, new Worker(bank, urls));
            workers.get(i).awaitReady();
          }
        }
        round(workers, round, tally);
      }
    } finally {
      workers.forEach(Worker::close);
    }
    System.out.printf("%d rounds of processes under faults: %s%n", ROUNDS, tally);
    assertThat(tally.of(Told.DONE)).isPositive();
  }

  private static void round(List<Worker> workers, int round, Tally tally) throws Exception {
    Random random = new Random(FIRST_SEED + round);
    Blow blow = Blow.values()[Math.floorMod(FIRST_SEED + round, Blow.values().length)];
    List<Long> ratesBefore = bank.rates();
    long firstOp = 2 + round * 1000L;
    for (int i = 0; i < WORKERS; i++) {
      workers.get(i).work(random.nextLong(), firstOp + i * 100L, OPERATIONS);
    }
    Worker victim = workers.get(random.nextInt(WORKERS));
    String shard = "s" + random.nextInt(2);
    ClusterNode server = cluster.shard(shard).primary();
    int moment = 1 + random.nextInt(OPERATIONS);
    Deadline.in(Duration.ofSeconds(60))
        .await("so much has begun", () -> victim.begun() >= moment || victim.isDead());
    strike(blow, victim, server, bank.wires.get(shard));
    Deadline.in(Duration.ofSeconds(90))
        .await(
            "round %d, %s: all are done".formatted(round, blow),
            () -> {
              tendFor(Duration.ofMillis(50)); // or else locks of the dead stay
              return workers.stream().allMatch(Worker::isDone);
            });
    bank.connect();
    bank.heal(Duration.ofSeconds(60));
    List<Entry> entries = new ArrayList<>();
    workers.forEach(worker -> entries.addAll(worker.entries()));
    List<String> wrong = new Audit(bank, firstOp).of(entries, List.of(), ratesBefore);
    assertThat(wrong).as("round %d, %s at %d: %s", round, blow, moment, entries).isEmpty();
    entries.forEach(entry -> tally.add(entry.told()));
    bank.tidy();
  }

  private static void strike(Blow blow, Worker victim, ClusterNode server, FaultyWire wire)
      throws Exception {
    switch (blow) {
      case KILL_PROCESS -> victim.kill();
      case STOP_PROCESS -> stopPastLeases(victim);
      case STOP_RELAY -> {
        int handedOver = victim.handedOver();
        Deadline.in(Duration.ofSeconds(60))
            .await(
                "it hands over a message",
                () -> victim.handedOver() > handedOver || victim.isDone());
        stopPastLeases(victim);
      }
      case RESTART_BEFORE_TELLING -> {
        AtomicBoolean restarted = new AtomicBoolean();
        wire.lay(Ambush.holdingUp("COMMIT PREPARED", 1, () -> restart(server, restarted)));
        Deadline.in(Duration.ofSeconds(90))
            .await(
                "something is to be told, or all are done",
                () -> {
                  tendFor(Duration.ofMillis(50));
                  return restarted.get() || victim.isDone();
                });
      }
      case KILL_SERVER -> {
        server.kill();
        server.start();
      }
      case FREEZE_SERVER -> {
        server.freeze();
        Deadline leases = Deadline.in(PAST_LEASES); // the length of the fault itself
        Deadline.in(Duration.ofSeconds(60)).await("leases are past", leases::hasPassed);
        server.thaw();
      }
    }
  }

  private static void stopPastLeases(Worker victim) throws Exception {
    victim.signal("-STOP");
    tendFor(PAST_LEASES);
    victim.signal("-CONT");
  }

  private static void restart(ClusterNode server, AtomicBoolean restarted) {
    server.kill();
    server.start();
    restarted.set(true);
  }

  /** Takes over whatever the one has left that does not go on. */
  private static void tendFor(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - until < 0) {
      try {
        bank.direct.transactions().recover();
        bank.desk.transfers.tend();
        bank.desk.deliveries.relay(false);
      } catch (SQLException e) {
        // A server is away; it is done again.
      }
      LockSupport.parkNanos(BREATH); // the machine is for those who are looked after
    }
  }
}
