package io.shardjdbc.benchmarks.lines;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Plot;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import io.shardjdbc.config.PoolConfiguration;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How the cost of a point read and of a read of all shards grows with the number of shards, many
 * databases on each of the four servers.
 */
public final class ManyShards implements Line {

  private static final int[] COUNTS = {1, 4, 16, 64, 256};
  private static final int ROWS = 2_000;

  /** One connection to each database: with 64 of them on a server, more would be too many. */
  private static final PoolConfiguration POOL =
      new PoolConfiguration(
          1, 0, Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(30));

  @Override
  public String name() {
    return "shards";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    List<Double> shards = new ArrayList<>();
    List<Double> points = new ArrayList<>();
    List<Double> raws = new ArrayList<>();
    List<Double> scatters = new ArrayList<>();
    int made = 0;
    try {
      for (int count : COUNTS) {
        onServers(lab, made, count, "CREATE DATABASE %s");
        made = count;
        try (ShardDataSource ours = open(lab, count);
            RawPools raw = new RawPools(lab, ours, count)) {
          String line = "growth, " + count + " shards";
          List<Samples> all =
              new Contest(line, 1, 10, lab.budget().dividedBy(2))
                  .between(
                      List.of(
                          new Contestant("point read", turn -> PointRead.read(ours, key(turn))),
                          new Contestant("raw", turn -> raw.read(key(turn))),
                          new Contestant("scatter", turn -> read(ours))),
                      report);
          shards.add((double) count);
          points.add(all.get(0).processor() / 1_000);
          raws.add(all.get(1).processor() / 1_000);
          scatters.add(all.get(2).nanos() / 1_000_000);
          report.add(Outcome.told(line, "processor time of a point read", last(points), "us"));
          report.add(Outcome.told(line, "of a raw one", last(raws), "us"));
          report.add(Outcome.told(line, "ORDER BY number LIMIT 20", last(scatters), "ms"));
          report.add(Outcome.told(line, "the same, garbage", all.get(2).bytes(), "bytes"));
          execute(ours, "DROP TABLE users");
        }
      }
    } finally {
      // A server keeps them in memory where the test kit's directory is there.
      onServers(lab, 0, made, "DROP DATABASE %s WITH (FORCE)");
    }
    new Plot("Point reads by shards", "shards", "processor time, us")
        .line("ours", shards, points)
        .line("raw", shards, raws)
        .write(report.directory().resolve("shards-point.svg"));
    new Plot("ORDER BY number LIMIT 20 by shards", "shards", "ms")
        .line("ours", shards, scatters)
        .write(report.directory().resolve("shards-scatter.svg"));
  }

  private static long key(int turn) {
    return 1 + PointRead.key(turn, ROWS);
  }

  private static double last(List<Double> figures) {
    return figures.get(figures.size() - 1);
  }

  /** A pool of one connection to each shard, and whose each key is. */
  private static final class RawPools implements AutoCloseable {

    private final List<HikariDataSource> pools = new ArrayList<>();
    private final HikariDataSource[] owners = new HikariDataSource[ROWS + 1];

    RawPools(Lab lab, ShardDataSource ours, int count) throws SQLException {
      for (int shard = 0; shard < count; shard++) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url(lab, shard));
        config.setMaximumPoolSize(1);
        pools.add(new HikariDataSource(config));
      }
      for (int key = 1; key <= ROWS; key++) {
        String shard = ours.shardOf("users", (long) key).name();
        owners[key] = pools.get(Integer.parseInt(shard.substring(1)));
      }
    }

    void read(long key) throws SQLException {
      PointRead.read(owners[(int) key], key);
    }

    @Override
    public void close() {
      pools.forEach(HikariDataSource::close);
    }
  }

  private static String url(Lab lab, int shard) {
    return lab.url(shard % Lab.SHARDS, database(shard));
  }

  private static String database(int shard) {
    return "growth_" + shard;
  }

  /** Says something of the databases of some shards, on all servers at once. */
  private static void onServers(Lab lab, int from, int to, String sql) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(Lab.SHARDS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < Lab.SHARDS; i++) {
        int server = i;
        running.add(
            threads.submit(
                () -> {
                  for (int shard = from; shard < to; shard++) {
                    if (shard % Lab.SHARDS == server) {
                      Lab.execute(lab.raw(server), sql.formatted(database(shard)));
                    }
                  }
                  return true;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static ShardDataSource open(Lab lab, int count) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder().pool(POOL);
    for (int shard = 0; shard < count; shard++) {
      builder.shard("s" + shard, url(lab, shard));
    }
    ShardDataSource ours = builder.tables(t -> t.sharded("users", "user_id")).build();
    try {
      execute(ours, "CREATE TABLE users (user_id bigint PRIMARY KEY, name text, points int)");
      execute(
          ours,
          "INSERT INTO users SELECT n, 'user' || n, n * 7919 % 100003 FROM generate_series(1, "
              + ROWS
              + ") n");
    } catch (SQLException e) {
      ours.close();
      throw e;
    }
    return ours;
  }

  private static void execute(ShardDataSource ours, String sql) throws SQLException {
    try (Connection connection = ours.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void read(ShardDataSource ours) throws SQLException {
    try (Connection connection = ours.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(ScatterReads.TOP)) {
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
