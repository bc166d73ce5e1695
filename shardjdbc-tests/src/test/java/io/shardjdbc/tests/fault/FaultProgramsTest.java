package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.fence.Fence;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drawn programs under drawn faults: nothing acknowledged is missing, nothing reported failed
 * stands, nothing is done twice, what is unknown is called unknown, and nothing stays prepared or
 * parked without a reason.
 *
 * <p>{@code -Dshardjdbc.faults.programs=N} runs more of them, {@code -Dshardjdbc.faults.seed=N}
 * others, {@code -Dshardjdbc.faults.lanes=N} so many side by side, and {@code
 * -Dshardjdbc.faults.fences=NAME,NAME} takes out some fences only.
 */
class FaultProgramsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final int PROGRAMS = Integer.getInteger("shardjdbc.faults.programs", 12);
  private static final long FIRST_SEED = Long.getLong("shardjdbc.faults.seed", 1);
  private static final int LANES = Integer.getInteger("shardjdbc.faults.lanes", 8);

  private static final String FENCES = System.getProperty("shardjdbc.faults.fences", "all");

  /** How many programs that aim at what a fence keeps out may miss it. */
  private static final int MOST_PROGRAMS = Integer.getInteger("shardjdbc.faults.most", 400);

  /** How many such hunts may miss it, each in databases of its own. */
  private static final int MOST_HUNTS = 3;

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static Lanes lanes;

  @BeforeAll
  static void open() throws Exception {
    lanes = new Lanes(cluster.cluster(), cluster.database(), LANES, THREADS);
  }

  @AfterAll
  static void close() throws Exception {
    THREADS.shutdownNow();
    lanes.close();
  }

  @AfterEach
  void putBack() {
    for (Fence fence : Fence.values()) {
      fence.out(false);
    }
  }

  @Test
  void whatStandsIsWhatCallersWereTold() throws Exception {
    Tally tally = new Tally();
    long start = System.nanoTime();
    int ran = 0;
    do {
      assertThat(lanes.run(Aim.ANYTHING, PROGRAMS, FIRST_SEED + ran, tally)).isEmpty();
      ran += PROGRAMS;
    } while (!hasAll(tally) && ran < MOST_PROGRAMS);
    System.out.printf("%d programs under faults in %d ms: %s%n", ran, millis(start), tally);
    assertThat(hasAll(tally)).isTrue();
  }

  /** Whether callers were told all that they can be; a few programs may meet no unknown outcome. */
  private static boolean hasAll(Tally tally) {
    return Stream.of(Told.DONE, Told.FAILED, Told.UNKNOWN).allMatch(told -> tally.of(told) > 0);
  }

  private static long millis(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  private static List<String> hunted(Lanes in, Fence fence, long seed, Tally tally)
      throws Exception {
    Aim aim = Aim.at(fence);
    List<String> wrong = in.run(aim, aim.most(MOST_PROGRAMS), seed, tally);
    fence.out(false);
    in.putRight();
    return wrong;
  }

  static List<Fence> fences() {
    return FENCES.equals("all")
        ? Stream.of(Fence.values()).filter(Aim::isAt).toList()
        : Stream.of(FENCES.split(",", -1)).map(Fence::valueOf).toList();
  }

  @LongRun
  @ParameterizedTest
  @MethodSource("fences")
  void withAFenceTakenOutTheViolationIsFound(Fence fence) throws Exception {
    fence.out(true);
    long start = System.nanoTime();
    Tally tally = new Tally();
    List<String> wrong = hunted(lanes, fence, FIRST_SEED, tally);
    for (int hunt = 1; hunt < MOST_HUNTS && wrong.isEmpty(); hunt++) {
      String databases = cluster.database() + "_" + fence.name().toLowerCase(Locale.ROOT) + hunt;
      try (Lanes others = new Lanes(cluster.cluster(), databases, LANES, THREADS)) {
        fence.out(true);
        wrong = hunted(others, fence, FIRST_SEED + hunt * (long) MOST_PROGRAMS, tally);
      }
    }
    System.out.printf(
        "without %s, after %d programs and %d ms: %s%n",
        fence,
        tally.programs(),
        millis(start),
        wrong.isEmpty() ? "nothing" : wrong.subList(1, wrong.size()));
    assertThat(wrong).isNotEmpty();
  }
}
