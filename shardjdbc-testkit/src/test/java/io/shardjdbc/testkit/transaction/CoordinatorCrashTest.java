package io.shardjdbc.testkit.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The coordinator's process is killed at each step of a commit over three shards, and another
 * process recovers what it left.
 */
class CoordinatorCrashTest {

  /** The steps of a commit over three shards, and how often each of them is taken before. */
  private static final List<String> STEPS =
      List.of(
          "BEFORE_COMMIT 0",
          "BEFORE_PREPARE 0",
          "BEFORE_PREPARE 1",
          "PREPARED 0",
          "PREPARED 1",
          "BEFORE_NOTE 0",
          "NOTED 0",
          "BEFORE_DECISION 0",
          "DECIDED 0",
          "BEFORE_TELLING 0",
          "BEFORE_TELLING 1",
          "TOLD 0",
          "TOLD 1",
          "AFTER_COMMIT 0");

  private static final int FIRST_DECIDED = STEPS.indexOf("DECIDED 0");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @Test
  void whereverTheCoordinatorIsKilledAllShardsAgree() throws SQLException, IOException {
    Map<String, String> urls = cluster.primaryUrls();
    Accounts.createTables(urls);
    int runs = Math.max(STEPS.size(), Integer.getInteger("shardjdbc.twophase.runs", 0));
    int inDoubt = 0;
    ForkedJvm next = fork(urls);
    try (ShardDataSource dataSource = Accounts.open(urls)) {
      List<Long> accounts = List.copyOf(Accounts.accountOnEach(dataSource, urls.size()).values());
      for (int run = 0; run < runs; run++) {
        try (ForkedJvm coordinator = next) {
          coordinator.awaitLine("READY");
          next = run + 1 < runs ? fork(urls) : null;
          String step = STEPS.get(run % STEPS.size());
          standStill(coordinator, run, step, accounts);
          coordinator.killHard();
          inDoubt += dataSource.transactions().inDoubt().isEmpty() ? 0 : 1;
          Deadline.in(Accounts.PATIENCE)
              .await("recovery", () -> dataSource.transactions().recover().isClean());
          assertThat(dataSource.transactions().inDoubt()).as("run %d at %s", run, step).isEmpty();
          boolean committed = run % STEPS.size() >= FIRST_DECIDED;
          assertThat(Accounts.entered(urls, run))
              .as("run %d at %s", run, step)
              .containsExactlyInAnyOrderElementsOf(committed ? accounts : List.of());
        }
      }
    } finally {
      if (next != null) {
        next.close();
      }
    }
    assertThat(inDoubt).as("runs that left something to recover").isPositive();
    System.out.printf(
        "coordinator killed %d times at %d steps, %d times with something left prepared%n",
        runs, STEPS.size(), inDoubt);
  }

  private static ForkedJvm fork(Map<String, String> urls) throws IOException {
    List<String> arguments = new ArrayList<>();
    urls.forEach((name, url) -> arguments.addAll(List.of(name, url)));
    return ForkedJvm.run(
        List.of(),
        System.getProperty("java.class.path"),
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
        TransferProgram.class,
        arguments.toArray(new String[0]));
  }

  /** Lets it run up to a step. */
  private static void standStill(ForkedJvm coordinator, int run, String step, List<Long> accounts)
      throws IOException {
    String numbers = accounts.stream().map(String::valueOf).collect(Collectors.joining(" "));
    coordinator.writeLine(run + " " + step + " " + numbers);
    assertThat(coordinator.awaitLine("AT "))
        .isEqualTo("AT " + step.substring(0, (step + " ").indexOf(' ')));
  }
}
