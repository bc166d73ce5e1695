package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Plot;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** How the cost of a point read grows with the number of texts, each with its key as a literal. */
public final class DistinctTexts implements Line {

  private static final int[] COUNTS = {10, 100, 1_000, 4_000, 20_000, 100_000, 1_000_000};

  @Override
  public String name() {
    return "texts";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    List<Double> counts = new ArrayList<>();
    List<Double> more = new ArrayList<>();
    List<Double> speeds = new ArrayList<>();
    for (int count : COUNTS) {
      String line = "point read by literal, " + count + " texts";
      List<Samples> both =
          new Contest(line, 1, 100, lab.budget().dividedBy(3))
              .between(
                  List.of(
                      new Contestant("ours", turn -> read(lab.ours(), turn % count, count)),
                      new Contestant(
                          "raw",
                          turn ->
                              read(
                                  lab.raw(lab.owner(turn % count % Lab.KEYS)),
                                  turn % count,
                                  count))),
                  report);
      counts.add((double) count);
      more.add(both.get(0).moreProcessorThan(both.get(1)) / 1_000);
      speeds.add(both.get(0).speedBeside(both.get(1)));
      report.add(Outcome.told(line, "throughput of raw", speeds.get(speeds.size() - 1), ""));
    }
    new Plot("Point reads by literals", "texts", "processor time more than raw, us")
        .line("ours", counts, more)
        .write(report.directory().resolve("texts.svg"));
  }

  /** No two counts have a text in common; texts beyond the keys there are differ in that, too. */
  private static void read(DataSource dataSource, int text, int count) throws SQLException {
    long key = text % Lab.KEYS;
    String other = " AND points >= -" + (count + text / Lab.KEYS);
    try (Connection connection = dataSource.getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery("SELECT name FROM users WHERE user_id = " + key + other)) {
      if (!row.next()) {
        throw new IllegalStateException("no user " + key);
      }
    }
  }
}
