package io.shardjdbc.examples.transfer;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.StepRejectedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Accounts over shards, and money moved between them. Each change of an account has its row in
 * {@code bookings}, written with it. Thread-safe.
 */
final class Bank implements AutoCloseable {

  static final int ACCOUNTS = 200;
  static final long START = 1_000;

  private final ShardDataSource dataSource;
  private final Saga<SagaState> saga;
  private final Sagas sagas;

  private Bank(ShardDataSource dataSource) {
    this.dataSource = dataSource;
    this.saga = saga();
    this.sagas =
        Sagas.builder(dataSource)
            .saga(saga)
            .lease(Duration.ofSeconds(3))
            .interval(Duration.ofMillis(500))
            .patience(Duration.ofSeconds(20))
            .build();
  }

  /** Opens it over these primaries. */
  static Bank open(Map<String, String> urls) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    urls.forEach(builder::shard);
    return new Bank(
        builder
            .pool(
                new PoolConfiguration(
                    12, 1, Duration.ofSeconds(3), Duration.ofMinutes(1), Duration.ofMinutes(5)))
            .transactions(TransactionMode.TWO_PHASE)
            .tables(t -> t.sharded("accounts", "id").sharded("bookings", "account"))
            .build());
  }

  ShardDataSource dataSource() {
    return dataSource;
  }

  Sagas sagas() {
    return sagas;
  }

  /** Creates the accounts. */
  void create() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE accounts (id bigint PRIMARY KEY, balance bigint CHECK (balance >= 0))");
      statement.execute(
          "CREATE TABLE bookings (account bigint, transfer text, amount bigint,"
              + " PRIMARY KEY (account, transfer, amount))");
      statement.execute(
          LongStream.rangeClosed(1, ACCOUNTS)
              .mapToObj(id -> "(" + id + ", " + START + ")")
              .collect(Collectors.joining(", ", "INSERT INTO accounts VALUES ", "")));
    }
    sagas.install();
    dataSource.transactions().install();
  }

  /**
   * Moves money.
   *
   * @return whether it was moved; if not, nothing was
   * @throws SQLException if that is not known now
   */
  boolean move(Way way, String transfer, long from, long to, long amount) throws SQLException {
    if (way == Way.SAGA) {
      SagaState input =
          SagaState.of("transfer", transfer)
              .with("from", from)
              .with("to", to)
              .with("amount", amount);
      return sagas.run(saga, transfer, input).isCompleted();
    }
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      if (!book(connection, transfer, from, -amount)) {
        connection.rollback();
        return false;
      }
      book(connection, transfer, to, amount);
      connection.commit();
      return true;
    }
  }

  private static Saga<SagaState> saga() {
    return Saga.builder("transfer", 1)
        .step(
            "debit",
            step ->
                step.on("accounts", state -> state.getLong("from"))
                    .action(
                        (connection, state) -> {
                          if (!book(connection, state, "from", -state.getLong("amount"))) {
                            throw new StepRejectedException("insufficient funds");
                          }
                          return state;
                        })
                    .compensation(
                        (connection, state) ->
                            book(connection, state, "from", state.getLong("amount"))))
        .step(
            "credit",
            step ->
                step.on("accounts", state -> state.getLong("to"))
                    .action(
                        (connection, state) -> {
                          book(connection, state, "to", state.getLong("amount"));
                          return state;
                        }))
        .build();
  }

  private static boolean book(Connection connection, SagaState state, String whose, long amount)
      throws SQLException {
    return book(connection, state.getString("transfer"), state.getLong(whose), amount);
  }

  /** Changes an account and books it, unless it would be overdrawn. */
  private static boolean book(Connection connection, String transfer, long account, long amount)
      throws SQLException {
    try (PreparedStatement update =
            connection.prepareStatement(
                "UPDATE accounts SET balance = balance + ? WHERE id = ? AND balance + ? >= 0");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO bookings VALUES (?, ?, ?)")) {
      update.setLong(1, amount);
      update.setLong(2, account);
      update.setLong(3, amount);
      if (update.executeUpdate() == 0) {
        return false;
      }
      insert.setLong(1, account);
      insert.setString(2, transfer);
      insert.setLong(3, amount);
      insert.executeUpdate();
      return true;
    }
  }

  @Override
  public void close() {
    sagas.close();
    dataSource.close();
  }
}
