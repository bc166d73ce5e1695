package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaResult;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.SagaSummary;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sagas that cannot go on: a person, a deadline or a server ends that. */
class StuckSagasTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static long here;
  private static long there;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Bank.open(cluster.primaryUrls());
    Bank.create(dataSource);
    here = Bank.on(dataSource, "s0", 0);
    there = Bank.on(dataSource, "s1", 0);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @LongRun
  @Test
  void aCompensationThatGoesOnFailingIsParkedAndCanBeTriedAgainOrSettled() throws SQLException {
    AtomicBoolean broken = new AtomicBoolean(true);
    Saga<SagaState> stuck =
        Saga.builder("stuck", 1)
            .step("first", step -> undoable(step, "from", new AtomicBoolean()))
            .step("second", step -> undoable(step, "to", broken))
            .step(
                "third",
                step ->
                    step.on("accounts", state -> state.getLong("to"))
                        .action(
                            (connection, state) -> {
                              throw new IllegalStateException();
                            })
                        .retry(RetryPolicy.never()))
            .build();
    try (Sagas sagas = Bank.sagas(dataSource, stuck)) {
      SagaResult<SagaState> parked =
          sagas.run(stuck, "retried", Bank.input("retried", here, there, 2));
      assertThat(parked.status()).isEqualTo(SagaStatus.PARKED);
      assertThat(parked.reason())
          .contains(
              "step third: java.lang.IllegalStateException;"
                  + " compensation, step second: SQLSTATE 23514");
      assertThat(sagas.parked())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.id()).isEqualTo(parked.id());
                assertThat(one.step()).contains("second");
                assertThat(one.key()).isEqualTo("retried");
                assertThat(one.toString()).doesNotContain("retried");
              });
      assertThat(Bank.bookings(dataSource, "retried")).isEqualTo(2);

      broken.set(false);
      sagas.retry(parked.id());
      assertThat(sagas.recover()).isEqualTo(1);
      assertThat(sagas.find(stuck, "retried").orElseThrow().status())
          .isEqualTo(SagaStatus.COMPENSATED);
      assertThat(Bank.bookings(dataSource, "retried")).isEqualTo(4);
      assertThatThrownBy(() -> sagas.retry(parked.id())).hasMessageContaining("SJ0803");

      broken.set(true);
      UUID settled = sagas.run(stuck, "settled", Bank.input("settled", here, there, 2)).id();
      sagas.settle(settled);
      assertThat(sagas.recover()).isEqualTo(1);
      assertThat(sagas.find(stuck, "settled").orElseThrow().status())
          .isEqualTo(SagaStatus.COMPENSATED);
      assertThat(Bank.bookings(dataSource, "settled"))
          .as("all but what the person has done")
          .isEqualTo(3);
      assertThat(sagas.parked()).isEmpty();
    }
  }

  private static void undoable(
      io.shardjdbc.saga.StepBuilder<SagaState> step, String whose, AtomicBoolean broken) {
    step.on("accounts", state -> state.getLong(whose))
        .retry(Bank.QUICK)
        .action(
            (connection, state) -> {
              Bank.add(connection, state, whose, 1);
              return state;
            })
        .compensation(
            (connection, state) ->
                Bank.add(connection, state, whose, broken.get() ? -1_000_000 : -1));
  }

  @Test
  void aSagaThatIsTooLateIsCompensated() throws SQLException {
    Saga<SagaState> late =
        Saga.builder("late", 1)
            .deadline(Duration.ofMillis(1))
            .step("first", step -> undoable(step, "from", new AtomicBoolean()))
            .build();
    try (Sagas sagas = Bank.sagas(dataSource, late)) {
      sagas.start(late, "late", Bank.input("late", here, there, 1));
      Deadline.in(Duration.ofSeconds(60)).await("it is due", () -> sagas.recover() == 1);
      SagaResult<SagaState> result = sagas.find(late, "late").orElseThrow();
      assertThat(result.status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(result.reason()).contains("its deadline has passed before step first");
    }
  }

  @Test
  void aStatementThatOutlastsItsStepsDeadlineIsEndedByTheServer() throws SQLException {
    Saga<SagaState> slow =
        Saga.builder("slow", 1)
            .step(
                "only",
                step ->
                    step.on("accounts", state -> state.getLong("from"))
                        .deadline(Duration.ofMillis(200))
                        .action(
                            (connection, state) -> {
                              try (var statement = connection.createStatement()) {
                                statement.execute(
                                    "/* shardjdbc: shard=s0 */ SELECT pg_sleep(3600)");
                              }
                              return state;
                            }))
            .build();
    try (Sagas sagas = Bank.sagas(dataSource, slow)) {
      SagaResult<SagaState> result = sagas.run(slow, "slow", Bank.input("slow", here, there, 1));
      assertThat(result.status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(result.reason().orElseThrow()).startsWith("step only: SQLSTATE 57014");
    }
  }

  @LongRun
  @Test
  void whatEndedLongAgoIsForgottenWithItsJournalAndWhatIsParkedIsNot() throws SQLException {
    Saga<SagaState> saga =
        Saga.builder("forgotten", 1)
            .step("first", step -> undoable(step, "from", new AtomicBoolean(true)))
            .step(
                "second",
                step ->
                    step.on("accounts", state -> state.getLong("to"))
                        .retry(RetryPolicy.never())
                        .action(
                            (connection, state) -> {
                              if (state.getLong("amount") == 0) {
                                throw new IllegalStateException();
                              }
                              return state;
                            }))
            .build();
    UUID first;
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      first = sagas.run(saga, "ended", Bank.input("ended", here, there, 1)).id();
      UUID parked = sagas.run(saga, "parked", Bank.input("parked", here, there, 0)).id();
      assertThat(journal(first)).isEqualTo(2);
      try (Sagas forgetful =
          Sagas.builder(dataSource).saga(saga).retention(Duration.ofMillis(100)).build()) {
        Deadline.in(Duration.ofSeconds(60))
            .await("it is forgotten", () -> forgetful.find(saga, "ended").isEmpty());
        assertThat(forgetful.parked()).extracting(SagaSummary::id).containsExactly(parked);
      }
      assertThat(journal(first)).isZero();
      assertThat(journal(parked)).isPositive();
      assertThat(Bank.bookings(dataSource, "ended")).isOne();
      assertThat(sagas.run(saga, "ended", Bank.input("again", here, there, 2)).isCompleted())
          .as("a key that is forgotten is free")
          .isTrue();
      sagas.settle(parked);
      assertThat(sagas.recover()).isOne();
    }
  }

  private static long journal(UUID saga) throws SQLException {
    long rows = 0;
    for (String shard : List.of("s0", "s1", "s2")) {
      rows +=
          Bank.number(
              dataSource,
              "/* shardjdbc: shard=%s */ SELECT count(*) FROM shardjdbc.saga_step WHERE saga_id = '%s'"
                  .formatted(shard, saga));
    }
    return rows;
  }
}
