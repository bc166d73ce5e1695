package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaResult;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One who slept through the loss of the lease wakes up while, or after, another undoes. */
class LostLeaseTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;
  private static ExecutorService threads;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Bank.open(cluster.primaryUrls());
    Bank.create(dataSource);
    threads = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void close() {
    threads.shutdown();
    dataSource.close();
  }

  @LongRun
  @ParameterizedTest
  @ValueSource(
      strings = {
        "STARTED",
        "ACTION_TRIED debit",
        "ACTION_DONE debit",
        "ACTION_TRIED fee",
        "ACTION_DONE fee",
        "ACTION_TRIED credit",
      })
  void whoeverWakesUpAfterTheLossDoesNothingMore(String point) throws Exception {
    try (Loss loss = new Loss(new CrashBank.Victim("after " + point, true, point, 0))) {
      assertThat(loss.other.recover()).isEqualTo(1);
      assertThat(loss.found().status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(loss.wakeUp().status()).isEqualTo(SagaStatus.COMPENSATED);
      loss.proveEnded();
    }
  }

  @LongRun
  @Test
  void aSagaThatIsWholeIsCompletedHoweverLateItIs() throws Exception {
    try (Loss loss = new Loss(new CrashBank.Victim("whole", true, "ACTION_DONE credit", 3))) {
      assertThat(loss.other.recover()).isEqualTo(1);
      assertThat(loss.wakeUp().status()).isEqualTo(SagaStatus.COMPLETED);
      loss.proveEnded();
    }
  }

  /** The sleeper may go on to the end before the other has closed a step, or not. */
  @LongRun
  @ParameterizedTest
  @ValueSource(strings = {"ACTION_WORKED debit", "ACTION_WORKED fee", "ACTION_WORKED credit"})
  void whoeverUndoesWaitsForATransactionThatIsUnderWay(String point) throws Exception {
    try (Loss loss = new Loss(new CrashBank.Victim("in " + point, true, point, 1))) {
      Future<Integer> recovered = threads.submit(loss.other::recover);
      Deadline.in(Duration.ofSeconds(60)).await("one waits for the other", LostLeaseTest::isLocked);
      SagaResult<SagaState> result = loss.wakeUp();
      assertThat(recovered.get(60, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(result).isEqualTo(loss.found());
      loss.proveEnded();
    }
  }

  /** One who sleeps at a point of a saga and has lost the lease, and another who may take it. */
  private static final class Loss implements AutoCloseable {
    private final CrashBank.Victim victim;
    private final Points points = new Points();
    private final Saga<SagaState> expired = CrashBank.saga(new Points());
    private final Sagas sleeper;
    private final Sagas other;
    private final Future<SagaResult<SagaState>> slept;

    Loss(CrashBank.Victim victim) throws Exception {
      this.victim = victim;
      Saga<SagaState> saga = CrashBank.saga(points);
      this.sleeper = sagas(saga, points);
      this.other = sagas(expired, new Points());
      points.haltAt(victim.point(), victim.transfer(), Sagas.id("crash", victim.transfer()));
      this.slept = threads.submit(() -> sleeper.run(saga, victim.transfer(), victim.input()));
      points.awaitHalted(1);
      expire(victim);
    }

    SagaResult<SagaState> wakeUp() throws Exception {
      points.letGo();
      return slept.get(60, TimeUnit.SECONDS);
    }

    SagaResult<SagaState> found() throws SQLException {
      return other.find(expired, victim.transfer()).orElseThrow();
    }

    void proveEnded() throws Exception {
      CrashBank.proveEnded(dataSource, other, expired, List.of(victim));
    }

    @Override
    public void close() {
      points.letGo();
      other.close();
      sleeper.close();
    }
  }

  @Test
  void aLivingProcessKeepsItsLease() throws Exception {
    Points points = new Points();
    CrashBank.Victim victim = new CrashBank.Victim("alive", true, "ACTION_TRIED fee", 2);
    Saga<SagaState> saga = CrashBank.saga(points);
    Duration lease = Duration.ofMillis(600);
    try (Sagas owner =
            Sagas.builder(dataSource)
                .saga(saga)
                .listener(points)
                .lease(lease)
                .withoutBackground()
                .build();
        Sagas other = sagas(saga, new Points())) {
      points.haltAt(victim.point(), victim.transfer(), Sagas.id("crash", victim.transfer()));
      Future<SagaResult<SagaState>> result =
          threads.submit(() -> owner.run(saga, victim.transfer(), victim.input()));
      points.awaitHalted(1);
      long start = dueAt(victim);
      Deadline.in(Duration.ofSeconds(60))
          .await("the lease was renewed over twice its time", () -> dueAt(victim) - start > 1_200);
      assertThat(other.overdue(Duration.ZERO)).isEmpty();
      points.letGo();
      assertThat(result.get(60, TimeUnit.SECONDS).isCompleted()).isTrue();
    }
  }

  private static Sagas sagas(Saga<SagaState> saga, Points points) {
    return Sagas.builder(dataSource).saga(saga).listener(points).withoutBackground().build();
  }

  /** Ends the lease, and with it the time that the saga has: whoever takes it over undoes it. */
  private static void expire(CrashBank.Victim victim) throws SQLException {
    int changed = 0;
    for (String shard : List.of("s0", "s1", "s2")) {
      try (Statement statement = plain.to(shard).createStatement()) {
        if (hasTable(statement)) {
          changed +=
              statement.executeUpdate(
                  "UPDATE shardjdbc.saga SET due_at = '-infinity', deadline_at = created_at"
                      + " WHERE key = '"
                      + victim.transfer()
                      + "'");
        }
      }
    }
    assertThat(changed).isEqualTo(1);
  }

  private static boolean hasTable(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT to_regclass('shardjdbc.saga')")) {
      return row.next() && row.getString(1) != null;
    }
  }

  private static long dueAt(CrashBank.Victim victim) throws SQLException {
    for (String shard : List.of("s0", "s1", "s2")) {
      try (Statement statement = plain.to(shard).createStatement()) {
        if (hasTable(statement)) {
          try (ResultSet row =
              statement.executeQuery(
                  "SELECT due_at FROM shardjdbc.saga WHERE key = '" + victim.transfer() + "'")) {
            if (row.next()) {
              return row.getTimestamp(1).getTime();
            }
          }
        }
      }
    }
    throw new IllegalStateException("no record");
  }

  private static boolean isLocked() throws SQLException {
    return !plain
        .rows(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND datname = current_database()")
        .isEmpty();
  }
}
