package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.config.GatherLimits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;

/**
 * The 22 queries of TPC-H over four shards, beside one PostgreSQL with the same rows.
 *
 * <p>At a small scale all are to be answered within the usual bounds of a gather; at a larger one,
 * {@code -Dbenchmark.scale=0.1} unless told, within raised ones, and their times are compared.
 */
public final class Decisions implements Line {

  private static final double SMALL = 0.01;
  private static final int TURNS = 3;
  private static final int SECONDS = 60;

  @Override
  public String name() {
    return "decisions";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    try (DecisionTables small =
        new DecisionTables(lab, "decisions_small", SMALL, GatherLimits.defaults())) {
      int answered = 0;
      for (String query : small.queries()) {
        answered += Double.isNaN(ratio(small, query)) ? 0 : 1;
      }
      report.add(Outcome.atLeast("TPC-H, usual bounds", "queries answered", 22, answered));
    }
    double scale = Double.parseDouble(System.getProperty("benchmark.scale", "0.1"));
    GatherLimits raised = new GatherLimits(10_000_000, 1L << 30);
    try (DecisionTables large = new DecisionTables(lab, "decisions", scale, raised)) {
      List<Double> ratios = new ArrayList<>();
      int number = 0;
      for (String query : large.queries()) {
        number++;
        double ratio = ratio(large, query);
        ratios.add(Double.isNaN(ratio) ? Double.MAX_VALUE : ratio);
        report.add(Outcome.told("TPC-H " + number, "times one PostgreSQL", ratio, ""));
      }
      double[] sorted = ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      String line = "TPC-H, scale " + scale;
      double median = (sorted[10] + sorted[11]) / 2;
      report.add(Outcome.atMost(line, "times one PostgreSQL, median", 2, median, ""));
      report.add(Outcome.atMost(line, "times one PostgreSQL, most", 10, sorted[21], ""));
    }
  }

  /** How many times longer it takes over shards; NaN where it is not answered. */
  private static double ratio(DecisionTables tables, String query) throws SQLException {
    double[] ours = new double[TURNS];
    double[] one = new double[TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
      long begin = System.nanoTime();
      List<String> rows = rows(tables.alone(), query);
      long between = System.nanoTime();
      try {
        List<String> over = rows(tables.sharded(), query);
        if (!over.equals(rows)) {
          throw new IllegalStateException("not what one PostgreSQL answers: " + query);
        }
      } catch (SQLException e) {
        System.out.println(e.getMessage() + ": " + query.strip().lines().findFirst().orElse(""));
        return Double.NaN;
      }
      ours[turn] = System.nanoTime() - between;
      one[turn] = between - begin;
    }
    Arrays.sort(ours);
    Arrays.sort(one);
    return ours[TURNS / 2] / one[TURNS / 2];
  }

  private static List<String> rows(DataSource dataSource, String query) throws SQLException {
    List<String> all = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(SECONDS);
      try (ResultSet rows = statement.executeQuery(query)) {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          StringBuilder row = new StringBuilder();
          for (int column = 1; column <= columns; column++) {
            row.append(rows.getString(column)).append('|');
          }
          all.add(row.toString());
        }
      }
    }
    return all;
  }
}
