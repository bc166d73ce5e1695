package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaResult;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sagas over healthy servers. */
class SagasTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static long here;
  private static long there;

  private final Saga<SagaState> transfer = Bank.transfer();

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

  @Test
  void allStepsOfACompletedSagaAreDoneAndItsStateIsTheLastOnes() throws SQLException {
    long before = Bank.balance(dataSource, here);
    try (Sagas sagas = Bank.sagas(dataSource, transfer)) {
      SagaResult<SagaState> result =
          sagas.run(transfer, "complete", Bank.input("complete", here, there, 10));
      assertThat(result.isCompleted()).isTrue();
      assertThat(result.state().getBoolean("credited")).isTrue();
      assertThat(result.reason()).isEmpty();
      assertThat(sagas.find(transfer, "complete")).contains(result);
    }
    assertThat(Bank.balance(dataSource, here)).isEqualTo(before - 10);
    assertThat(Bank.bookings(dataSource, "complete")).isEqualTo(2);
  }

  @Test
  void whatARejectedSagaHasDoneIsUndone() throws SQLException {
    long source = Bank.on(dataSource, "s0", 1);
    long target = Bank.on(dataSource, "s2", 0);
    try (Sagas sagas = Bank.sagas(dataSource, transfer)) {
      SagaResult<SagaState> poor =
          sagas.run(transfer, "poor", Bank.input("poor", source, target, 100_000));
      assertThat(poor.status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(poor.reason()).contains("step debit: rejected: insufficient funds");
      for (int i = 0; i < 4; i++) {
        long rich = Bank.on(dataSource, "s1", 1 + i);
        sagas.run(transfer, "rich" + i, Bank.input("rich" + i, rich, target, 1_000));
      }
      SagaResult<SagaState> full =
          sagas.run(transfer, "full", Bank.input("full", source, target, 500));
      assertThat(full.status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(full.reason()).contains("step credit: SQLSTATE 23514");
    }
    assertThat(Bank.balance(dataSource, source)).isEqualTo(Bank.START);
    assertThat(Bank.balance(dataSource, target)).isEqualTo(Bank.CEILING);
    assertThat(Bank.bookings(dataSource, "full")).as("one there, one back").isEqualTo(2);
  }

  @Test
  void oneKeyIsOneSagaHoweverOftenItIsStartedAndFromWhere() throws Exception {
    int starters = 8;
    CyclicBarrier together = new CyclicBarrier(starters);
    ExecutorService threads = Executors.newFixedThreadPool(starters);
    try (Sagas one = Bank.sagas(dataSource, transfer);
        Sagas other = Bank.sagas(dataSource, transfer)) {
      Callable<SagaResult<SagaState>> toOne =
          () -> {
            together.await();
            return one.run(transfer, "once", Bank.input("once", here, there, 7));
          };
      Callable<SagaResult<SagaState>> toOther =
          () -> {
            together.await();
            return other.run(transfer, "once", Bank.input("once", here, there, 7));
          };
      List<Callable<SagaResult<SagaState>>> all =
          Stream.iterate(0, i -> i + 1)
              .limit(starters)
              .map(i -> i % 2 == 0 ? toOne : toOther)
              .toList();
      List<SagaResult<SagaState>> results = new java.util.ArrayList<>();
      for (Future<SagaResult<SagaState>> result : threads.invokeAll(all)) {
        results.add(result.get());
      }
      assertThat(results).allMatch(SagaResult::isCompleted).containsOnly(results.get(0));
      assertThat(Bank.bookings(dataSource, "once")).isEqualTo(2);
      assertThatThrownBy(() -> one.run(transfer, "once", Bank.input("once", here, there, 8)))
          .isInstanceOf(SQLNonTransientException.class)
          .hasMessageContaining("SJ0801");
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aStepIsTriedAgainAsItsPolicySaysAndLeavesNothingOfAFailedTry() throws SQLException {
    AtomicInteger tries = new AtomicInteger();
    Saga<SagaState> shaky =
        Saga.builder("shaky", 1)
            .step(
                "only",
                step ->
                    step.on("accounts", state -> state.getLong("from"))
                        .retry(Bank.QUICK)
                        .action(
                            (connection, state) -> {
                              Bank.add(connection, state, "from", 0);
                              if (tries.incrementAndGet() < state.getLong("amount")) {
                                throw new SQLTransientException("not now", "55P03");
                              }
                              return state;
                            }))
            .build();
    try (Sagas sagas = Bank.sagas(dataSource, shaky)) {
      assertThat(sagas.run(shaky, "third", Bank.input("third", here, here, 3)).isCompleted())
          .isTrue();
      assertThat(Bank.bookings(dataSource, "third")).isEqualTo(1);
      tries.set(0);
      SagaResult<SagaState> never = sagas.run(shaky, "tenth", Bank.input("tenth", here, here, 10));
      assertThat(never.status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(never.reason()).contains("step only: SQLSTATE 55P03");
      assertThat(tries).hasValue(3);
      assertThat(Bank.bookings(dataSource, "tenth")).isZero();
    }
  }

  @Test
  void parallelStepsStartFromOneStateAndTheirValuesAreMerged() throws SQLException {
    Saga<SagaState> both =
        Saga.builder("both", 1)
            .parallel(
                group ->
                    group
                        .step("left", step -> setter(step, "from", "left"))
                        .step("right", step -> setter(step, "to", "right"))
                        .step("third", step -> setter(step, "to", "third")))
            .step(
                "last",
                step ->
                    step.on("accounts", state -> state.getLong("from"))
                        .action(
                            (connection, state) -> {
                              if (state.has("fail")) {
                                throw new IllegalArgumentException();
                              }
                              return state.without("left");
                            })
                        .retry(RetryPolicy.never()))
            .build();
    try (Sagas sagas = Bank.sagas(dataSource, both)) {
      SagaResult<SagaState> done = sagas.run(both, "good", Bank.input("good", here, there, 1));
      assertThat(done.isCompleted()).isTrue();
      assertThat(done.state().names()).contains("right", "third").doesNotContain("left");
      SagaResult<SagaState> undone =
          sagas.run(both, "bad", Bank.input("bad", here, there, 1).with("fail", true));
      assertThat(undone.status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(undone.reason()).contains("step last: java.lang.IllegalArgumentException");
    }
    assertThat(Bank.bookings(dataSource, "good")).isEqualTo(3);
    assertThat(Bank.bookings(dataSource, "bad")).as("three there, three back").isEqualTo(6);
  }

  private static void setter(
      io.shardjdbc.saga.StepBuilder<SagaState> step, String whose, String name) {
    long sign = name.equals("third") ? 2 : 1;
    step.on("accounts", state -> state.getLong(whose))
        .action(
            (connection, state) -> {
              assertThat(state.names()).hasSizeLessThan(6);
              Bank.add(connection, state, whose, sign);
              return state.with(name, BigDecimal.ONE);
            })
        .compensation((connection, state) -> Bank.add(connection, state, whose, -sign));
  }

  @Test
  void aStepCannotEndItsTransactionNorWriteToAnotherShard() throws SQLException {
    Saga<SagaState> bad =
        Saga.builder("bad", 1)
            .step(
                "only",
                step ->
                    step.on("accounts", state -> state.getLong("from"))
                        .action(
                            (connection, state) -> {
                              switch (state.getString("what")) {
                                case "commit" -> connection.commit();
                                case "rollback" -> connection.rollback();
                                case "on" -> connection.setAutoCommit(true);
                                case "statement" -> {
                                  try (Statement statement = connection.createStatement()) {
                                    statement.getConnection().commit();
                                  }
                                }
                                case "sql" -> {
                                  try (Statement statement = connection.createStatement()) {
                                    statement.execute(state.getString("sql"));
                                  }
                                }
                                default -> Bank.add(connection, state, "to", 1);
                              }
                              return state;
                            }))
            .build();
    try (Sagas sagas = Bank.sagas(dataSource, bad)) {
      for (String what : List.of("commit", "rollback", "on")) {
        SagaState input = Bank.input(what, here, there, 1).with("what", what);
        assertThat(sagas.run(bad, what, input).reason()).contains("step only: SJ0804");
      }
      SagaState named = Bank.input("statement", here, there, 1).with("what", "statement");
      assertThat(sagas.run(bad, "statement", named).reason()).contains("step only: SJ0804");
      for (String sql : List.of("COMMIT", "ABORT", "END", "/* x */ rollback", "SELECT 1; COMMIT")) {
        SagaState input = Bank.input(sql, here, there, 1).with("what", "sql").with("sql", sql);
        assertThat(sagas.run(bad, sql, input).reason()).as(sql).contains("step only: SJ0804");
      }
      SagaState input = Bank.input("away", here, there, 1).with("what", "write");
      assertThat(sagas.run(bad, "away", input).reason()).contains("step only: SJ0601");
    }
  }

  @Test
  void aStepCannotGiveItselfAnotherMode() throws SQLException {
    Saga<SagaState> bad =
        Saga.builder("mode", 1)
            .step(
                "only",
                step ->
                    step.on("accounts", state -> state.getLong("from"))
                        .action(
                            (connection, state) -> {
                              switch (state.getString("what")) {
                                case "local" ->
                                    connection
                                        .unwrap(ShardConnection.class)
                                        .setLocalTransactionMode(TransactionMode.TWO_PHASE);
                                case "session" ->
                                    connection
                                        .unwrap(ShardConnection.class)
                                        .setTransactionMode(TransactionMode.TWO_PHASE);
                                default -> {
                                  try (Statement statement = connection.createStatement()) {
                                    statement.execute(state.getString("what"));
                                  }
                                }
                              }
                              Bank.add(connection, state, "to", 1);
                              return state;
                            }))
            .build();
    try (Sagas sagas = Bank.sagas(dataSource, bad)) {
      for (String what :
          List.of(
              "local",
              "session",
              "SET LOCAL shardjdbc.transactions = 'two-phase'",
              "set local ShardJDBC.Transactions to best-effort",
              "/* x */ SET LOCAL shardjdbc . transactions = two-phase;",
              "SET shardjdbc.transactions = 'two-phase'",
              "SET SESSION shardjdbc.transactions = 'two-phase'",
              "SELECT 1; SET LOCAL shardjdbc.transactions = 'two-phase'")) {
        SagaState input = Bank.input("mode", here, there, 1).with("what", what);
        assertThat(sagas.run(bad, what, input).reason().orElseThrow())
            .as(what)
            .containsPattern("step only: (SJ0804|SJ0601)");
        assertThat(Bank.bookings(dataSource, "mode")).isZero();
      }
    }
  }

  @Test
  void aSagaThatIsStartedRunsInTheBackground() throws SQLException {
    try (Sagas sagas =
        Sagas.builder(dataSource).saga(transfer).interval(Duration.ofMillis(50)).build()) {
      UUID id = sagas.start(transfer, "later", Bank.input("later", here, there, 3));
      assertThat(sagas.start(transfer, "later", Bank.input("later", here, there, 3))).isEqualTo(id);
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "it is completed",
              () -> sagas.find(transfer, "later").orElseThrow().status() == SagaStatus.COMPLETED);
    }
    assertThat(Bank.bookings(dataSource, "later")).isEqualTo(2);
  }

  @Test
  void theTablesAreCreatedOnceHoweverManyNeedThemAtOnce() throws Exception {
    int starters = 6;
    try (Connection connection = cluster.connect("s2");
        var statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS shardjdbc CASCADE");
    }
    CyclicBarrier together = new CyclicBarrier(starters);
    ExecutorService threads = Executors.newFixedThreadPool(starters);
    try {
      Callable<Boolean> installer =
          () -> {
            try (Sagas sagas = Bank.sagas(dataSource, transfer)) {
              together.await();
              sagas.install();
              return true;
            }
          };
      for (var installed : threads.invokeAll(java.util.Collections.nCopies(starters, installer))) {
        assertThat(installed.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
  }
}
