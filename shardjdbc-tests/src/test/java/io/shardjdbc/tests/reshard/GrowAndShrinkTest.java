package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shard joins and leaves again while processes work, and movers, processes and servers are killed
 * and stopped at drawn moments: nothing is lost, doubled or misplaced, no read breaks its promise,
 * and all is whole in the end.
 *
 * <p>{@code -Dshardjdbc.reshard.runs=20 -Dshardjdbc.reshard.shards=4} is the long form.
 */
@LongRun
class GrowAndShrinkTest {
  private static final int RUNS = Integer.getInteger("shardjdbc.reshard.runs", 1);
  private static final int SHARDS = Integer.getInteger("shardjdbc.reshard.shards", 1);
  private static final int PROCESSES = Integer.getInteger("shardjdbc.reshard.processes", 2);
  private static final long SEED = Long.getLong("shardjdbc.reshard.seed", 4);

  @TempDir Path directory;

  @Test
  void nothingIsLostAndAllIsWholeInTheEnd() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (int run = 0; run < RUNS; ) {
      try (PostgresCluster cluster = PostgresCluster.builder().shards(SHARDS + 1).start()) {
        cluster.createDatabase("app");
        int before = wrong.size();
        while (run < RUNS && wrong.size() == before) {
          run(cluster, SEED + run++, wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** What one run leaves behind when it goes wrong is not for the next one. */
  private void run(PostgresCluster cluster, long seed, List<String> wrong) throws Exception {
    try (GrowAndShrink one =
        new GrowAndShrink(cluster, directory, SHARDS, PROCESSES, new Random(seed), seed)) {
      for (String what : one.run()) {
        wrong.add("seed %d: %s: %s".formatted(seed, one, what));
      }
    }
  }
}
