package io.shardjdbc.tests.saga;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.StepRejectedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Accounts over shards, and a saga that moves money from one to another. */
final class Bank {

  static final int ACCOUNTS = 90;
  static final long START = 1_000;

  /** Above it an account takes no money. */
  static final long CEILING = 5_000;

  /** Three tries, soon after each other. */
  static final RetryPolicy QUICK = new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(2));

  private Bank() {}

  /** Opens a DataSource over these primaries. */
  static ShardDataSource open(Map<String, String> urls) throws SQLException {
    return open(urls, Duration.ofSeconds(10));
  }

  /** The same; a connection is waited for that long. */
  static ShardDataSource open(Map<String, String> urls, Duration patience) throws SQLException {
    var builder = ShardDataSource.builder();
    urls.forEach(builder::shard);
    return builder
        .pool(new PoolConfiguration(12, 1, patience, Duration.ofMinutes(1), Duration.ofMinutes(5)))
        .tables(t -> t.sharded("accounts", "id").sharded("bookings", "account"))
        .build();
  }

  static void create(ShardDataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE accounts (id bigint PRIMARY KEY, balance bigint NOT NULL"
              + " CHECK (balance BETWEEN 0 AND "
              + CEILING
              + "))");
      statement.execute(
          "CREATE TABLE bookings (account bigint, transfer text, amount bigint,"
              + " PRIMARY KEY (account, transfer, amount))");
      statement.execute(
          "INSERT INTO accounts VALUES "
              + LongStream.rangeClosed(1, ACCOUNTS)
                  .mapToObj(id -> "(" + id + ", " + START + ")")
                  .collect(Collectors.joining(", ")));
    }
  }

  /** A transfer of two steps, each of which books what it does. */
  static Saga<SagaState> transfer() {
    return Saga.builder("transfer", 1)
        .step(
            "debit",
            step ->
                step.on("accounts", state -> state.getLong("from"))
                    .action(
                        (connection, state) -> {
                          requireFunds(connection, state);
                          add(connection, state, "from", -state.getLong("amount"));
                          return state.with("debited", true);
                        })
                    .compensation(
                        (connection, state) ->
                            add(connection, state, "from", state.getLong("amount"))))
        .step(
            "credit",
            step ->
                step.on("accounts", state -> state.getLong("to"))
                    .action(
                        (connection, state) -> {
                          add(connection, state, "to", state.getLong("amount"));
                          return state.with("credited", true);
                        })
                    .compensation(
                        (connection, state) ->
                            add(connection, state, "to", -state.getLong("amount"))))
        .build();
  }

  private static void requireFunds(Connection connection, SagaState state)
      throws SQLException, StepRejectedException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT balance FROM accounts WHERE id = ? FOR UPDATE")) {
      select.setLong(1, state.getLong("from"));
      try (ResultSet row = select.executeQuery()) {
        if (!row.next() || row.getLong(1) < state.getLong("amount")) {
          throw new StepRejectedException("insufficient funds");
        }
      }
    }
  }

  static void add(Connection connection, SagaState state, String whose, long amount)
      throws SQLException {
    try (PreparedStatement update =
            connection.prepareStatement("UPDATE accounts SET balance = balance + ? WHERE id = ?");
        PreparedStatement book =
            connection.prepareStatement("INSERT INTO bookings VALUES (?, ?, ?)")) {
      update.setLong(1, amount);
      update.setLong(2, state.getLong(whose));
      update.executeUpdate();
      book.setLong(1, state.getLong(whose));
      book.setString(2, state.getString("transfer"));
      book.setLong(3, amount);
      book.executeUpdate();
    }
  }

  /** Runs sagas in the test's own threads, and waits long for others. */
  static Sagas sagas(ShardDataSource dataSource, Saga<?>... sagas) {
    var builder = Sagas.builder(dataSource).withoutBackground().patience(Duration.ofSeconds(60));
    Stream.of(sagas).forEach(builder::saga);
    return builder.build();
  }

  /** How often money was moved in the name of a transfer. */
  static long bookings(ShardDataSource dataSource, String transfer) throws SQLException {
    return number(dataSource, "SELECT count(*) FROM bookings WHERE transfer = '" + transfer + "'");
  }

  static SagaState input(String transfer, long from, long to, long amount) {
    return SagaState.of("transfer", transfer)
        .with("from", from)
        .with("to", to)
        .with("amount", amount);
  }

  static long balance(ShardDataSource dataSource, long account) throws SQLException {
    return number(dataSource, "SELECT balance FROM accounts WHERE id = " + account);
  }

  static long total(ShardDataSource dataSource) throws SQLException {
    return number(dataSource, "SELECT sum(balance) FROM accounts");
  }

  static long number(ShardDataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** An account of a shard. */
  static long on(ShardDataSource dataSource, String shard, int skip) throws SQLException {
    int skipped = 0;
    for (long id = 1; id <= ACCOUNTS; id++) {
      if (dataSource.shardOf("accounts", id).name().equals(shard) && skipped++ == skip) {
        return id;
      }
    }
    throw new IllegalStateException("no account on " + shard);
  }
}
