package io.shardjdbc.tests.reshard;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaResult;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.StepRejectedException;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Transfers between users in steps, some of which are undone: what acts twice changes the sum. */
final class SagaTransfers {
  private static final Saga<SagaState> TRANSFER =
      Saga.builder("transfer", 1)
          .step(
              "take",
              step ->
                  step.on("users", s -> s.getLong("from"))
                      .action((on, s) -> add(on, s, "from", -s.getLong("amount")))
                      .compensation((on, s) -> add(on, s, "from", s.getLong("amount"))))
          .step(
              "give",
              step ->
                  step.on("users", s -> s.getLong("to"))
                      .action((on, s) -> add(on, s, "to", s.getLong("amount"))))
          .build();

  private SagaTransfers() {}

  /** Those of a process; what another one leaves is gone on with soon. */
  static Sagas in(ShardDataSource process) {
    return Sagas.builder(process)
        .saga(TRANSFER)
        .lease(Duration.ofSeconds(3))
        .interval(Duration.ofMillis(500))
        .patience(Duration.ofSeconds(10))
        .threads(2)
        .build();
  }

  /** One of them; an amount of 7 is refused by whoever should get it. */
  static void run(Sagas sagas, int from, int to, long amount) throws SQLException {
    SagaState input =
        SagaState.of("from", (long) from).with("to", (long) to).with("amount", amount);
    SagaResult<SagaState> result = sagas.run(TRANSFER, UUID.randomUUID().toString(), input);
    boolean isUndone = result.status() == SagaStatus.COMPENSATED;
    if (isUndone ? amount != 7 : result.status() != SagaStatus.COMPLETED) {
      throw new IllegalStateException("a transfer is " + result.status() + ": " + result.reason());
    }
  }

  /**
   * Goes on with what killed processes have left, until all have ended; what waits for a person.
   */
  static List<String> end(
      ShardDataSource rest, Duration allowed, Deadline.Condition<SQLException> ended)
      throws SQLException {
    try (Sagas sagas = in(rest)) {
      Deadline.in(allowed)
          .await(
              "all sagas have ended",
              () -> {
                sagas.recover();
                return ended.holds();
              });
      return sagas.parked().stream().map(parked -> "parked: " + parked.reason()).toList();
    }
  }

  private static SagaState add(Connection connection, SagaState state, String who, long amount)
      throws SQLException, StepRejectedException {
    if (who.equals("to") && amount == 7) {
      throw new StepRejectedException("no");
    }
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE users SET balance = balance + ? WHERE id = ?")) {
      update.setLong(1, amount);
      update.setLong(2, state.getLong(who));
      if (update.executeUpdate() != 1) {
        throw new IllegalStateException("user " + state.getLong(who) + " is not there");
      }
    }
    return state;
  }
}
