package io.shardjdbc.benchmarks.lines;

import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import io.shardjdbc.benchmarks.peer.Peer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A point read and a scatter of ShardingSphere-JDBC, of ours, and without either, on the same rows.
 *
 * <p>The peer places a key by its remainder and ours by its hash, so the rows are those whose key
 * both place on the same shard.
 */
public final class PeerReads implements Line {

  private static final String DATABASE = "peer";
  private static final int ROWS = 40_000;

  @Override
  public String name() {
    return "peer";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    String jars = System.getProperty("benchmark.peer", "");
    if (jars.isEmpty() || !Files.isDirectory(Path.of(jars))) {
      System.out.println("peer: not measured; benchmarks/run brings its jars");
      return;
    }
    List<HikariDataSource> pools = new ArrayList<>();
    List<String> urls = new ArrayList<>();
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (int shard = 0; shard < Lab.SHARDS; shard++) {
      Lab.execute(lab.raw(shard), "CREATE DATABASE " + DATABASE);
      String url = DecisionTables.in(lab.url(shard), DATABASE);
      urls.add(url);
      builder.shard("s" + shard, url);
    }
    ExecutorService threads = Executors.newFixedThreadPool(Lab.SHARDS);
    try {
      urls.forEach(url -> pools.add(Lab.pool(url)));
      try (ShardDataSource ours = builder.tables(t -> t.sharded("users", "user_id")).build()) {
        long[] keys = fill(pools, ours);
        try (Peer peer = Peer.open(Path.of(jars), urls, Lab.CONNECTIONS)) {
          points(lab, report, keys, pools, ours, peer);
          scatters(lab, report, threads, pools, ours, peer);
        }
      }
    } finally {
      threads.shutdownNow();
      pools.forEach(HikariDataSource::close);
    }
  }

  /** Makes the table, and fills it with keys that both place alike. */
  private static long[] fill(List<HikariDataSource> pools, ShardDataSource ours)
      throws SQLException {
    for (HikariDataSource pool : pools) {
      Lab.execute(
          pool, "CREATE TABLE users (user_id bigint PRIMARY KEY, name text, points bigint)");
    }
    long[] keys = new long[ROWS];
    List<List<String>> placed = new ArrayList<>();
    pools.forEach(pool -> placed.add(new ArrayList<>()));
    int found = 0;
    for (long key = 0; found < ROWS; key++) {
      int shard = shardOf(key);
      if (ours.shardOf("users", key).name().equals("s" + shard)) {
        keys[found++] = key;
        placed.get(shard).add(Long.toString(key));
      }
    }
    for (int shard = 0; shard < Lab.SHARDS; shard++) {
      Lab.execute(
          pools.get(shard),
          "INSERT INTO users SELECT k, 'user' || k, k * 7919 % 100003 FROM unnest('{"
              + String.join(",", placed.get(shard))
              + "}'::bigint[]) k");
      Lab.execute(pools.get(shard), "VACUUM ANALYZE users");
    }
    return keys;
  }

  private static int shardOf(long key) {
    return (int) (key % Lab.SHARDS);
  }

  private static void points(
      Lab lab,
      Report report,
      long[] keys,
      List<HikariDataSource> pools,
      ShardDataSource ours,
      Peer peer)
      throws Exception {
    compare(
        lab,
        report,
        "point read, 1 thread, beside the peer",
        50,
        turn -> {
          long key = keys[(int) PointRead.key(turn, ROWS)];
          PointRead.read(pools.get(shardOf(key)), key);
        },
        turn -> PointRead.read(ours, keys[(int) PointRead.key(turn, ROWS)]),
        turn ->
            peer.use(
                dataSource -> {
                  PointRead.read(dataSource, keys[(int) PointRead.key(turn, ROWS)]);
                  return true;
                }));
  }

  private static void scatters(
      Lab lab,
      Report report,
      ExecutorService threads,
      List<HikariDataSource> pools,
      ShardDataSource ours,
      Peer peer)
      throws Exception {
    String sql = ScatterReads.TOP;
    compare(
        lab,
        report,
        "scatter: ORDER BY number LIMIT 20, beside the peer",
        10,
        turn -> ScatterReads.parallel(pools, threads, sql),
        turn -> top(ScatterReads.read(ours, sql)),
        turn -> top(peer.use(dataSource -> ScatterReads.read(dataSource, sql))));
  }

  private static void top(int rows) {
    if (rows != 20) {
      throw new IllegalStateException(rows + " rows");
    }
  }

  private static void compare(
      Lab lab,
      Report report,
      String line,
      int acts,
      Contestant.Act raw,
      Contestant.Act ours,
      Contestant.Act peer)
      throws Exception {
    List<Samples> all =
        new Contest(line, 1, acts, lab.budget())
            .between(
                List.of(
                    new Contestant("raw", raw),
                    new Contestant("ours", ours),
                    new Contestant("peer", peer)),
                report);
    Samples bare = all.get(0);
    report.add(Outcome.told(line, "ours, throughput of raw", all.get(1).speedBeside(bare), ""));
    report.add(Outcome.told(line, "peer, throughput of raw", all.get(2).speedBeside(bare), ""));
    report.add(Outcome.told(line, "ours, garbage more", all.get(1).moreBytesThan(bare), "bytes"));
    report.add(Outcome.told(line, "peer, garbage more", all.get(2).moreBytesThan(bare), "bytes"));
  }
}
