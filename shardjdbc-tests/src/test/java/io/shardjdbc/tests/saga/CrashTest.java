package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The crash matrix of sagas: a process, and servers, are killed at each moment of a saga.
 *
 * <p>One kill hits a saga at each of its moments. {@code -Dshardjdbc.saga.runs=300} asks for so
 * many sagas for each kind of kill.
 */
@LongRun
class CrashTest {

  private static final int RUNS = Integer.getInteger("shardjdbc.saga.runs", 1);
  private static final String DATABASE = "bank";

  private static PostgresCluster cluster;
  private static ShardDataSource dataSource;

  @BeforeAll
  static void start() throws SQLException {
    cluster = PostgresCluster.builder().shards(3).start();
    cluster.createDatabase(DATABASE);
    dataSource = Bank.open(cluster.primaryUrls(DATABASE));
    Bank.create(dataSource);
  }

  @AfterAll
  static void stop() {
    dataSource.close();
    cluster.close();
  }

  /** Runs each victim in a thread of its own, which halts at its moment. */
  static void begin(
      Sagas sagas, Saga<SagaState> saga, Points points, List<CrashBank.Victim> victims) {
    for (CrashBank.Victim victim : victims) {
      points.haltAt(victim.point(), victim.transfer(), Sagas.id(saga.name(), victim.transfer()));
      Thread thread =
          new Thread(
              () -> {
                try {
                  sagas.run(saga, victim.transfer(), victim.input());
                } catch (SQLException e) {
                  // Its home shard was killed; whoever recovers it goes on.
                }
              },
              victim.transfer());
      thread.setDaemon(true);
      thread.start();
    }
  }

  @Test
  void aProcessIsKilledAtEachMomentOfASaga() throws Exception {
    Points never = new Points();
    Saga<SagaState> saga = CrashBank.saga(never);
    Map<SagaStatus, Integer> ends = new TreeMap<>();
    int killed = 0;
    try (Sagas sagas = Sagas.builder(dataSource).saga(saga).withoutBackground().build()) {
      for (int round = 0; killed < RUNS; round++) {
        List<CrashBank.Victim> victims = CrashBank.victims("jvm" + round);
        List<String> arguments = new ArrayList<>(List.of("jvm" + round));
        cluster.primaryUrls(DATABASE).forEach((name, url) -> arguments.addAll(List.of(name, url)));
        try (ForkedJvm jvm =
            ForkedJvm.run(
                List.of(),
                System.getProperty("java.class.path"),
                List.of(),
                CrashProgram.class,
                arguments.toArray(String[]::new))) {
          jvm.awaitLine("all are at their moments");
          jvm.killHard();
        }
        CrashBank.proveEnded(dataSource, sagas, saga, victims)
            .forEach((status, count) -> ends.merge(status, count, Integer::sum));
        killed += victims.size();
      }
    }
    System.out.println("sagas whose process was killed: " + killed + ", ended " + ends);
    assertThat(ends).containsOnlyKeys(SagaStatus.COMPLETED, SagaStatus.COMPENSATED);
  }

  @LongRun
  @Test
  void serversAreKilledAtEachMomentOfASaga() throws Exception {
    Map<SagaStatus, Integer> ends = new TreeMap<>();
    int killed = 0;
    for (int round = 0; killed < RUNS; round++) {
      Points points = new Points();
      Saga<SagaState> saga = CrashBank.saga(points);
      List<CrashBank.Victim> victims = CrashBank.victims("server" + round);
      try (Sagas sagas =
          Sagas.builder(dataSource)
              .saga(saga)
              .listener(points)
              .lease(Duration.ofMillis(1500))
              .withoutBackground()
              .build()) {
        begin(sagas, saga, points, victims);
        points.awaitHalted(victims.size());
        List<ClusterShard> shards = cluster.shards();
        List<ClusterShard> hit =
            round % 2 == 0 ? shards : shards.subList(round / 2 % 3, round / 2 % 3 + 1);
        hit.forEach(shard -> shard.primary().kill());
        points.letGo();
        hit.forEach(shard -> shard.primary().start());
        CrashBank.proveEnded(dataSource, sagas, saga, victims)
            .forEach((status, count) -> ends.merge(status, count, Integer::sum));
      }
      killed += victims.size();
    }
    System.out.println("sagas whose servers were killed: " + killed + ", ended " + ends);
    assertThat(ends).containsOnlyKeys(SagaStatus.COMPLETED, SagaStatus.COMPENSATED);
  }
}
