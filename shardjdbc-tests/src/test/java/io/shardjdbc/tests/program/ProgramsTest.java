package io.shardjdbc.tests.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Generated programs over three shards and on one PostgreSQL.
 *
 * <p>{@code -Dshardjdbc.programs=50000} runs more of them, {@code -Dshardjdbc.programs.seed=100}
 * others, {@code -Dshardjdbc.programs.length=25} longer ones; a failure shows the program, without
 * the steps that it does not need.
 */
class ProgramsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final int PROGRAMS = Integer.getInteger("shardjdbc.programs", 300);
  private static final long FIRST_SEED = Long.getLong("shardjdbc.programs.seed", 1);
  private static final int LENGTH = Integer.getInteger("shardjdbc.programs.length", 20);
  private static final int MOST_DIFFERENCES = Integer.getInteger("shardjdbc.programs.most", 1);

  @Test
  void programsSeeWhatTheySeeOnOnePostgres() throws SQLException {
    Tally tally = new Tally();
    List<String> differences = new ArrayList<>();
    long start = System.nanoTime();
    try (World world = new World(cluster.cluster(), cluster.database())) {
      ProgramRun run = new ProgramRun(world, tally, step -> step);
      for (int i = 0; i < PROGRAMS && differences.size() < MOST_DIFFERENCES; i++) {
        if (i % 100 == 99) {
          System.out.printf(
              "%d programs, %d ms: %s%n", i + 1, (System.nanoTime() - start) / 1_000_000, tally);
        }
        Program program = new Author(FIRST_SEED + i, LENGTH).program();
        Optional<String> difference = run.run(program);
        if (difference.isPresent()) {
          Program smallest = new Shrinking(run).of(program);
          String text = smallest + "\n  " + run.run(smallest).or(() -> difference).get();
          System.out.println(text);
          differences.add(text);
        }
      }
    }
    System.out.printf(
        "%d programs in %d ms: %s%n", PROGRAMS, (System.nanoTime() - start) / 1_000_000, tally);
    assertThat(differences).isEmpty();
  }
}
