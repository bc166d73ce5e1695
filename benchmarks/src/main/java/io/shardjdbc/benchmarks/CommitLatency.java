package io.shardjdbc.benchmarks;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.Acknowledgement;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * How long a transaction over two shards takes: in two phases, acknowledged when all are told or
 * when it is decided; by two sequential local commits; and on one shard. They take turns in one
 * run. Then servers are put far away, to count the exchanges that a commit waits for.
 */
public final class CommitLatency {

  private static final int WARM_UP = 500;
  private static final int ROUNDS = 2000;
  private static final int DISTANT_ROUNDS = 20;

  /** How far away servers are, in one direction, when exchanges are counted. */
  private static final Duration DISTANCE = Duration.ofMillis(20);

  private CommitLatency() {}

  /** What is compared: where the second update goes, and how both are committed. */
  private enum Way {
    TOLD("two-phase, told"),
    DECIDED("two-phase, decided"),
    SEQUENTIAL("two local commits, one after another"),
    ONE_SHARD("one shard");

    private final String title;

    Way(String title) {
      this.title = title;
    }

    TransactionSettings settings() {
      TransactionSettings twoPhase = TransactionSettings.of(TransactionMode.TWO_PHASE);
      return switch (this) {
        case DECIDED -> twoPhase.withAcknowledgement(Acknowledgement.DECIDED);
        case SEQUENTIAL -> TransactionSettings.of(TransactionMode.BEST_EFFORT);
        case TOLD, ONE_SHARD -> twoPhase;
      };
    }
  }

  /** Nanoseconds: of two updates and the commit, and of the commit alone. */
  private record Times(long whole, long commit) {}

  /** Runs it and prints the medians. */
  public static void main(String[] arguments) throws SQLException {
    try (PostgresCluster cluster =
        PostgresCluster.builder().shards(2).setting("fsync", "on").start()) {
      cluster.createDatabase("app");
      Map<Way, List<Times>> near = measure(cluster.primaryUrls("app"), WARM_UP, ROUNDS);
      try (TcpProxy s0 = cluster.shard("s0").primary().proxy();
          TcpProxy s1 = cluster.shard("s1").primary().proxy()) {
        s0.delay(DISTANCE);
        s1.delay(DISTANCE);
        Map<String, String> distant =
            new TreeMap<>(
                Map.of(
                    "s0", cluster.shard("s0").primary().jdbcUrl("app", s0),
                    "s1", cluster.shard("s1").primary().jdbcUrl("app", s1)));
        Map<Way, List<Times>> far = measure(distant, 2, DISTANT_ROUNDS);
        long[] base = sorted(of(near, Way.SEQUENTIAL), Times::whole);
        for (Way way : Way.values()) {
          long[] commits = sorted(of(far, way), Times::commit);
          print(way.title, sorted(of(near, way), Times::whole), base, at(commits, 0.5));
        }
      }
    }
  }

  private static List<Times> of(Map<Way, List<Times>> all, Way way) {
    return all.getOrDefault(way, List.of());
  }

  private static Map<Way, List<Times>> measure(Map<String, String> urls, int warmUp, int rounds)
      throws SQLException {
    Map<Way, List<Times>> times = new EnumMap<>(Way.class);
    try (ShardDataSource told = open(urls, Way.TOLD);
        ShardDataSource decided = open(urls, Way.DECIDED);
        ShardDataSource sequential = open(urls, Way.SEQUENTIAL)) {
      long here = accountOn(told, "s0");
      long there = accountOn(told, "s1");
      createAccounts(told, here, there);
      for (int i = -warmUp; i < rounds; i++) {
        for (Way way : Way.values()) {
          ShardDataSource dataSource =
              switch (way) {
                case TOLD, ONE_SHARD -> told;
                case DECIDED -> decided;
                case SEQUENTIAL -> sequential;
              };
          Times its = transfer(dataSource, here, way == Way.ONE_SHARD ? here : there);
          if (i >= 0) {
            times.computeIfAbsent(way, none -> new ArrayList<>(rounds)).add(its);
          }
        }
      }
    }
    return times;
  }

  private static ShardDataSource open(Map<String, String> urls, Way way) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    urls.forEach(builder::shard);
    return builder
        .transactions(way.settings())
        .tables(t -> t.sharded("accounts", "account"))
        .build();
  }

  private static long accountOn(ShardDataSource dataSource, String shard) throws SQLException {
    long account = 1;
    while (!dataSource.shardOf("accounts", account).name().equals(shard)) {
      account++;
    }
    return account;
  }

  private static void createAccounts(ShardDataSource dataSource, long here, long there)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS accounts"
              + " (account bigint PRIMARY KEY, balance bigint NOT NULL)");
      statement.execute(
          "INSERT INTO accounts VALUES (%d, 0), (%d, 0) ON CONFLICT DO NOTHING"
              .formatted(here, there));
    }
  }

  private static Times transfer(ShardDataSource dataSource, long from, long to)
      throws SQLException {
    long start = System.nanoTime();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE accounts SET balance = balance + ? WHERE account = ?")) {
      connection.setAutoCommit(false);
      for (long account : List.of(from, to)) {
        update.setLong(1, account == from ? -1 : 1);
        update.setLong(2, account);
        update.executeUpdate();
      }
      long committing = System.nanoTime();
      connection.commit();
      long end = System.nanoTime();
      return new Times(end - start, end - committing);
    }
  }

  private static void print(String what, long[] times, long[] base, long distantCommit) {
    System.out.printf(
        Locale.ROOT,
        "%-38s median %5.0f us, 99 %% %5.0f us, ratio %.2f, exchanges of the commit %.1f%n",
        what,
        at(times, 0.5) / 1e3,
        at(times, 0.99) / 1e3,
        (double) at(times, 0.5) / at(base, 0.5),
        (double) distantCommit / (2 * DISTANCE.toNanos()));
  }

  private static long[] sorted(List<Times> times, ToLongFunction<Times> part) {
    return times.stream().mapToLong(part).sorted().toArray();
  }

  private static long at(long[] sorted, double quantile) {
    return sorted[(int) (sorted.length * quantile)];
  }
}
