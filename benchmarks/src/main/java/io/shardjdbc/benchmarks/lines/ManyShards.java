package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
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

/**
 * How the cost of a point read and of a read of all shards grows with the number of shards, many
 * databases on each of the four servers.
 */
public final class ManyShards implements Line {

  private static final int[] COUNTS = {1, 4, 16, 64};
  private static final int ROWS = 2_000;
  private static final String TOP = "SELECT user_id, points FROM users ORDER BY points LIMIT 20";

  @Override
  public String name() {
    return "shards";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    List<Double> shards = new ArrayList<>();
    List<Double> points = new ArrayList<>();
    List<Double> scatters = new ArrayList<>();
    for (int count : COUNTS) {
      try (ShardDataSource ours = open(lab, count)) {
        String line = "growth, " + count + " shards";
        List<Samples> both =
            new Contest(line, 1, 20, lab.budget().dividedBy(2))
                .between(
                    List.of(
                        new Contestant(
                            "point read",
                            turn -> PointRead.read(ours, 1 + PointRead.key(turn, ROWS))),
                        new Contestant("scatter", turn -> read(ours))),
                    report);
        shards.add((double) count);
        points.add(both.get(0).processor() / 1_000);
        scatters.add(both.get(1).nanos() / 1_000_000);
        report.add(Outcome.told(line, "processor time of a point read", last(points), "us"));
        report.add(Outcome.told(line, "ORDER BY number LIMIT 20", last(scatters), "ms"));
      }
    }
    new Plot("Point reads by shards", "shards", "processor time, us")
        .line("ours", shards, points)
        .write(report.directory().resolve("shards-point.svg"));
    new Plot("ORDER BY number LIMIT 20 by shards", "shards", "ms")
        .line("ours", shards, scatters)
        .write(report.directory().resolve("shards-scatter.svg"));
  }

  private static double last(List<Double> figures) {
    return figures.get(figures.size() - 1);
  }

  private static ShardDataSource open(Lab lab, int count) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (int shard = 0; shard < count; shard++) {
      int server = shard % Lab.SHARDS;
      String database = "of" + count + "_" + shard;
      Lab.execute(lab.raw(server), "CREATE DATABASE " + database);
      builder.shard("s" + shard, DecisionTables.in(lab.url(server), database));
    }
    ShardDataSource ours = builder.tables(t -> t.sharded("users", "user_id")).build();
    try (Connection connection = ours.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE users (user_id bigint PRIMARY KEY, name text, points int)");
      statement.execute(
          "INSERT INTO users SELECT n, 'user' || n, n * 7919 % 100003 FROM generate_series(1, "
              + ROWS
              + ") n");
    } catch (SQLException e) {
      ours.close();
      throw e;
    }
    return ours;
  }

  private static void read(ShardDataSource ours) throws SQLException {
    try (Connection connection = ours.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(TOP)) {
      int count = 0;
      while (rows.next()) {
        count++;
      }
      if (count != 20) {
        throw new IllegalStateException(count + " rows");
      }
    }
  }
}
