package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ctl.Shardctl;
import io.shardjdbc.micrometer.ShardMetrics;
import io.shardjdbc.outcome.TransactionWait;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for whom is shown by the API, by meters and by a command, without any value. */
@LongRun
class ShownWaitsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A balance that nobody may read anywhere else. */
  private static final long SECRET = 48_151_623_42L;

  @TempDir static Path directory;

  private static ShardDataSource dataSource;
  private static List<Integer> accounts;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Bank.createAndOpen(cluster.primaryUrls(), Bank.settings());
    accounts = Bank.thereAndBack(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static Connection begin() throws SQLException {
    Connection connection = dataSource.getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void set(Connection connection, int account) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE accounts SET balance = ? /* " + SECRET + " */ WHERE account = ?")) {
      update.setLong(1, SECRET);
      update.setLong(2, account);
      update.executeUpdate();
    }
  }

  /** What is looked at while one transaction over two shards waits for another. */
  private interface Look {
    void look(TransactionWait wait) throws Exception;
  }

  private static void whileOneWaits(Look look) throws Exception {
    try (Connection holder = begin();
        Connection waiter = begin()) {
      set(holder, accounts.get(0));
      set(holder, accounts.get(1));
      set(waiter, accounts.get(2));
      set(waiter, accounts.get(3));
      CompletableFuture<Void> waits =
          Beside.run(
              () -> {
                try {
                  set(waiter, accounts.get(0));
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      Deadline.in(PATIENCE).await("one waits", () -> dataSource.transactions().waits().size() == 1);
      look.look(dataSource.transactions().waits().get(0));
      holder.rollback();
      waits.get(60, TimeUnit.SECONDS);
      waiter.rollback();
    }
  }

  @Test
  void theApiTellsAgesAndSummaries() throws Exception {
    whileOneWaits(
        wait -> {
          assertThat(wait.shard()).isEqualTo(dataSource.shardOf("accounts", accounts.get(0)));
          Deadline.in(PATIENCE)
              .await(
                  "it grows",
                  () ->
                      dataSource.transactions().waits().get(0).lasts().compareTo(wait.lasts()) > 0);
          assertThat(wait.waiter().age()).isPresent();
          assertThat(wait.holder().age()).isPresent();
          assertThat(wait.waiter().summary()).contains("UPDATE accounts");
          assertThat(wait.toString()).doesNotContain(String.valueOf(SECRET));
        });
  }

  @Test
  void metersTellHowManyWaitAndForHowLong() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (ShardMetrics metrics = ShardMetrics.of(registry, Duration.ofHours(1))) {
      metrics.watch(dataSource);
      whileOneWaits(
          wait -> {
            metrics.refresh();
            String there = wait.shard().name();
            assertThat(registry.get("shard.lock.waits").tag("shard", there).gauge().value())
                .isOne();
            assertThat(registry.get("shard.lock.wait.longest").tag("shard", there).gauge().value())
                .isPositive();
          });
      metrics.refresh();
      assertThat(registry.get("shard.lock.waits").gauges())
          .hasSize(2)
          .allMatch(gauge -> gauge.value() == 0);
      assertThat(registry.get("shard.deadlocks").functionCounter().count())
          .isEqualTo((double) dataSource.transactions().deadlocks());
    }
  }

  @Test
  void aCommandTellsThemToWhoeverRunsTheShards() throws Exception {
    assertThat(shardctl("locks")).contains("nobody waits for a lock");
    whileOneWaits(
        wait -> {
          Deadline.in(PATIENCE)
              .await(
                  "its process says which transaction waits",
                  () -> shardctl("locks").contains(wait.waiter().name()));
          assertThat(wait.waiter().name()).startsWith("transaction ");
          assertThat(shardctl("locks"))
              .contains("ShareLock on transactionid", "UPDATE accounts", wait.shard().name())
              .contains(String.valueOf(wait.waiter().process()))
              .contains(String.valueOf(wait.holder().process()))
              .doesNotContain(String.valueOf(SECRET));
          assertThat(shardctl("locks", "--json"))
              .startsWith("{\"waits\": [{\"shard\": ")
              .contains("\"waiter does\": \"UPDATE accounts\"")
              .contains("\"holder does\": \"nothing\"")
              .doesNotContain(String.valueOf(SECRET));
        });
  }

  private static String shardctl(String... command) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("shards.yaml"),
            cluster.shardsYaml() + "tables:\n  accounts: {key: account}\n");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] all = new String[command.length + 2];
    System.arraycopy(command, 0, all, 0, command.length);
    all[command.length] = "-c";
    all[command.length + 1] = file.toString();
    int code = Shardctl.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }
}
