package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Two shards, asked directly and through wires that break, and what stands on them. */
final class Bank implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** One account on each shard. */
  final List<Long> accounts = new ArrayList<>();

  final Map<String, FaultyWire> wires = new LinkedHashMap<>();
  final ShardDataSource faulty;
  final ShardDataSource direct;
  private final List<Connection> audits = new ArrayList<>();

  Bank(Cluster cluster, String database) throws SQLException {
    Map<String, String> urls = new LinkedHashMap<>();
    for (String shard : List.of("s0", "s1")) {
      Connection audit = cluster.shard(shard).primary().connect(database);
      audits.add(audit);
      try (Statement statement = audit.createStatement()) {
        statement.execute(
            """
            DROP TABLE IF EXISTS ledger, rate;
            CREATE TABLE ledger (account bigint, op bigint);
            CREATE TABLE rate (id bigint PRIMARY KEY, n bigint);
            INSERT INTO rate VALUES (1, 0);
            CREATE OR REPLACE FUNCTION enter(a bigint, o bigint) RETURNS bigint LANGUAGE sql
              AS 'INSERT INTO ledger VALUES (a, o) RETURNING o';
            """);
      }
      FaultyWire wire = new FaultyWire(cluster.shard(shard).primary().proxy());
      wires.put(shard, wire);
      urls.put(shard, cluster.shard(shard).primary().jdbcUrl(database, wire.proxy()));
    }
    direct = open(cluster.primaryUrls(database), PATIENCE);
    direct.transactions().install();
    faulty = open(urls, Duration.ofSeconds(2));
    for (long account = 1; accounts.size() < 2; account++) {
      String owner = direct.shardOf("ledger", account).name();
      if (owner.equals("s" + accounts.size())) {
        accounts.add(account);
      }
    }
  }

  private static ShardDataSource open(Map<String, String> urls, Duration patience)
      throws SQLException {
    TransactionSettings defaults = TransactionSettings.of(TransactionMode.TWO_PHASE);
    ConfigurationBuilder builder = Configuration.builder();
    for (String shard : List.of("s0", "s1")) {
      builder.shard(ShardConfiguration.of(shard, NodeConfiguration.of(urls.get(shard))));
    }
    return ShardDataSource.of(
        builder
            .pool(
                new PoolConfiguration(6, 0, patience, Duration.ofMinutes(1), Duration.ofMinutes(5)))
            .transactions(
                new TransactionSettings(
                    TransactionMode.TWO_PHASE,
                    false,
                    defaults.durability(),
                    defaults.acknowledgement(),
                    Duration.ofMillis(500),
                    Duration.ofHours(1),
                    Duration.ofHours(1),
                    Duration.ofHours(2)))
            .tables(t -> t.sharded("ledger", "account").reference("rate"))
            .build());
  }

  /** Lets everything pass, and waits until no server works for anybody any more. */
  void heal() throws SQLException {
    wires.values().forEach(FaultyWire::heal);
    for (Connection audit : audits) {
      Deadline.in(PATIENCE)
          .await(
              "nothing runs",
              () ->
                  number(
                          audit,
                          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                              + " AND pid <> pg_backend_pid() AND state <> 'idle'")
                      == 0);
    }
    Deadline.in(PATIENCE)
        .await("recovered", () -> prepared() == 0 || direct.transactions().recover().isClean());
  }

  /** How many lines there are of each operation. */
  Map<Long, Integer> lines(long from) throws SQLException {
    Map<Long, Integer> lines = new HashMap<>();
    for (Connection audit : audits) {
      try (Statement statement = audit.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT op, count(*) FROM ledger WHERE op >= " + from + " GROUP BY op")) {
        while (rows.next()) {
          lines.merge(rows.getLong(1), rows.getInt(2), Integer::sum);
        }
      }
    }
    return lines;
  }

  /** The copies of the one row of the reference table. */
  List<Long> rates() throws SQLException {
    List<Long> rates = new ArrayList<>();
    for (Connection audit : audits) {
      rates.add(number(audit, "SELECT n FROM rate"));
    }
    return rates;
  }

  /** How much is prepared on the shards, of whatever kind. */
  long prepared() throws SQLException {
    return number(
            audits.get(0),
            "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()")
        + number(
            audits.get(1),
            "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()");
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    wires.values().forEach(wire -> wire.proxy().close());
    faulty.close();
    direct.close();
    for (Connection audit : audits) {
      audit.close();
    }
  }
}
