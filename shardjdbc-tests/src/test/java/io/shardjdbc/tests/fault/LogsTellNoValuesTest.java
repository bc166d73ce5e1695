package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.StepRejectedException;
import io.shardjdbc.saga.outbox.Outbox;
import io.shardjdbc.saga.outbox.OutboxRelay;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever fails, by whose fault ever: no value of a statement, a key or a message is logged. */
class LogsTellNoValuesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final String VALUE = "hush-4711";

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream before = System.err;
  private ShardDataSource dataSource;

  @BeforeEach
  void open() throws SQLException {
    dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.primaryUrls().get("s0"))
            .shard("s1", cluster.primaryUrls().get("s1"))
            .transactions(TransactionMode.TWO_PHASE)
            .tables(t -> t.sharded("things", "k").sharded("late", "k"))
            .build();
    run("CREATE TABLE things (k text PRIMARY KEY, n int)");
    run("CREATE TABLE late (k text, n int, UNIQUE (k, n) DEFERRABLE INITIALLY DEFERRED)");
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void close() {
    System.setErr(before);
    dataSource.close();
  }

  private void run(String... texts) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : texts) {
        statement.execute(sql);
      }
    }
  }

  private static void insert(Connection connection, String table, String key) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, 1)")) {
      insert.setString(1, key);
      insert.executeUpdate();
    }
  }

  @Test
  void notByStatementsCommitsSagasOrMessages() throws Exception {
    run("INSERT INTO things VALUES ('" + VALUE + "', 1)");
    assertThatThrownBy(() -> run("INSERT INTO things VALUES ('" + VALUE + "', 1)"))
        .isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> run("SELECT '" + VALUE + "'::int FROM things"))
        .isInstanceOf(SQLException.class);
    try (Connection connection = dataSource.getConnection()) {
      byte[] rows = (VALUE + "\t" + VALUE + "\n").getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(
              () ->
                  connection
                      .unwrap(ShardConnection.class)
                      .copy()
                      .copyIn("COPY things FROM STDIN", new ByteArrayInputStream(rows)))
          .isInstanceOf(SQLException.class);
      connection.setAutoCommit(false);
      for (int i = 0; i < 40; i++) { // over both shards, and twice
        insert(connection, "late", VALUE + i % 20);
      }
      assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
    }
    saga();
    messages();
    assertThat(written.toString(StandardCharsets.UTF_8)).contains("is parked").contains("message");
    assertThat(written.toString(StandardCharsets.UTF_8)).doesNotContain(VALUE);
  }

  private void saga() throws SQLException {
    Saga<SagaState> saga =
        Saga.builder("told", 1)
            .step(
                "first",
                step ->
                    step.on("things", state -> state.getString("k"))
                        .retry(RetryPolicy.never())
                        .action((connection, state) -> state)
                        .compensation((connection, state) -> insert(connection, "things", VALUE)))
            .step(
                "second",
                step ->
                    step.on("things", state -> state.getString("k"))
                        .retry(new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1)))
                        .action(
                            (connection, state) -> {
                              insert(connection, "things", VALUE);
                              throw new StepRejectedException("it is not done at all");
                            }))
            .build();
    try (Sagas sagas = Sagas.builder(dataSource).saga(saga).withoutBackground().build()) {
      sagas.run(saga, VALUE, SagaState.of("k", VALUE));
      assertThat(sagas.parked()).singleElement();
    }
  }

  private void messages() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      insert(connection, "things", VALUE + "-sent");
      Outbox.of(dataSource).add(connection, "topic", VALUE, VALUE);
      connection.commit();
    }
    List<String> seen = new ArrayList<>();
    try (OutboxRelay relay =
        OutboxRelay.builder(
                dataSource,
                "topic",
                message -> {
                  seen.add(message.payload());
                  throw new IllegalStateException(message.payload());
                })
            .withoutBackground()
            .build()) {
      relay.deliver();
    }
    assertThat(seen).containsExactly(VALUE);
  }
}
