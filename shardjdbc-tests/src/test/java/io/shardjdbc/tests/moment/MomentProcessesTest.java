package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.SnapshotSettings;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that are stopped or killed while others wait for the locks that they have. */
@LongRun
class MomentProcessesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Sessions that keep a shard from deciding. */
  private static final String HOLDS =
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid::int8 = 1936352354"
          + " AND objid = 1 AND objsubid = 2 AND mode = 'ExclusiveLock' AND granted AND database ="
          + " (SELECT oid FROM pg_database WHERE datname = current_database())";

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Bank.createAndOpen(
            cluster.primaryUrls(),
            Bank.settings().withSnapshots(new SnapshotSettings(true, Duration.ofMillis(500))));
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static ForkedJvm fork(Class<?> program, String... first) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(first));
    cluster.primaryUrls().forEach((shard, url) -> arguments.addAll(List.of(shard, url)));
    return ForkedJvm.run(
        List.of(),
        System.getProperty("java.class.path"),
        List.of(),
        program,
        arguments.toArray(String[]::new));
  }

  private static int holds() throws SQLException {
    return plain.rows(HOLDS).stream().mapToInt(Integer::parseInt).sum();
  }

  /** A reader, what it says, and the movers beside it. */
  private static final class Reader implements AutoCloseable {

    private final ForkedJvm process = fork(SumProgram.class);
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> listening =
        Beside.run(() -> process.forEachLine(said::add));

    /** Returns when it has seen a right sum: nobody has to move money while it starts. */
    private Reader() throws IOException {
      awaitMore(1);
    }

    private long right() {
      return said.stream().filter(SumProgram.RIGHT::equals).count();
    }

    private void awaitMore(int count) {
      long before = right();
      Deadline.in(PATIENCE).await("right sums", () -> right() >= before + count);
    }

    /** Stops it while it has the locks of all shards. */
    private void stopWithLocks() throws Exception {
      awaitMore(3);
      Deadline.in(PATIENCE)
          .await(
              "it is stopped while it has locks",
              () -> {
                process.stop();
                if (holds() == cluster.primaryUrls().size()) {
                  return true;
                }
                process.goOn();
                awaitMore(1);
                return false;
              });
    }

    private void assertNeverWrong() {
      assertThat(said).noneMatch(line -> line.startsWith(SumProgram.WRONG));
    }

    @Override
    public void close() throws IOException {
      process.goOn();
      process.killHard();
      listening.orTimeout(1, TimeUnit.MINUTES).join();
      process.close();
    }
  }

  @LongRun
  @Test
  void aReaderThatIsStoppedWithTheLocksLosesThem() throws Exception {
    try (Reader reader = new Reader();
        Movers movers = Movers.startSteady(dataSource, 4)) {
      reader.stopWithLocks();
      long stopped = System.nanoTime();
      long moved = movers.moved();
      Deadline.in(PATIENCE).await("its locks are gone", () -> holds() == 0);
      Deadline.in(PATIENCE).await("others commit", () -> movers.moved() > moved + 10);
      System.out.printf(
          "a reader was stopped with its locks; others went on %d ms later%n",
          (System.nanoTime() - stopped) / 1_000_000);
      reader.process.goOn();
      reader.awaitMore(3);
      reader.assertNeverWrong();
    }
  }

  @Test
  void aReaderThatIsKilledWithTheLocksLeavesNone() throws Exception {
    try (Reader reader = new Reader();
        Movers movers = Movers.startSteady(dataSource, 4)) {
      reader.stopWithLocks();
      long moved = movers.moved();
      reader.process.killHard();
      Deadline.in(PATIENCE).await("others commit", () -> movers.moved() > moved + 10);
      Deadline.in(PATIENCE).await("its locks are gone", () -> holds() == 0);
      reader.assertNeverWrong();
    }
  }

  /** Reads until one is right; refused ones say so, and wrong ones there are none. */
  private static void awaitRightSum() {
    Deadline.in(PATIENCE)
        .await(
            "a sum",
            () -> {
              try (Connection connection = dataSource.getConnection()) {
                assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
                return true;
              } catch (SQLException e) {
                assertThat(e.getMessage()).contains("SJ0680");
                return false;
              }
            });
  }

  /** The transaction of one that has noted its decision is ended by the server. */
  @LongRun
  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"NOTED", "DECIDED"})
  void aDeciderThatIsStoppedKeepsReadersWaitingForNoLongerThanItsTimeout(Step step)
      throws Exception {
    try (ForkedJvm decider = fork(StepProgram.class, step.name())) {
      decider.awaitLine("AT");
      decider.stop();
      long stopped = System.nanoTime();
      try {
        awaitRightSum();
        System.out.printf(
            "a process was stopped at %s; a sum was there %d ms later%n",
            step, (System.nanoTime() - stopped) / 1_000_000);
      } finally {
        decider.goOn();
      }
      decider.writeLine("");
      String end = decider.awaitLine("END");
      assertThat(end.equals("END committed")).as(end).isEqualTo(step == Step.DECIDED);
    }
    Deadline.in(PATIENCE).await("all is told", () -> dataSource.transactions().inDoubt().isEmpty());
    awaitRightSum();
  }
}
