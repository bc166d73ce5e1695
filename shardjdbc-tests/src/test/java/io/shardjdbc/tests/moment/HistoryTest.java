package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.IsolationOverShards;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.tests.moment.Anomaly.Kind;
import io.shardjdbc.tests.moment.History.Outcome;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Histories of transactions over three shards, in several processes of which some are killed.
 *
 * <p>{@code -Dshardjdbc.moments.history=PT10M} makes them as long; every round of some seconds has
 * lists of its own, and is checked by itself.
 */
class HistoryTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final Duration LENGTH =
      Duration.parse(System.getProperty("shardjdbc.moments.history", "PT1.5S"));
  private static final Duration ROUND =
      LENGTH.compareTo(Duration.ofSeconds(5)) < 0 ? LENGTH : Duration.ofSeconds(5);
  private static final long SEED = Long.getLong("shardjdbc.moments.seed", System.nanoTime());

  private static Map<String, String> urls;
  private static ShardDataSource dataSource;
  private static final AtomicLong ROUNDS = new AtomicLong();
  private static final AtomicLong IDS = new AtomicLong(1_000_000_000L);
  private static final AtomicLong PROCESSES = new AtomicLong();

  @BeforeAll
  static void open() throws SQLException {
    urls = cluster.primaryUrls();
    Lists.create(urls);
    dataSource = open(urls);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  static ShardDataSource open(Map<String, String> urls) throws SQLException {
    TransactionSettings settings =
        Bank.settings().withIsolationOverShards(IsolationOverShards.SNAPSHOT);
    return ShardDataSource.of(
        Bank.configuration(urls, settings).tables(t -> t.sharded("lists", "account")).build());
  }

  /** How all lists are read at once. */
  private interface Reading {
    Map<Long, List<Long>> of(long round) throws SQLException;
  }

  private static Map<Long, List<Long>> bySnapshot(long round) throws SQLException {
    try (Connection connection = Bank.reader(dataSource, ReadIntent.snapshot())) {
      return Lists.read(connection, round);
    }
  }

  private static Map<Long, List<Long>> byTransaction(long round) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      Map<Long, List<Long>> lists = Lists.readOneByOne(connection, round);
      connection.commit();
      return lists;
    }
  }

  private static Map<Long, List<Long>> plainly(long round) throws SQLException {
    try (Connection connection = Bank.reader(dataSource, ReadIntent.standard())) {
      return Lists.read(connection, round);
    }
  }

  @LongRun
  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS) // as long as it is told to
  void whatTheLevelExcludesIsNotFoundWhileProcessesAreKilled() throws Exception {
    Random random = new Random(SEED);
    long reads = 0;
    long writes = 0;
    int kills = 0;
    Writers writers = new Writers();
    try {
      long until = System.nanoTime() + LENGTH.toNanos();
      while (System.nanoTime() < until) {
        Recording recording = new Recording();
        writers.fill(recording, kills == 0 ? 1 : 2);
        List<Anomaly> anomalies =
            round(
                recording,
                writers,
                random,
                ROUND,
                List.of(HistoryTest::bySnapshot, HistoryTest::byTransaction));
        assertThat(anomalies).as("seed " + SEED).isEmpty();
        kills++;
        reads += recording.reads();
        writes += recording.writes(Outcome.COMMITTED);
      }
    } finally {
      writers.close();
    }
    System.out.printf(
        "no anomaly in %d reads of %d committed writes, %d processes killed%n",
        reads, writes, kills);
    assertThat(reads).isPositive();
    assertThat(writes).isPositive();
  }

  @LongRun
  @Test
  void atReadCommittedItIsFound() throws Exception {
    Map<Kind, Integer> found = new EnumMap<>(Kind.class);
    try (Writers writers = new Writers()) {
      for (int i = 0; i < 20 && !found.containsKey(Kind.G_SINGLE); i++) {
        for (Anomaly anomaly :
            round(
                new Recording(),
                writers,
                new Random(SEED),
                Duration.ofSeconds(1),
                List.of(HistoryTest::plainly, HistoryTest::plainly))) {
          found.merge(anomaly.kind(), 1, Integer::sum);
        }
      }
    }
    System.out.println("at READ COMMITTED: " + found);
    assertThat(found).containsKey(Kind.G_SINGLE).doesNotContainKeys(Kind.G0, Kind.G1A, Kind.G1B);
  }

  private static List<Anomaly> round(
      Recording recording, Writers writers, Random random, Duration length, List<Reading> readings)
      throws Exception {
    long round = ROUNDS.getAndIncrement();
    AtomicLong current = new AtomicLong(round);
    long until = System.nanoTime() + length.toNanos();
    ListWriter own = ListWriter.start(dataSource, 2, current::get, IDS, recording::hear);
    List<CompletableFuture<Void>> readers = new ArrayList<>();
    for (Reading reading : readings) {
      readers.add(Beside.run(() -> read(reading, round, until, recording)));
    }
    writers.round(round);
    if (!writers.isEmpty()) {
      LockSupport.parkNanos((long) (length.toNanos() * (0.3 + 0.6 * random.nextDouble())));
      writers.kill();
    }
    for (CompletableFuture<Void> reader : readers) {
      reader.get();
    }
    writers.close();
    current.set(-1);
    own.stop();
    while (!dataSource.transactions().recover().isClean()
        || !dataSource.transactions().inDoubt().isEmpty()) {
      LockSupport.parkNanos(1_000_000);
    }
    return HistoryChecker.anomaliesOf(recording.history(plainly(round)));
  }

  private static void read(Reading reading, long round, long until, Recording recording) {
    while (System.nanoTime() < until) {
      long began = System.nanoTime();
      try {
        recording.read(reading.of(round), began);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Processes that write, besides this one. */
  private static final class Writers implements AutoCloseable {

    private final List<ForkedJvm> processes = new ArrayList<>();
    private final List<CompletableFuture<Void>> listening = new ArrayList<>();

    boolean isEmpty() {
      return processes.isEmpty();
    }

    void fill(Recording recording, int count) throws IOException {
      while (processes.size() < count) {
        List<String> arguments = new ArrayList<>();
        arguments.add(String.valueOf(1_000_000_000L * (PROCESSES.incrementAndGet() + 1)));
        urls.forEach((shard, url) -> arguments.addAll(List.of(shard, url)));
        ForkedJvm process =
            ForkedJvm.run(
                List.of(),
                System.getProperty("java.class.path"),
                List.of(),
                ListProgram.class,
                arguments.toArray(new String[0]));
        processes.add(process);
        process.awaitLine("READY");
        listening.add(Beside.run(() -> process.forEachLine(recording::hear)));
      }
    }

    void round(long round) throws IOException {
      for (ForkedJvm process : processes) {
        process.writeLine(String.valueOf(round));
      }
    }

    void kill() {
      processes.remove(0).killHard();
    }

    @Override
    public void close() {
      processes.forEach(ForkedJvm::killHard);
      listening.forEach(one -> one.orTimeout(1, TimeUnit.MINUTES).join());
      listening.clear();
      processes.forEach(ForkedJvm::close);
      processes.clear();
    }
  }
}
