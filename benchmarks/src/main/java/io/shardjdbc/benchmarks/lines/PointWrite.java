package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** One row written by its key, in a transaction of its own that the caller commits. */
public final class PointWrite implements Line {

  private static final String UPDATE = "UPDATE users SET points = points + 1 WHERE user_id = ?";

  @Override
  public String name() {
    return "point-write";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    for (int threads : List.of(1, 4)) {
      String line = "point write, " + threads + (threads == 1 ? " thread" : " threads");
      List<Samples> both =
          new Contest(line, threads, 50, lab.budget())
              .between(
                  List.of(
                      new Contestant("ours", turn -> write(lab.ours(), key(turn))),
                      new Contestant(
                          "raw", turn -> write(lab.raw(lab.owner(key(turn))), key(turn)))),
                  report);
      Samples ours = both.get(0);
      Samples raw = both.get(1);
      report.add(Outcome.atLeast(line, "throughput of raw", 0.97, ours.speedBeside(raw)));
      report.add(Outcome.told(line, "processor time more", ours.moreProcessorThan(raw), "ns"));
      report.add(Outcome.told(line, "garbage more", ours.moreBytesThan(raw), "bytes"));
    }
  }

  private static long key(int turn) {
    return PointRead.key(turn, Lab.KEYS);
  }

  private static void write(DataSource dataSource, long key) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
        update.setLong(1, key);
        if (update.executeUpdate() != 1) {
          throw new IllegalStateException("no user " + key);
        }
      }
      connection.commit();
    }
  }
}
