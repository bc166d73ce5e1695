package io.shardjdbc.benchmarks;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long a transaction over two shards takes: in two phases, by two sequential local commits, and
 * on one shard. The three take turns in one run.
 */
public final class CommitLatency {

  private static final int WARM_UP = 500;
  private static final int ROUNDS = 2000;

  private CommitLatency() {}

  /** Runs it and prints the medians. */
  public static void main(String[] arguments) throws SQLException {
    try (PostgresCluster cluster =
        PostgresCluster.builder().shards(2).setting("fsync", "on").start()) {
      cluster.createDatabase("app");
      try (ShardDataSource twoPhase = open(cluster, TransactionMode.TWO_PHASE);
          ShardDataSource sequential = open(cluster, TransactionMode.BEST_EFFORT)) {
        try (Connection connection = twoPhase.getConnection();
            Statement statement = connection.createStatement()) {
          statement.execute(
              "CREATE TABLE accounts (account bigint PRIMARY KEY, balance bigint NOT NULL)");
        }
        long here = accountOn(twoPhase, "s0");
        long there = accountOn(twoPhase, "s1");
        insert(twoPhase, here);
        insert(twoPhase, there);
        long[][] times = new long[3][ROUNDS];
        for (int i = -WARM_UP; i < ROUNDS; i++) {
          long two = transfer(twoPhase, here, there);
          long one = transfer(sequential, here, there);
          long local = transfer(twoPhase, here, here);
          if (i >= 0) {
            times[0][i] = two;
            times[1][i] = one;
            times[2][i] = local;
          }
        }
        print("two-phase, two shards", times[0], times[1]);
        print("two local commits, one after another", times[1], times[1]);
        print("one shard", times[2], times[1]);
      }
    }
  }

  private static ShardDataSource open(PostgresCluster cluster, TransactionMode mode)
      throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls("app").forEach(builder::shard);
    return builder.transactions(mode).tables(t -> t.sharded("accounts", "account")).build();
  }

  private static long accountOn(ShardDataSource dataSource, String shard) throws SQLException {
    long account = 1;
    while (!dataSource.shardOf("accounts", account).name().equals(shard)) {
      account++;
    }
    return account;
  }

  private static void insert(ShardDataSource dataSource, long account) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO accounts VALUES (" + account + ", 0)");
    }
  }

  /** Nanoseconds of two updates and the commit. */
  private static long transfer(ShardDataSource dataSource, long from, long to) throws SQLException {
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
      connection.commit();
    }
    return System.nanoTime() - start;
  }

  private static void print(String what, long[] times, long[] base) {
    System.out.printf(
        Locale.ROOT,
        "%-40s median %5.0f us, 99 %% %5.0f us, ratio %.2f%n",
        what,
        at(times, 0.5) / 1e3,
        at(times, 0.99) / 1e3,
        (double) at(times, 0.5) / at(base, 0.5));
  }

  private static long at(long[] times, double quantile) {
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[(int) (sorted.length * quantile)];
  }
}
