package io.shardjdbc.tests.transaction;

import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Acknowledgement;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.transaction.CommitObserver;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Accounts over shards, one row for each shard and transfer, by which agreement is seen. */
final class Accounts {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String TABLES =
      """
      CREATE TABLE accounts (account bigint PRIMARY KEY, balance bigint NOT NULL);
      CREATE TABLE entries (account bigint, transfer bigint, PRIMARY KEY (account, transfer));
      CREATE FUNCTION note_by_function(a bigint, t bigint) RETURNS bigint LANGUAGE sql
        AS 'INSERT INTO entries VALUES (a, t) RETURNING t';
      """;

  private Accounts() {}

  /** Two-phase, with recovery only when a test asks for it. */
  static TransactionSettings settings() {
    return settings(Acknowledgement.TOLD);
  }

  static TransactionSettings settings(Acknowledgement acknowledgement) {
    TransactionSettings defaults = TransactionSettings.of(TransactionMode.TWO_PHASE);
    return new TransactionSettings(
        TransactionMode.TWO_PHASE,
        false,
        defaults.durability(),
        acknowledgement,
        Duration.ofSeconds(20),
        Duration.ofHours(1),
        Duration.ofHours(1),
        defaults.keepDecisions());
  }

  static ConfigurationBuilder configuration(Map<String, String> primaryUrls) {
    ConfigurationBuilder builder = Configuration.builder();
    primaryUrls.forEach(
        (name, url) -> builder.shard(ShardConfiguration.of(name, NodeConfiguration.of(url))));
    return builder
        .pool(
            new PoolConfiguration(
                8, 0, Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(5)))
        .transactions(settings())
        .tables(t -> t.sharded("accounts", "account").sharded("entries", "account"));
  }

  static ShardDataSource open(Map<String, String> primaryUrls) throws SQLException {
    return open(primaryUrls, CommitObserver.NONE);
  }

  static ShardDataSource open(Map<String, String> primaryUrls, CommitObserver observer)
      throws SQLException {
    return ObservedDataSource.open(configuration(primaryUrls).build(), observer);
  }

  /** The URLs by the shards' names, from a program's arguments. */
  static Map<String, String> urls(String[] arguments, int first) {
    Map<String, String> urls = new LinkedHashMap<>();
    for (int i = first; i < arguments.length; i += 2) {
      urls.put(arguments[i], arguments[i + 1]);
    }
    return urls;
  }

  /** Creates the tables, past the DataSource, so that no decision is made for them. */
  static void createTables(Map<String, String> primaryUrls) throws SQLException {
    for (String url : primaryUrls.values()) {
      try (Connection connection = java.sql.DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute(TABLES);
      }
    }
  }

  /** One account on each shard, by the shards' names. */
  static Map<String, Long> accountOnEach(ShardDataSource dataSource, int shards) {
    Map<String, Long> accounts = new TreeMap<>();
    for (long account = 1; accounts.size() < shards; account++) {
      accounts.putIfAbsent(
          dataSource
              .router()
              .shards("SELECT * FROM entries WHERE account = ?", List.of(account))
              .get(0)
              .name(),
          account);
    }
    return accounts;
  }

  static void enter(Connection connection, long account, long transfer) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO entries (account, transfer) VALUES (?, ?)")) {
      insert.setLong(1, account);
      insert.setLong(2, transfer);
      insert.executeUpdate();
    }
  }

  /** Enters a transfer on all these accounts in one transaction. */
  static void transfer(ShardDataSource dataSource, Iterable<Long> accounts, long transfer)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      for (long account : accounts) {
        enter(connection, account, transfer);
      }
      connection.commit();
    }
  }

  /** The accounts on which a transfer is entered, as the servers say. */
  static List<Long> entered(Map<String, String> primaryUrls, long transfer) throws SQLException {
    List<Long> found = new ArrayList<>();
    for (String url : primaryUrls.values()) {
      try (Connection connection = java.sql.DriverManager.getConnection(url);
          PreparedStatement select =
              connection.prepareStatement("SELECT account FROM entries WHERE transfer = ?")) {
        select.setLong(1, transfer);
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            found.add(rows.getLong(1));
          }
        }
      }
    }
    return found;
  }

  /** The same, over connections that stay open. */
  static List<Long> entered(PlainConnections plain, long transfer) throws SQLException {
    return plain.rows("SELECT account FROM entries WHERE transfer = " + transfer).stream()
        .map(Long::valueOf)
        .toList();
  }

  /** On how many shards each transfer is entered, as the servers say. */
  static Map<Long, Integer> entered(Map<String, String> primaryUrls) throws SQLException {
    Map<Long, Integer> counts = new HashMap<>();
    for (String url : primaryUrls.values()) {
      try (Connection connection = java.sql.DriverManager.getConnection(url);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT transfer FROM entries")) {
        while (rows.next()) {
          counts.merge(rows.getLong(1), 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  /** A number that a server answers with. */
  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
