package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.session.Fence;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drawn programs under drawn faults: nothing acknowledged is missing, nothing reported failed
 * stands, nothing is done twice, what is unknown is called unknown, and nothing stays prepared.
 *
 * <p>{@code -Dshardjdbc.faults.programs=N} runs more of them, {@code -Dshardjdbc.faults.seed=N}
 * others, and {@code -Dshardjdbc.faults.fences=true} takes out all fences, one after another.
 */
class FaultProgramsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final int PROGRAMS = Integer.getInteger("shardjdbc.faults.programs", 40);
  private static final long FIRST_SEED = Long.getLong("shardjdbc.faults.seed", 1);
  private static final boolean ALL_FENCES = Boolean.getBoolean("shardjdbc.faults.fences");
  private static final int MOST_PROGRAMS = 2_000;
  private static final int OPS_OF_A_PROGRAM = 100;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Tally tally = new Tally();

  @AfterEach
  void end() {
    threads.shutdownNow();
    for (Fence fence : Fence.values()) {
      fence.out(false);
    }
  }

  /** Runs programs, until one is wrong. */
  private List<String> run(int programs, long firstSeed) throws Exception {
    try (Bank bank = new Bank(cluster.cluster(), cluster.database())) {
      for (int program = 0; program < programs; program++) {
        long firstOp = 1 + program * (long) OPS_OF_A_PROGRAM;
        List<String> wrong =
            new FaultProgram(bank, firstSeed + program, firstOp).run(threads, tally);
        if (!wrong.isEmpty()) {
          return wrong;
        }
      }
    }
    return List.of();
  }

  @Test
  void whatStandsIsWhatCallersWereTold() throws Exception {
    long start = System.nanoTime();
    assertThat(run(PROGRAMS, FIRST_SEED)).isEmpty();
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    System.out.printf("%d programs under faults in %d ms: %s%n", PROGRAMS, millis, tally);
    assertThat(tally.of(Told.DONE)).isPositive();
    assertThat(tally.of(Told.FAILED)).isPositive();
    assertThat(tally.of(Told.UNKNOWN)).isPositive();
  }

  static List<Fence> fences() {
    return ALL_FENCES ? List.of(Fence.values()) : List.of(Fence.LOST_ANSWERS);
  }

  @ParameterizedTest
  @MethodSource("fences")
  void withAFenceTakenOutTheViolationIsFound(Fence fence) throws Exception {
    fence.out(true);
    List<String> wrong = run(MOST_PROGRAMS, FIRST_SEED);
    System.out.printf("without %s: %s%n", fence, wrong.isEmpty() ? "nothing" : wrong.get(1));
    assertThat(wrong).isNotEmpty();
  }
}
