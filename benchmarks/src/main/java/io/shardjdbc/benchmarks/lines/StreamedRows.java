package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** A million rows in order, fetched a thousand at a time, beside four raw cursors in turn. */
public final class StreamedRows implements Line {

  private static final int PARTS = 25;
  private static final int ROWS_AT_A_TIME = 1_000;
  private static final String SELECT = "SELECT user_id, part FROM readings ORDER BY user_id, part";

  @Override
  public String name() {
    return "stream";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    for (int shard = 0; shard < Lab.SHARDS; shard++) {
      Lab.execute(
          lab.raw(shard),
          "CREATE TABLE readings AS SELECT user_id, part FROM users, generate_series(1, "
              + PARTS
              + ") part; ALTER TABLE readings ADD PRIMARY KEY (user_id, part);"
              + " ANALYZE readings");
    }
    String line = "1 million rows in order";
    List<Samples> both =
        new Contest(line, 1, 1, lab.budget())
            .between(
                List.of(
                    new Contestant("ours", turn -> read(lab.ours(), Lab.KEYS * PARTS)),
                    new Contestant("raw", turn -> inTurn(lab))),
                report);
    report.add(
        Outcome.atLeast(line, "speed of four cursors", 0.9, both.get(0).speedBeside(both.get(1))));
  }

  private static void inTurn(Lab lab) throws SQLException {
    int rows = 0;
    for (int shard = 0; shard < Lab.SHARDS; shard++) {
      rows += read(lab.raw(shard), 0);
    }
    if (rows != Lab.KEYS * PARTS) {
      throw new IllegalStateException("rows are missing");
    }
  }

  private static int read(DataSource dataSource, int expected) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      int count = 0;
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(ROWS_AT_A_TIME);
        try (ResultSet rows = statement.executeQuery(SELECT)) {
          while (rows.next()) {
            count += rows.getLong(1) < 0 ? 0 : 1;
          }
        }
      }
      connection.commit();
      if (expected > 0 && count != expected) {
        throw new IllegalStateException("rows are missing");
      }
      return count;
    }
  }
}
