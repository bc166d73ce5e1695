package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaResult;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.StepAction;
import io.shardjdbc.saga.StepBuilder;
import io.shardjdbc.saga.StepRejectedException;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deadlines, interruptions, ends in the middle, and states that cannot be kept. */
@LongRun
class BoundedSagasTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static ExecutorService threads;
  private static long here;
  private static long there;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Bank.open(cluster.primaryUrls());
    Bank.create(dataSource);
    threads = Executors.newCachedThreadPool();
    here = Bank.on(dataSource, "s0", 0);
    there = Bank.on(dataSource, "s1", 0);
  }

  @AfterAll
  static void close() {
    threads.shutdown();
    dataSource.close();
  }

  private static void undoable(StepBuilder<SagaState> step, StepAction<SagaState> then) {
    undoable(step, 1, then);
  }

  private static void undoable(
      StepBuilder<SagaState> step, long amount, StepAction<SagaState> then) {
    step.on("accounts", state -> state.getLong("from"))
        .retry(Bank.QUICK)
        .action(
            (connection, state) -> {
              Bank.add(connection, state, "from", amount);
              return then.run(connection, state);
            })
        .compensation((connection, state) -> Bank.add(connection, state, "from", -amount));
  }

  private static Saga<SagaState> one(String name, Duration deadline, StepAction<SagaState> then) {
    return Saga.builder(name, 1)
        .step(
            "only",
            step -> {
              undoable(step, then);
              step.deadline(deadline);
            })
        .build();
  }

  @Test
  void deadlinesMayBeLongerThanAServersClockCounts() throws SQLException {
    for (Duration long_ :
        List.of(
            Duration.ofDays(30), Duration.ofDays(1_000_000), Duration.ofSeconds(Long.MAX_VALUE))) {
      Saga<SagaState> saga =
          Saga.builder("long " + long_, 1)
              .deadline(long_)
              .step(
                  "only",
                  step -> {
                    undoable(step, (connection, state) -> state);
                    step.deadline(long_).retry(new RetryPolicy(2, Duration.ZERO, long_));
                  })
              .build();
      try (Sagas sagas =
          Sagas.builder(dataSource)
              .saga(saga)
              .lease(long_)
              .retention(long_)
              .patience(long_)
              .withoutBackground()
              .build()) {
        assertThat(sagas.run(saga, "k", Bank.input("long " + long_, here, there, 1)).isCompleted())
            .isTrue();
        assertThat(sagas.overdue(long_)).isEmpty();
        sagas.recover();
      }
    }
  }

  @Test
  void nothingIsCommittedAfterAStepsDeadline() throws SQLException {
    Saga<SagaState> slow =
        one(
            "slow in sum",
            Duration.ofSeconds(1),
            (connection, state) -> {
              for (int i = 0; i < 4; i++) { // each quick enough, together not
                try (Statement statement = connection.createStatement()) {
                  statement.execute("/* shardjdbc: shard=s0 */ SELECT pg_sleep(0.4)");
                }
              }
              return state;
            });
    try (Sagas sagas = Bank.sagas(dataSource, slow)) {
      SagaResult<SagaState> result = sagas.run(slow, "k", Bank.input("in sum", here, there, 1));
      assertThat(result.status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(result.reason()).contains("step only: SJ0867; its deadline has passed");
      assertThat(Bank.bookings(dataSource, "in sum")).isZero();
    }
  }

  @Test
  void aStepsTimeEndsWithItsSagas() throws SQLException {
    Saga<SagaState> slow =
        Saga.builder("slow saga", 1)
            .deadline(Duration.ofSeconds(1))
            .step(
                "only",
                step ->
                    undoable(
                        step,
                        (connection, state) -> {
                          for (int i = 0; i < 4; i++) { // each quick enough, together not
                            try (Statement statement = connection.createStatement()) {
                              statement.execute("/* shardjdbc: shard=s0 */ SELECT pg_sleep(0.4)");
                            }
                          }
                          return state;
                        }))
            .build();
    try (Sagas sagas = Bank.sagas(dataSource, slow)) {
      SagaResult<SagaState> result = sagas.run(slow, "k", Bank.input("slow saga", here, there, 1));
      assertThat(result.status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(Bank.bookings(dataSource, "slow saga")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"thrown", "wrapped", "flag", "statement"})
  void anInterruptionIsNoReasonToUndo(String how) throws Exception {
    AtomicBoolean first = new AtomicBoolean(true);
    Saga<SagaState> saga =
        Saga.builder("interrupted " + how, 1)
            .step("before", step -> undoable(step, 7, (connection, state) -> state))
            .step(
                "only",
                step -> {
                  undoable(
                      step,
                      (connection, state) -> {
                        if (first.getAndSet(false)) {
                          switch (how) {
                            case "thrown" -> throw new InterruptedException();
                            case "wrapped" ->
                                throw new IllegalStateException(new InterruptedException());
                            case "flag" -> {
                              Thread.currentThread().interrupt();
                              throw new IllegalStateException("whatever came of it");
                            }
                            default -> {
                              Thread.currentThread().interrupt();
                              Bank.add(connection, state, "from", 2);
                              throw new IllegalStateException("the driver took no notice");
                            }
                          }
                        }
                        return state;
                      });
                  step.retry(RetryPolicy.never());
                })
            .build();
    String transfer = "interrupted " + how;
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      assertThatThrownBy(() -> sagas.run(saga, how, Bank.input(transfer, here, here, 1)))
          .hasMessageContaining("SJ0802");
      assertThat(Thread.interrupted()).as("the caller sees it").isTrue();
      assertThat(sagas.recover()).as("it is due at once").isEqualTo(1);
      assertThat(sagas.find(saga, how).orElseThrow().status()).isEqualTo(SagaStatus.COMPLETED);
    }
  }

  @Test
  void anInterruptionInAParallelGroupIsNoReasonToUndo() throws Exception {
    AtomicBoolean first = new AtomicBoolean(true);
    StepAction<SagaState> once =
        (connection, state) -> {
          if (first.getAndSet(false)) {
            Thread.currentThread().interrupt();
            throw new InterruptedException();
          }
          return state;
        };
    Saga<SagaState> saga =
        Saga.builder("interrupted group", 1)
            .parallel(
                group ->
                    group
                        .step(
                            "left",
                            step ->
                                step.on("accounts", s -> s.getLong("from"))
                                    .action((connection, state) -> state))
                        .step(
                            "right",
                            step ->
                                step.on("accounts", s -> s.getLong("to"))
                                    .retry(RetryPolicy.never())
                                    .action(once)))
            .build();
    try (Sagas sagas =
        Sagas.builder(dataSource).saga(saga).interval(Duration.ofMillis(20)).build()) {
      sagas.start(saga, "k", Bank.input("group", here, there, 1));
      Deadline.in(Duration.ofSeconds(60))
          .await("it has ended", () -> sagas.find(saga, "k").orElseThrow().status().isEnd());
      assertThat(sagas.find(saga, "k").orElseThrow().status()).isEqualTo(SagaStatus.COMPLETED);
    }
  }

  @Test
  void anEndBesideAParallelGroupKeepsNobodyWaiting() throws Exception {
    AtomicReference<Sagas> itself = new AtomicReference<>();
    AtomicBoolean first = new AtomicBoolean(true);
    Saga<SagaState> saga =
        Saga.builder("ended group", 1)
            .parallel(
                group -> {
                  for (int i = 0; i < 6; i++) {
                    int number = i;
                    group.step(
                        "step" + i,
                        step ->
                            step.on("accounts", s -> s.getLong("from"))
                                .action(
                                    (connection, state) -> {
                                      if (number
                                          == 2) { // in the caller's thread, as there is one other
                                        Thread closer = new Thread(() -> itself.get().close());
                                        closer.start();
                                        closer.join();
                                      }
                                      return state;
                                    }));
                  }
                })
            .build();
    Sagas sagas = Sagas.builder(dataSource).saga(saga).threads(1).withoutBackground().build();
    itself.set(sagas);
    Future<SagaResult<SagaState>> result =
        threads.submit(() -> sagas.run(saga, "k", Bank.input("ended", here, there, 1)));
    assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS)).hasMessageContaining("SJ0802");
    try (Sagas other = Bank.sagas(dataSource, saga)) {
      assertThat(other.recover()).as("it is due at once").isEqualTo(1);
      assertThat(other.find(saga, "k").orElseThrow().isCompleted()).isTrue();
    }
  }

  @Test
  void aStepMayCloseTheSagasThatRunIt() throws Exception {
    AtomicReference<Sagas> itself = new AtomicReference<>();
    AtomicBoolean closed = new AtomicBoolean();
    Saga<SagaState> saga =
        one(
            "closing",
            Duration.ofSeconds(30),
            (connection, state) -> {
              if (!closed.get()) {
                itself.get().close();
                closed.set(true);
              }
              return state;
            });
    Sagas sagas = Sagas.builder(dataSource).saga(saga).interval(Duration.ofMillis(20)).build();
    itself.set(sagas);
    sagas.start(saga, "k", Bank.input("closing", here, there, 1));
    Deadline.in(Duration.ofSeconds(50)).await("it has closed them", closed::get);
    try (Sagas other = Bank.sagas(dataSource, saga)) {
      Deadline.in(Duration.ofSeconds(50))
          .await(
              "it is completed",
              () -> {
                other.recover();
                return other.find(saga, "k").orElseThrow().isCompleted();
              });
    }
    assertThat(Bank.bookings(dataSource, "closing")).isOne();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void parallelStatesThatAreTooLargeTogetherEndTheSaga(boolean last) throws SQLException {
    String large = "x".repeat(150_000);
    var builder =
        Saga.builder("large " + last, 1)
            .parallel(
                group ->
                    group
                        .step("left", step -> undoable(step, (c, state) -> state.with("l", large)))
                        .step(
                            "right",
                            step -> undoable(step, 7, (c, state) -> state.with("r", large))));
    if (!last) {
      builder.step("after", step -> undoable(step, 9, (c, state) -> state));
    }
    Saga<SagaState> saga = builder.build();
    String transfer = "large " + last;
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      SagaResult<SagaState> result = sagas.run(saga, "k", Bank.input(transfer, here, there, 1));
      assertThat(result.status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(result.reason().orElseThrow()).startsWith("parallel steps returned states");
      assertThat(sagas.recover()).isZero();
    }
  }

  @Test
  void reasonsAreLinesThatAServerCanKeep() throws SQLException {
    Saga<SagaState> saga =
        one(
            "reasons",
            Duration.ofSeconds(30),
            (connection, state) -> {
              throw new StepRejectedException("no\0\n\ud83d" + "x".repeat(100_000));
            });
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      SagaResult<SagaState> result = sagas.run(saga, "k", Bank.input("reasons", here, there, 1));
      assertThat(result.status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(result.reason().orElseThrow())
          .startsWith("step only: rejected: no   xxx")
          .hasSizeLessThan(600);
    }
  }
}
