package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaResult;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.StepBuilder;
import io.shardjdbc.saga.StepRejectedException;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.Whole;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A saga of three steps that is killed at all its moments, and the proof of what it left. */
final class CrashBank {

  private static final long AMOUNT = 10;
  private static final long FEE = 1;
  private static final int ACCOUNTS_EACH = 3;

  private static final RetryPolicy PATIENT =
      new RetryPolicy(6, Duration.ofMillis(50), Duration.ofSeconds(2));

  /** With all of them at once on a slow machine: a step that is late would end its saga. */
  private static final Duration LONG = Duration.ofMinutes(2);

  private CrashBank() {}

  /** One saga to be killed: its key, and where. */
  record Victim(String transfer, boolean good, String point, int number) {

    SagaState input() {
      long first = 1 + (long) number * ACCOUNTS_EACH; // of its own: a halted one holds locks
      return SagaState.of("transfer", transfer)
          .with("from", first)
          .with("office", first + 1)
          .with("to", first + 2)
          .with("good", good);
    }
  }

  /**
   * A victim for each moment, in runs of which each has a name of its own; before its last step a
   * saga does not know whether it will end well.
   */
  static List<Victim> victims(String run) {
    List<Victim> victims = new ArrayList<>();
    for (boolean good : new boolean[] {true, false}) {
      List<String> points = Points.of(good);
      int last = points.indexOf("ACTION_DONE fee");
      List<String> own = good ? points : points.subList(last, points.size());
      for (String point : Whole.or(own, points)) {
        int number = victims.size();
        victims.add(new Victim(run + "-" + number, good, point, number));
      }
    }
    return victims;
  }

  static Saga<SagaState> saga(Points points) {
    return Saga.builder("crash", 1)
        .step("debit", step -> booking(step, points, "debit", "from", -AMOUNT - FEE))
        .step("fee", step -> booking(step, points, "fee", "office", FEE))
        .step(
            "credit",
            step ->
                step.on("accounts", state -> state.getLong("to"))
                    .deadline(LONG)
                    .retry(PATIENT)
                    .action(
                        (connection, state) -> {
                          if (!state.getBoolean("good")) {
                            throw new StepRejectedException("not a good one");
                          }
                          Bank.add(connection, state, "to", AMOUNT);
                          points.at(state.getString("transfer"), "ACTION_WORKED credit");
                          return state;
                        }))
        .build();
  }

  private static void booking(
      StepBuilder<SagaState> step, Points points, String name, String whose, long amount) {
    step.on("accounts", state -> state.getLong(whose))
        .deadline(LONG)
        .retry(PATIENT)
        .action(
            (connection, state) -> {
              Bank.add(connection, state, whose, amount);
              points.at(state.getString("transfer"), "ACTION_WORKED " + name);
              return state.with(name, true);
            })
        .compensation(
            (connection, state) -> {
              Bank.add(connection, state, whose, -amount);
              points.at(state.getString("transfer"), "COMPENSATION_WORKED " + name);
            });
  }

  /** Recovers until all have ended, and proves each one whole or undone. */
  static Map<SagaStatus, Integer> proveEnded(
      ShardDataSource dataSource, Sagas sagas, Saga<SagaState> saga, List<Victim> victims)
      throws SQLException {
    Map<SagaStatus, Integer> ends = new TreeMap<>();
    Deadline deadline = Deadline.in(Duration.ofMinutes(2));
    for (Victim victim : victims) {
      deadline.await(
          victim + " has ended",
          () -> {
            sagas.recover();
            return sagas.find(saga, victim.transfer()).orElseThrow().status().isEnd();
          });
      SagaResult<SagaState> result = sagas.find(saga, victim.transfer()).orElseThrow();
      ends.merge(result.status(), 1, Integer::sum);
      assertThat(bookings(dataSource, victim))
          .as("%s: %s", victim, result)
          .isEqualTo(expected(victim, result.status()));
      if (result.status() != SagaStatus.COMPLETED) {
        assertThat(result.reason()).as("%s", victim).isPresent();
      }
      assertThat(sagas.run(saga, victim.transfer(), victim.input())).isEqualTo(result);
    }
    assertThat(Bank.total(dataSource)).isEqualTo(Bank.ACCOUNTS * Bank.START);
    assertThat(sagas.recover()).isZero();
    return ends;
  }

  private static String expected(Victim victim, SagaStatus status) {
    return switch (status) {
      case COMPLETED -> "sum 0 of 3 bookings";
      case COMPENSATED -> "sum 0 of " + (victim.good() ? "0, 2 or 4" : "4") + " bookings";
      default -> "no " + status;
    };
  }

  private static String bookings(ShardDataSource dataSource, Victim victim) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT sum(amount), count(*) FROM bookings WHERE transfer = '"
                    + victim.transfer()
                    + "'")) {
      row.next();
      long count = row.getLong(2);
      String shown = count % 2 == 0 && victim.good() ? "0, 2 or 4" : Long.toString(count);
      return "sum " + row.getLong(1) + " of " + shown + " bookings";
    }
  }
}
