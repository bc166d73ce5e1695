package io.shardjdbc.tests.saga;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.Sagas;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a victim to each moment, says so, and lives until it is killed. */
final class CrashProgram {

  private CrashProgram() {}

  public static void main(String[] arguments) throws Exception {
    String run = arguments[0];
    Map<String, String> urls = new LinkedHashMap<>();
    for (int i = 1; i < arguments.length; i += 2) {
      urls.put(arguments[i], arguments[i + 1]);
    }
    Points points = new Points();
    Saga<SagaState> saga = CrashBank.saga(points);
    List<CrashBank.Victim> victims = CrashBank.victims(run);
    try (ShardDataSource dataSource = Bank.open(urls);
        Sagas sagas =
            Sagas.builder(dataSource)
                .saga(saga)
                .listener(points)
                .lease(Duration.ofMillis(1500))
                .withoutBackground()
                .build()) {
      CrashTest.begin(sagas, saga, points, victims);
      points.awaitHalted(victims.size());
      System.out.println("all are at their moments");
      while (System.in.read() >= 0) {
        // Goes on until it is killed.
      }
    }
  }
}
