package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** One row by its key, prepared, in auto-commit mode. */
public final class PointRead implements Line {

  private static final String SELECT = "SELECT name FROM users WHERE user_id = ?";

  @Override
  public String name() {
    return "point-read";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    for (int threads : List.of(1, 4)) {
      String line = "point read, " + threads + (threads == 1 ? " thread" : " threads");
      List<Samples> both =
          new Contest(line, threads, 50, lab.budget())
              .between(
                  List.of(
                      new Contestant("ours", turn -> read(lab.ours(), key(turn, Lab.KEYS))),
                      new Contestant(
                          "raw",
                          turn -> {
                            long key = key(turn, Lab.KEYS);
                            read(lab.raw(lab.owner(key)), key);
                          })),
                  report);
      Samples ours = both.get(0);
      Samples raw = both.get(1);
      report.add(Outcome.atLeast(line, "throughput of raw", 0.97, ours.speedBeside(raw)));
      report.add(Outcome.atMost(line, "longer", 1_500, ours.longerThan(raw), "ns"));
      report.add(Outcome.told(line, "processor time more", ours.moreProcessorThan(raw), "ns"));
    }
  }

  /** Keys in an order that repeats none soon. */
  static long key(int turn, int keys) {
    return Math.floorMod(turn * 7_919L, keys);
  }

  static void read(DataSource dataSource, long key) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(SELECT)) {
      select.setLong(1, key);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next() || row.getString(1) == null) {
          throw new IllegalStateException("no user " + key);
        }
      }
    }
  }
}
