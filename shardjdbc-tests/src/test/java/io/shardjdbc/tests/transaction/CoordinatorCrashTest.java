package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Acknowledgement;
import io.shardjdbc.outcome.RecoveryReport;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The coordinator's process is killed at each step of a commit over three shards, and at random
 * moments under load, and another process recovers what it left.
 */
@LongRun
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

  /** How many transactions stand still in one process. */
  private static final int TOGETHER =
      Math.min(STEPS.size(), Integer.getInteger("shardjdbc.twophase.together", STEPS.size()));

  private static final int RANDOM_KILLS =
      Math.max(2, Integer.getInteger("shardjdbc.twophase.coordinatorKills", 0));

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static Map<String, String> urls;

  @BeforeAll
  static void createTables() throws SQLException {
    urls = cluster.primaryUrls();
    Accounts.createTables(urls);
  }

  @Test
  void whereverTheCoordinatorIsKilledAllShardsAgree() throws SQLException, IOException {
    int runs = Math.max(STEPS.size(), Integer.getInteger("shardjdbc.twophase.runs", 0));
    int inDoubt = 0;
    int processes = 0;
    ForkedJvm next = fork(TransferProgram.class, 0);
    try (ShardDataSource dataSource = Accounts.open(urls)) {
      List<Long> accounts = List.copyOf(Accounts.accountOnEach(dataSource, urls.size()).values());
      for (int first = 0; first < runs; first += TOGETHER) {
        int end = Math.min(first + TOGETHER, runs);
        try (ForkedJvm coordinator = next) {
          coordinator.awaitLine("READY");
          next = end < runs ? fork(TransferProgram.class, end) : null;
          standStill(coordinator, first, end, accounts);
          coordinator.killHard();
          processes++;
          awaitGone(first);
          inDoubt += dataSource.transactions().inDoubt().isEmpty() ? 0 : 1;
          awaitRecovery(dataSource);
          for (int run = first; run < end; run++) {
            boolean committed = run % STEPS.size() >= FIRST_DECIDED;
            assertThat(Accounts.entered(urls, run))
                .as("run %d at %s", run, STEPS.get(run % STEPS.size()))
                .containsExactlyInAnyOrderElementsOf(committed ? accounts : List.of());
          }
        }
      }
    } finally {
      if (next != null) {
        next.close();
      }
    }
    assertThat(inDoubt).as("processes that left something to recover").isPositive();
    System.out.printf(
        "%d commits killed at %d steps with their %d processes, %d of which left something"
            + " prepared%n",
        runs, STEPS.size(), processes, inDoubt);
  }

  /** Lets each transaction run up to its step. */
  private static void standStill(ForkedJvm coordinator, int first, int end, List<Long> accounts)
      throws IOException {
    String numbers = accounts.stream().map(String::valueOf).collect(Collectors.joining(" "));
    for (int run = first; run < end; run++) {
      coordinator.writeLine(run + " " + STEPS.get(run % STEPS.size()) + " " + numbers);
    }
    List<String> reached = new ArrayList<>();
    for (int run = first; run < end; run++) {
      reached.add(coordinator.awaitLine("AT ").substring("AT ".length()));
    }
    assertThat(reached)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(first, end)
                .mapToObj(run -> STEPS.get(run % STEPS.size()).split(" ", -1)[0])
                .toList());
  }

  /** A server goes on with what it was told before the kill: with a prepare, for one. */
  private static void awaitGone(int number) throws SQLException {
    for (String shard : urls.keySet()) {
      try (Connection connection = cluster.connect(shard)) {
        Deadline.in(Accounts.PATIENCE)
            .await(
                "the sessions of the killed process have ended",
                () ->
                    Accounts.number(
                            connection,
                            "SELECT count(*) FROM pg_stat_activity WHERE application_name = '%s'"
                                .formatted(name(number)))
                        == 0);
      }
    }
  }

  private static String name(int number) {
    return "coordinator-" + number;
  }

  private static void awaitRecovery(ShardDataSource dataSource) throws SQLException {
    Deadline.in(Accounts.PATIENCE)
        .await("recovery", () -> dataSource.transactions().recover().isClean());
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
  }

  /** Starts a coordinator whose sessions bear its number. */
  private static ForkedJvm fork(Class<?> program, int number, String... first) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(first));
    urls.forEach(
        (shard, url) -> {
          char joint = url.contains("?") ? '&' : '?';
          arguments.addAll(List.of(shard, url + joint + "ApplicationName=" + name(number)));
        });
    return ForkedJvm.run(
        List.of(),
        System.getProperty("java.class.path"),
        List.of(),
        program,
        arguments.toArray(new String[0]));
  }

  /** A coordinator under load, and what it was told. */
  private static final class Loaded {
    private final ForkedJvm process;
    private final Set<Long> committed = ConcurrentHashMap.newKeySet();
    private final Set<Long> failed = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> reading;

    Loaded(int number) throws IOException {
      Acknowledgement[] both = Acknowledgement.values();
      String acknowledged = both[number % both.length].name();
      String before = String.valueOf(1_000_000L * (number + 1));
      process = fork(LoadProgram.class, number, acknowledged, before);
      reading = Beside.run(() -> process.forEachLine(this::hear));
    }

    /** The last line may be cut off by the kill; then nothing was heard. */
    private void hear(String line) {
      String[] words = line.split(" ", -1);
      if (words.length == 2 && words[1].matches("[0-9]{7,}")) {
        (words[0].equals("COMMITTED") ? committed : failed).add(Long.parseLong(words[1]));
      }
    }

    int heard() {
      assertThat(reading).as("the process goes on").isNotDone();
      return committed.size() + failed.size();
    }

    void kill() throws Exception {
      process.killHard();
      reading.get(Accounts.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @LongRun
  @Test
  void coordinatorsKilledAtRandomMomentsUnderLoadLeaveShardsThatAgree() throws Exception {
    long seed = Long.getLong("shardjdbc.twophase.seed", System.nanoTime());
    Random random = new Random(seed);
    List<Loaded> all = new ArrayList<>();
    int ended = 0;
    try (ShardDataSource dataSource = Accounts.open(urls)) {
      all.add(new Loaded(0));
      all.add(new Loaded(1));
      for (int kill = 0; kill < RANDOM_KILLS; kill++) {
        Loaded victim = all.get(kill);
        int enough = 20 + random.nextInt(60);
        Deadline.in(Accounts.PATIENCE).await("transfers", () -> victim.heard() >= enough);
        LockSupport.parkNanos(random.nextInt(10_000_000)); // to a moment within a transfer
        victim.kill();
        if (all.size() < RANDOM_KILLS) {
          all.add(new Loaded(all.size()));
        }
        RecoveryReport report = dataSource.transactions().recover();
        ended += report.committed() + report.rolledBack();
      }
      for (int kill = 0; kill < RANDOM_KILLS; kill++) {
        awaitGone(kill);
      }
      awaitRecovery(dataSource);
    } finally {
      all.forEach(one -> one.process.close());
    }
    Map<Long, Integer> counts = Accounts.entered(urls);
    counts.keySet().removeIf(transfer -> transfer < 1_000_000);
    assertThat(counts.values()).as("shards of each transfer, seed %d", seed).containsOnly(3);
    for (Loaded one : all) {
      assertThat(one.committed).as("seed %d", seed).isNotEmpty().allMatch(counts::containsKey);
      assertThat(one.failed).as("seed %d", seed).noneMatch(counts::containsKey);
    }
    System.out.printf(
        "coordinators killed at %d random moments during %d commits; %d parts ended by"
            + " recovery%n",
        RANDOM_KILLS, counts.size(), ended);
  }
}
