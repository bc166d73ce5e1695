package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process is stopped past its leases, at each moment of a saga, and wakes up afterwards. */
@LongRun
class SleepingProcessTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @Test
  void whatOthersHaveEndedMeanwhileStaysAsItIs() throws Exception {
    Saga<SagaState> saga = CrashBank.saga(new Points());
    List<CrashBank.Victim> victims = SleepProgram.victims("sleep");
    List<String> arguments = new ArrayList<>(List.of("sleep"));
    cluster.primaryUrls().forEach((name, url) -> arguments.addAll(List.of(name, url)));
    try (ShardDataSource dataSource = Bank.open(cluster.primaryUrls());
        Sagas sagas = Bank.sagas(dataSource, saga)) {
      Bank.create(dataSource);
      try (ForkedJvm jvm =
          ForkedJvm.run(
              List.of(),
              System.getProperty("java.class.path"),
              List.of(),
              SleepProgram.class,
              arguments.toArray(String[]::new))) {
        String pid = jvm.awaitLine("PID ").substring("PID ".length());
        signal("-STOP", pid);
        Map<SagaStatus, Integer> ends;
        try {
          ends = CrashBank.proveEnded(dataSource, sagas, saga, victims);
        } finally {
          signal("-CONT", pid);
        }
        jvm.writeLine("go");
        jvm.awaitLine("all have gone on");
        assertThat(CrashBank.proveEnded(dataSource, sagas, saga, victims)).isEqualTo(ends);
      }
    }
  }

  private static void signal(String name, String pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", name, pid).inheritIO().start().waitFor()).isZero();
  }
}
