package io.shardjdbc.benchmarks.lines;

import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * What a map in the databases costs a point read, and that it costs nothing where there is none.
 */
public final class StoredMaps implements Line {

  private static final String WITHOUT = "unmapped";
  private static final String WITH = "mapped";
  private static final int READ_KEYS = 2_000;

  @Override
  public String name() {
    return "map";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    List<HikariDataSource> pools = new ArrayList<>();
    for (String database : List.of(WITHOUT, WITH)) {
      for (int shard = 0; shard < Lab.SHARDS; shard++) {
        Lab.execute(lab.raw(shard), "CREATE DATABASE " + database);
      }
      fill(lab, database);
    }
    installMap(lab);
    try (ShardDataSource without = open(lab, WITHOUT);
        ShardDataSource with = open(lab, WITH)) {
      for (int shard = 0; shard < Lab.SHARDS; shard++) {
        pools.add(Lab.pool(lab.url(shard, WITHOUT)));
      }
      contest(lab, report, without, with, pools);
    } finally {
      pools.forEach(HikariDataSource::close);
    }
  }

  private static void contest(
      Lab lab,
      Report report,
      ShardDataSource without,
      ShardDataSource with,
      List<HikariDataSource> pools)
      throws Exception {
    String line = "point read without a map in the databases";
    List<Samples> all =
        new Contest(line, 1, 50, lab.budget())
            .between(
                List.of(
                    new Contestant("without", turn -> PointRead.read(without, key(turn))),
                    new Contestant("with", turn -> PointRead.read(with, key(turn))),
                    new Contestant(
                        "raw", turn -> PointRead.read(pools.get(lab.owner(key(turn))), key(turn)))),
                report);
    report.add(
        Outcome.atLeast(
            line, "throughput with a map = 1", 0.97, all.get(0).speedBeside(all.get(1))));
    report.add(Outcome.told(line, "throughput of raw", all.get(0).speedBeside(all.get(2)), ""));
    report.add(Outcome.told(line, "garbage less", all.get(1).moreBytesThan(all.get(0)), "bytes"));
    report.add(
        Outcome.told(line, "processor time less", all.get(1).moreProcessorThan(all.get(0)), "ns"));
    int raw = pools.get(0).getHikariPoolMXBean().getTotalConnections();
    report.add(
        Outcome.told(
            line, "sessions of one shard, its pool's too", sessions(lab, WITHOUT) - raw, ""));
    report.add(
        Outcome.told(
            "point read with a map",
            "sessions of one shard, its pool's too",
            sessions(lab, WITH),
            ""));
  }

  private static long key(int turn) {
    return PointRead.key(turn, READ_KEYS);
  }

  private static ShardDataSource open(Lab lab, String database) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (int shard = 0; shard < Lab.SHARDS; shard++) {
      builder.shard("s" + shard, lab.url(shard, database));
    }
    return builder
        .transactions(TransactionMode.TWO_PHASE)
        .tables(t -> t.sharded("users", "user_id"))
        .build();
  }

  private static void fill(Lab lab, String database) throws SQLException {
    try (ShardDataSource source = open(lab, database);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE users (user_id bigint PRIMARY KEY, name text)");
      for (int key = 0; key < READ_KEYS; key++) {
        statement.addBatch("INSERT INTO users VALUES (" + key + ", 'user')");
      }
      statement.executeBatch();
    }
  }

  private static void installMap(Lab lab) throws SQLException {
    Map<ShardId, ShardServers> servers = new LinkedHashMap<>();
    Map<ShardId, Reach> reach = new LinkedHashMap<>();
    for (int shard = 0; shard < Lab.SHARDS; shard++) {
      ShardId id = new ShardId("s" + shard);
      String url = lab.url(shard, WITH);
      servers.put(id, new ShardServers(url, List.of(), new Properties()));
      reach.put(id, new Reach(url, List.of()));
    }
    RoutingConfiguration routing =
        RoutingConfiguration.builder()
            .shards(List.copyOf(servers.keySet()))
            .sharded("users", "user_id")
            .build();
    try (Resharding mover = Resharding.over(servers)) {
      mover.install(routing, reach);
    }
  }

  private static double sessions(Lab lab, String database) throws SQLException {
    try (Connection connection = lab.raw(0).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database + "'")) {
      row.next();
      return row.getDouble(1);
    }
  }
}
