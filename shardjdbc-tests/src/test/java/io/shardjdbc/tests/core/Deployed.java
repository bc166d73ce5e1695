package io.shardjdbc.tests.core;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.outbox.Outbox;
import io.shardjdbc.saga.outbox.OutboxRelay;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

/** A small application that uses whatever has threads, and ends. Loaded by a loader of its own. */
public final class Deployed {

  private Deployed() {}

  /** From its start to its end. */
  public static void live(Map<String, String> urls, String file) throws Exception {
    var builder = ShardDataSource.builder();
    urls.forEach(builder::shard);
    Saga<SagaState> saga =
        Saga.builder("deployed", 1)
            .step(
                "only",
                step ->
                    step.on("items", state -> state.getLong("id"))
                        .action((connection, state) -> state))
            .build();
    try (ShardDataSource dataSource = builder.tables(t -> t.sharded("items", "id")).build()) {
      statements(dataSource);
      Outbox outbox = Outbox.of(dataSource);
      try (Sagas sagas =
              Sagas.builder(dataSource).saga(saga).interval(Duration.ofMillis(20)).build();
          OutboxRelay relay =
              OutboxRelay.builder(dataSource, "deployed", message -> {})
                  .interval(Duration.ofMillis(20))
                  .build()) {
        sagas.run(saga, "one", SagaState.of("id", 1));
        relay.deliver();
        outbox.failing(1);
      }
      Sagas.builder(dataSource) // left open, and its threads end with the DataSource all the same
          .saga(saga)
          .lease(Duration.ofMillis(300))
          .withoutBackground()
          .build()
          .find(saga, "another");
    }
    Class.forName("io.shardjdbc.ShardDriver");
    String url = "jdbc:shardjdbc:" + file;
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT count(*) FROM items").close();
    }
    // As a container does for an application that has gone.
    DriverManager.deregisterDriver(DriverManager.getDriver(url));
  }

  private static void statements(ShardDataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(30);
      statement.execute("CREATE TABLE IF NOT EXISTS items (id bigint PRIMARY KEY, name text)");
      statement.execute(
          "INSERT INTO items SELECT n, 'x' || n FROM generate_series(1, 100) n"
              + " ON CONFLICT (id) DO NOTHING");
      try (ResultSet rows =
          statement.executeQuery("SELECT name, count(*) FROM items GROUP BY name ORDER BY name")) {
        rows.next(); // and the rest is left
      }
      connection.unwrap(ShardConnection.class).setTransactionMode(TransactionMode.TWO_PHASE);
      connection.setAutoCommit(false);
      try (PreparedStatement update =
          connection.prepareStatement("UPDATE items SET name = ? WHERE id = ?")) {
        for (long id = 1; id <= 10; id++) {
          update.setString(1, "y");
          update.setLong(2, id);
          update.addBatch();
        }
        update.executeBatch();
      }
      connection.commit();
    }
  }
}
