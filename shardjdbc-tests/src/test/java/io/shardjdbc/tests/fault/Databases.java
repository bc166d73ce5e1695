package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

/** What programs under faults work with: the tables, and DataSources over them. */
final class Databases {

  /** How long decisions are kept; longer than a program takes. */
  static final Duration KEPT = Duration.ofSeconds(5);

  private Databases() {}

  static void create(Connection audit) throws SQLException {
    try (Statement statement = audit.createStatement()) {
      statement.execute(
          """
          DROP TABLE IF EXISTS ledger, rate, posted, booking;
          CREATE TABLE ledger (account bigint, op bigint, object oid);
          CREATE INDEX ON ledger (op);
          CREATE TABLE rate (id bigint PRIMARY KEY, n bigint);
          INSERT INTO rate VALUES (1, 0);
          CREATE TABLE posted (account bigint, op bigint, at timestamptz);
          CREATE TABLE booking (account bigint, op bigint, amount bigint);
          CREATE OR REPLACE FUNCTION enter(a bigint, o bigint) RETURNS bigint LANGUAGE sql
            AS 'INSERT INTO ledger (account, op) VALUES (a, o) RETURNING o';
          """);
    }
  }

  /** One whose commits wait for an answer as long as may be where decisions are kept so long. */
  static ShardDataSource open(Map<String, String> urls, Duration patience) throws SQLException {
    return open(urls, patience, KEPT.dividedBy(4));
  }

  static ShardDataSource open(Map<String, String> urls, Duration patience, Duration ofCommits)
      throws SQLException {
    return open(urls, patience, ofCommits, KEPT);
  }

  static ShardDataSource open(
      Map<String, String> urls, Duration patience, Duration ofCommits, Duration kept)
      throws SQLException {
    TransactionSettings defaults = TransactionSettings.of(TransactionMode.TWO_PHASE);
    ConfigurationBuilder builder = Configuration.builder();
    urls.forEach(
        (shard, url) -> builder.shard(ShardConfiguration.of(shard, NodeConfiguration.of(url))));
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
                    ofCommits,
                    Duration.ofHours(1),
                    Duration.ofHours(1),
                    kept))
            .tables(
                t ->
                    t.sharded("ledger", "account")
                        .sharded("posted", "account")
                        .sharded("booking", "account")
                        .reference("rate"))
            .build());
  }
}
