package io.shardjdbc.tests.moment;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Accounts over shards between which money is moved, so that there is always as much of it.
 *
 * <p>Whoever moves some takes it from one account and gives it to another in one transaction of two
 * phases, the smaller number first so that nobody waits in a circle.
 */
final class Bank {

  static final int ACCOUNTS = 24;
  static final long TOTAL = ACCOUNTS * 1_000L;
  static final String SUM = "SELECT sum(balance) FROM accounts";

  private static final String TABLES =
      """
      CREATE TABLE accounts (account bigint PRIMARY KEY, balance bigint);
      CREATE TABLE cards (account bigint
        REFERENCES accounts ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
      """;

  private Bank() {}

  static ConfigurationBuilder configuration(
      Map<String, String> primaryUrls, TransactionSettings settings) {
    return configuration(primaryUrls, Map.of(), settings);
  }

  static ConfigurationBuilder configuration(
      Map<String, String> primaryUrls,
      Map<String, List<String>> replicaUrls,
      TransactionSettings settings) {
    ConfigurationBuilder builder = Configuration.builder();
    primaryUrls.forEach(
        (name, url) ->
            builder.shard(
                new ShardConfiguration(
                    new ShardId(name),
                    NodeConfiguration.of(url),
                    replicaUrls.getOrDefault(name, List.of()).stream()
                        .map(NodeConfiguration::of)
                        .toList())));
    return builder
        .pool(
            new PoolConfiguration(
                32, 0, Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(5)))
        .transactions(settings)
        .tables(t -> t.sharded("accounts", "account").sharded("cards", "account"));
  }

  /** Recovery comes soon, even where a process is only slow. */
  static TransactionSettings settings() {
    TransactionSettings defaults = TransactionSettings.of(TransactionMode.TWO_PHASE);
    return new TransactionSettings(
        TransactionMode.TWO_PHASE,
        false,
        defaults.durability(),
        defaults.acknowledgement(),
        Duration.ofSeconds(20),
        Duration.ofMillis(300),
        Duration.ofMillis(500),
        defaults.keepDecisions());
  }

  static ShardDataSource open(Map<String, String> primaryUrls) throws SQLException {
    return ShardDataSource.of(configuration(primaryUrls, settings()).build());
  }

  /** The URLs by the shards' names, from a program's arguments. */
  static Map<String, String> urls(String[] arguments, int first) {
    Map<String, String> urls = new LinkedHashMap<>();
    for (int i = first; i < arguments.length; i += 2) {
      urls.put(arguments[i], arguments[i + 1]);
    }
    return urls;
  }

  /** Creates the tables and fills them. */
  static void create(Map<String, String> primaryUrls) throws SQLException {
    createTables(primaryUrls);
    try (ShardDataSource dataSource = open(primaryUrls)) {
      fill(dataSource);
    }
  }

  static void createTables(Map<String, String> primaryUrls) throws SQLException {
    for (String url : primaryUrls.values()) {
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute(TABLES);
      }
    }
  }

  /** Opens a DataSource on tables that it creates and fills. */
  static ShardDataSource createAndOpen(
      Map<String, String> primaryUrls, TransactionSettings settings) throws SQLException {
    createTables(primaryUrls);
    ShardDataSource dataSource = ShardDataSource.of(configuration(primaryUrls, settings).build());
    fill(dataSource);
    return dataSource;
  }

  static void fill(ShardDataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO accounts VALUES (?, 1000)")) {
      for (int i = 0; i < ACCOUNTS; i++) {
        insert.setLong(1, i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Accounts of which each is on a shard of its own. */
  static List<Integer> onDifferentShards(ShardDataSource dataSource, int count)
      throws SQLException {
    Map<ShardId, Integer> onEach = new TreeMap<>(Comparator.comparing(ShardId::name));
    for (int account = 0; account < ACCOUNTS; account++) {
      onEach.putIfAbsent(dataSource.shardOf("accounts", account), account);
    }
    return List.copyOf(onEach.values()).subList(0, count);
  }

  /** An account of each of two shards, then another one of the second and one of the first. */
  static List<Integer> thereAndBack(ShardDataSource dataSource) throws SQLException {
    List<Integer> two = onDifferentShards(dataSource, 2);
    return List.of(
        two.get(0),
        two.get(1),
        neighbour(dataSource, two.get(1)),
        neighbour(dataSource, two.get(0)));
  }

  /** Another account on the same shard. */
  static int neighbour(ShardDataSource dataSource, int account) throws SQLException {
    for (int other = 0; other < ACCOUNTS; other++) {
      if (other != account
          && dataSource
              .shardOf("accounts", other)
              .equals(dataSource.shardOf("accounts", account))) {
        return other;
      }
    }
    throw new IllegalStateException("it is alone");
  }

  /** Moves money between the last two of three accounts, the first of which decides. */
  static void move(ShardDataSource dataSource, Random random, List<Integer> three)
      throws SQLException {
    int amount = random.nextInt(1, 20);
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      add(connection, three.get(0), 0);
      add(connection, three.get(1), amount);
      add(connection, three.get(2), -amount);
      connection.commit();
    }
  }

  /** Moves some money between two accounts. */
  static void move(ShardDataSource dataSource, Random random) throws SQLException {
    int one = random.nextInt(ACCOUNTS);
    int other = (one + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    int amount = random.nextInt(-20, 20);
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      add(connection, Math.min(one, other), amount);
      add(connection, Math.max(one, other), -amount);
      connection.commit();
    }
  }

  private static void add(Connection connection, int account, int amount) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE accounts SET balance = balance + ? WHERE account = ?")) {
      update.setInt(1, amount);
      update.setLong(2, account);
      update.executeUpdate();
    }
  }

  /** A connection whose reads ask for something. */
  static Connection reader(ShardDataSource dataSource, ReadIntent intent) throws SQLException {
    Connection connection = dataSource.getConnection();
    connection.unwrap(ShardConnection.class).readIntent(intent);
    return connection;
  }

  /** All the money, as one statement sees it. */
  static long sum(Connection connection) throws SQLException {
    return sum(connection, SUM);
  }

  static long sum(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
