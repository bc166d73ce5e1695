package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.replication.ReadIntent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What reads of one moment cost those who ask for them, and those who write meanwhile; and what it
 * costs to see deadlocks over shards.
 */
public final class Moments implements Line {

  private static final String UPDATE = "UPDATE users SET points = points + 1 WHERE user_id = ?";
  private static final String SUM = "SELECT sum(points) FROM users WHERE user_id < 100";
  private static final Duration PAUSE = Duration.ofMillis(20);

  @Override
  public String name() {
    return "moments";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    reads(lab, report, 1);
    reads(lab, report, 8);
    deadlocks(lab, report);
    writers(lab, report);
  }

  private static void reads(Lab lab, Report report, int threads) throws Exception {
    String line = "sum over 4 shards, " + threads + (threads == 1 ? " thread" : " threads");
    List<Samples> both =
        new Contest(line, threads, 20, lab.budget().dividedBy(2))
            .between(
                List.of(
                    new Contestant("snapshot", turn -> sum(lab.ours(), ReadIntent.snapshot())),
                    new Contestant("plain", turn -> sum(lab.ours(), ReadIntent.standard()))),
                report);
    Samples snapshot = both.get(0);
    Samples plain = both.get(1);
    report.add(
        Outcome.told(line, "of one moment, plain = 1, speed", snapshot.speedBeside(plain), ""));
    report.add(Outcome.told(line, "of one moment, more", snapshot.longerThan(plain) / 1e6, "ms"));
  }

  private static void deadlocks(Lab lab, Report report) throws Exception {
    TransactionSettings usual = TransactionSettings.of(TransactionMode.TWO_PHASE);
    try (ShardDataSource watched = lab.describe("").transactions(usual).build();
        ShardDataSource unwatched =
            lab.describe("").transactions(usual.withDeadlockInterval(Duration.ZERO)).build()) {
      for (int threads : List.of(1, 4)) {
        String line =
            "transfer between 2 shards, " + threads + (threads == 1 ? " thread" : " threads");
        List<Samples> both =
            new Contest(line, threads, 20, lab.budget().dividedBy(2))
                .between(
                    List.of(
                        new Contestant("watched", turn -> transfer(lab, watched, turn)),
                        new Contestant("unwatched", turn -> transfer(lab, unwatched, turn))),
                    report);
        report.add(
            Outcome.told(line, "deadlocks seen, speed", both.get(0).speedBeside(both.get(1)), ""));
      }
    }
  }

  private static void writers(Lab lab, Report report) throws Exception {
    AtomicReference<@Nullable ReadIntent> reading = new AtomicReference<>();
    Thread reader = new Thread(() -> read(lab, reading), "reader");
    reader.setDaemon(true);
    reader.start();
    String line = "transfer between 2 shards, 4 threads";
    List<Samples> all =
        new Contest(line, 4, 20, lab.budget().dividedBy(2))
            .between(
                List.of(
                    beside("beside snapshots", lab, reading, ReadIntent.snapshot()),
                    beside("beside plain reads", lab, reading, ReadIntent.standard()),
                    beside("alone", lab, reading, null)),
                report);
    reader.interrupt();
    reader.join();
    Samples alone = all.get(2);
    report.add(
        Outcome.told(
            line, "beside 50 snapshots a second, speed", all.get(0).speedBeside(alone), ""));
    report.add(
        Outcome.told(
            line, "beside 50 plain reads a second, speed", all.get(1).speedBeside(alone), ""));
  }

  private static Contestant beside(
      String name,
      Lab lab,
      AtomicReference<@Nullable ReadIntent> reading,
      @Nullable ReadIntent intent) {
    return new Contestant(
        name,
        turn -> {
          reading.set(intent);
          transfer(lab, lab.ours(), turn);
        });
  }

  private static void read(Lab lab, AtomicReference<@Nullable ReadIntent> reading) {
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(PAUSE.toNanos());
      ReadIntent intent = reading.get();
      if (intent != null) {
        try {
          sum(lab.ours(), intent);
        } catch (SQLException e) {
          return; // it was told to end
        }
      }
    }
  }

  private static void sum(ShardDataSource dataSource, ReadIntent intent) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.unwrap(ShardConnection.class).readIntent(intent);
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(SUM)) {
        row.next();
      }
    }
  }

  private static void transfer(Lab lab, ShardDataSource dataSource, int turn) throws SQLException {
    long from = PointRead.key(turn, Lab.KEYS);
    long to = from;
    while (lab.owner(to) == lab.owner(from)) {
      to = (to + 1) % Lab.KEYS;
    }
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(UPDATE)) {
      connection.setAutoCommit(false);
      for (long key : List.of(Math.min(from, to), Math.max(from, to))) {
        update.setLong(1, key);
        update.executeUpdate();
      }
      connection.commit();
    }
  }
}
