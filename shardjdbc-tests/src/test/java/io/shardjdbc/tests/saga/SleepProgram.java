package io.shardjdbc.tests.saga;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.Sagas;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a victim to each moment between transactions, says so, and goes on when it is told to.
 *
 * <p>Arguments: the name of the run, and a name and a URL for each shard.
 */
final class SleepProgram {

  private SleepProgram() {}

  /** Those that hold no locks where they halt. */
  static List<CrashBank.Victim> victims(String run) {
    return CrashBank.victims(run).stream().filter(v -> !v.point().contains("WORKED")).toList();
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, String> urls = new LinkedHashMap<>();
    for (int i = 1; i < arguments.length; i += 2) {
      urls.put(arguments[i], arguments[i + 1]);
    }
    Points points = new Points();
    Saga<SagaState> saga = CrashBank.saga(points);
    List<CrashBank.Victim> victims = victims(arguments[0]);
    try (ShardDataSource dataSource = Bank.open(urls, Duration.ofMinutes(1));
        Sagas sagas =
            Sagas.builder(dataSource)
                .saga(saga)
                .listener(points)
                .lease(Duration.ofMillis(1500))
                .withoutBackground()
                .build()) {
      List<Thread> threads = new ArrayList<>();
      for (CrashBank.Victim victim : victims) {
        points.haltAt(victim.point(), victim.transfer(), Sagas.id(saga.name(), victim.transfer()));
        Thread thread = new Thread(() -> run(sagas, saga, victim), victim.transfer());
        thread.start();
        threads.add(thread);
      }
      points.awaitHalted(victims.size());
      System.out.println("PID " + ProcessHandle.current().pid());
      if (System.in.read() < 0) {
        throw new IllegalStateException("nobody has woken it");
      }
      points.letGo();
      for (Thread thread : threads) {
        thread.join();
      }
      System.out.println("all have gone on");
    }
  }

  private static void run(Sagas sagas, Saga<SagaState> saga, CrashBank.Victim victim) {
    try {
      sagas.run(saga, victim.transfer(), victim.input());
    } catch (SQLException e) {
      System.out.println("FAILED " + victim + " " + e.getSQLState());
    }
  }
}
