package io.shardjdbc.tests.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.fence.Fence;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Generated programs over three shards and on one PostgreSQL.
 *
 * <p>{@code -Dshardjdbc.programs=50000} runs more of them, {@code -Dshardjdbc.programs.seed=100}
 * others, {@code -Dshardjdbc.programs.length=40} longer ones, and {@code
 * -Dshardjdbc.programs.most=20} goes on behind a difference, up to so many, and {@code
 * -Dshardjdbc.programs.variant=MOVING} runs all in one {@link Variant}, and {@code
 * -Dshardjdbc.programs.replicas=1} gives each shard a replica. A difference shows its program,
 * without the steps that it does not need. {@code -Dshardjdbc.programs.show=true} prints what is
 * refused.
 */
class ProgramsTest {

  @RegisterExtension static final ClusterExtension cluster = ClusterExtension.of(servers());

  /** Without replicas, unless told: with them, what is read has to be as new as on one server. */
  private static PostgresCluster.Builder servers() {
    int replicas = Integer.getInteger("shardjdbc.programs.replicas", 0);
    PostgresCluster.Builder servers =
        PostgresCluster.builder().shards(3).replicasPerShard(replicas);
    return replicas == 0 ? servers : servers.synchronousReplicas(1);
  }

  private static final int PROGRAMS = Integer.getInteger("shardjdbc.programs", 30);
  private static final long FIRST_SEED = Long.getLong("shardjdbc.programs.seed", 1);
  private static final int LENGTH = Integer.getInteger("shardjdbc.programs.length", 20);
  private static final int MOST_DIFFERENCES = Integer.getInteger("shardjdbc.programs.most", 1);
  private static final int TOLD = 100;
  private static final int PROGRAMS_FOR_A_FAULT = 400;

  private static final List<Variant> VARIANTS =
      System.getProperty("shardjdbc.programs.variant") == null
          ? List.of(Variant.values())
          : List.of(Variant.valueOf(System.getProperty("shardjdbc.programs.variant")));

  /** So many programs, one after another, run in the same variant. */
  private static final int ALIKE = 25;

  private static Worlds worlds;

  @BeforeAll
  static void open() {
    worlds = new Worlds(cluster.cluster(), cluster.database());
  }

  @AfterAll
  static void close() throws SQLException {
    worlds.close();
  }

  @AfterEach
  void putBack() {
    Fence.ABORTS.out(false);
  }

  @Test
  void programsSeeWhatTheySeeOnOnePostgres() throws SQLException {
    Tally tally = new Tally();
    Map<Variant, ProgramRun> runs = new EnumMap<>(Variant.class);
    List<String> differences = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 1; i <= PROGRAMS && differences.size() < MOST_DIFFERENCES; i++) {
      Program program = new Author(FIRST_SEED + i - 1, LENGTH).program();
      Variant variant = VARIANTS.get((int) (program.seed() / ALIKE % VARIANTS.size()));
      ProgramRun run = runs.get(variant);
      if (run == null) {
        run = new ProgramRun(worlds.of(variant), tally, step -> step);
        runs.put(variant, run);
      }
      Optional<String> difference = run.run(program);
      if (difference.isPresent()) {
        differences.add(
            variant
                + ", "
                + smallest(run, program, difference.get())
                + "\n  first seen as "
                + difference.get());
        System.out.println(differences.get(differences.size() - 1));
      }
      if (i % TOLD == 0 || i == PROGRAMS) {
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.printf("%d programs in %d ms: %s%n", i, millis, tally);
      }
    }
    assertThat(differences).isEmpty();
    // Refusing everything would be never wrong, too.
    assertThat(tally.alike()).isGreaterThan(tally.refused() * 5);
  }

  private static String smallest(ProgramRun run, Program program, String first)
      throws SQLException {
    Program smallest = new Shrinking(run).of(program, first);
    return smallest + "\n  " + run.run(smallest).orElse("which is not seen every time");
  }

  @LongRun
  @Test
  void whatAFenceKeepsRightIsFoundWrongWithoutIt() throws SQLException {
    Fence.ABORTS.out(true);
    assertThat(firstDifference(step -> step, program -> true)).isNotEmpty();
  }

  @LongRun
  @Test
  void aSettingThatOneSideLacksIsFound() throws SQLException {
    Damage damage =
        step ->
            step.text().startsWith("SET TIME ZONE 'A")
                ? new Step(step.session(), "SHOW TIME ZONE", true, (s, seen) -> seen.add("count 0"))
                : step;
    assertThat(firstDifference(damage, touchedBy(damage))).get().asString().contains("TIME ZONE");
  }

  @LongRun
  @Test
  void soIsARowThatIsOtherwiseAtTheEnd() throws SQLException {
    Damage damage =
        step ->
            step.text().equals("SELECT 1")
                ? new Step(
                    step.session(),
                    "SELECT 1",
                    true,
                    (s, seen) -> {
                      step.action().run(s, seen);
                      try (Statement statement = s.connection().createStatement()) {
                        statement.execute("UPDATE public.tiny SET v = 'damaged' WHERE k = 5");
                      }
                    })
                : step;
    assertThat(firstDifference(damage, touchedBy(damage))).get().asString().contains("damaged");
  }

  /** The first program that differs under a damage, without what it does not need. */
  private static Optional<String> firstDifference(Damage damage, Predicate<Program> hopeful)
      throws SQLException {
    ProgramRun run = new ProgramRun(worlds.of(Variant.PLAIN), new Tally(), damage);
    for (int seed = 1; seed <= PROGRAMS_FOR_A_FAULT; seed++) {
      Program program = new Author(seed, LENGTH).program();
      Optional<String> difference = hopeful.test(program) ? run.run(program) : Optional.empty();
      if (difference.isPresent()) {
        String found = smallest(run, program, difference.get());
        System.out.println("found on purpose, " + found);
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /** A program that a damage changes nothing of shows nothing. */
  private static Predicate<Program> touchedBy(Damage damage) {
    return program -> program.steps().stream().anyMatch(step -> damage.of(step) != step);
  }
}
