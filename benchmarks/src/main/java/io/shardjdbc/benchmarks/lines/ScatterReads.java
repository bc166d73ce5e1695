package io.shardjdbc.benchmarks.lines;

import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** Reads over all shards, beside hand-written parallel code and the slowest shard alone. */
public final class ScatterReads implements Line {

  static final String TOP = "SELECT user_id, points FROM users ORDER BY points LIMIT 20";

  private static final double OF_HAND_WRITTEN = 1 / 1.15;

  /** What is asked; the hand-written code asks each shard the same, and reads all it gets. */
  private enum Read {
    TOP("ORDER BY number LIMIT 20", ScatterReads.TOP),
    TEXT("ORDER BY text LIMIT 20", "SELECT user_id, name FROM users ORDER BY name LIMIT 20"),
    GROUPS("GROUP BY of 100 groups", "SELECT team, count(*), sum(points) FROM users GROUP BY team"),
    KEYS(
        "IN of 8 keys",
        "SELECT user_id, name FROM users WHERE user_id IN (1, 2, 3, 4, 5, 6, 7, 8)"),
    COUNT("count(*)", "SELECT count(*) FROM users");

    private final String words;
    private final String sql;

    Read(String words, String sql) {
      this.words = words;
      this.sql = sql;
    }
  }

  @Override
  public String name() {
    return "scatter";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(Lab.SHARDS);
    try {
      for (Read read : Read.values()) {
        measure(lab, report, threads, read);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void measure(Lab lab, Report report, ExecutorService threads, Read read)
      throws Exception {
    String line = "scatter: " + read.words;
    List<HikariDataSource> pools = IntStream.range(0, Lab.SHARDS).mapToObj(lab::raw).toList();
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(new Contestant("ours", turn -> read(lab.ours(), read.sql)));
    contestants.add(new Contestant("hand-written", turn -> parallel(pools, threads, read.sql)));
    for (int i = 0; i < Lab.SHARDS; i++) {
      int shard = i;
      contestants.add(new Contestant("s" + shard, turn -> read(lab.raw(shard), read.sql)));
    }
    List<Samples> all =
        new Contest(line, 1, 10, lab.budget().dividedBy(2)).between(contestants, report);
    Samples ours = all.get(0);
    double slowest =
        all.subList(2, all.size()).stream().mapToDouble(Samples::nanos).max().orElse(1);
    double speed = ours.speedBeside(all.get(1));
    double byHand = all.get(1).nanos() / slowest;
    report.add(Outcome.told(line, "hand-written, times the slowest shard's latency", byHand, ""));
    if (read == Read.TOP) {
      report.add(
          Outcome.atMost(
              line, "times the slowest shard's latency", 1.3, ours.nanos() / slowest, ""));
      report.add(Outcome.atLeast(line, "speed of hand-written", OF_HAND_WRITTEN, speed));
    } else {
      report.add(
          Outcome.told(line, "times the slowest shard's latency", ours.nanos() / slowest, ""));
      report.add(Outcome.told(line, "speed of hand-written", speed, ""));
    }
  }

  /** What is written by hand: each shard is asked by a thread of its own. */
  static void parallel(List<HikariDataSource> pools, ExecutorService threads, String sql)
      throws Exception {
    List<Future<Integer>> running = new ArrayList<>();
    for (HikariDataSource pool : pools) {
      running.add(threads.submit(() -> read(pool, sql)));
    }
    for (Future<Integer> each : running) {
      each.get();
    }
  }

  /** Reads all rows, and tells how many there were. */
  static int read(DataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet rows = select.executeQuery()) {
      int count = 0;
      while (rows.next()) {
        count += rows.getString(1).isEmpty() ? 0 : 1;
      }
      return count;
    }
  }
}
