package io.shardjdbc.examples.jta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.examples.jta.Watched.Step;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import jakarta.transaction.RollbackException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Narayana ends transactions over two shards and another server, and what a crash has left. */
@Tag("long")
class JtaTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  /** Of the test's own transactions, and of those of the process that is killed. */
  @TempDir static Path log;

  private static final List<String> EVERYWHERE = List.of("s0", "s1", "s2");

  private static final String PREPARED =
      "SELECT 1 FROM pg_prepared_xacts WHERE database = current_database()";

  private static Jta jta;

  @BeforeAll
  static void start() throws Exception {
    for (String server : EVERYWHERE) {
      try (Connection connection = cluster.connect(server);
          Statement statement = connection.createStatement()) {
        statement.execute(Shop.TABLES.get(server));
      }
    }
    jta = new Jta(log);
  }

  @AfterEach
  void nothingIsLeftPrepared() throws SQLException {
    assertThat(serversWith(PREPARED)).isEmpty();
  }

  private static Shop shop() throws SQLException {
    return new Shop(cluster.primaryUrls(), step -> {}, step -> {});
  }

  /** The server of each row of a purchase. */
  private static List<String> bought(long purchase) throws SQLException {
    List<String> found =
        new ArrayList<>(serversWith("SELECT 1 FROM orders WHERE purchase = " + purchase));
    found.addAll(serversWith("SELECT 1 FROM payments WHERE purchase = " + purchase));
    return found;
  }

  /** The server of each row that a query has; those without its table have none. */
  private static List<String> serversWith(String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    for (String server : EVERYWHERE) {
      try (Connection connection = cluster.connect(server);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          found.add(server);
        }
      } catch (SQLException e) {
        assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("42P01");
      }
    }
    return found;
  }

  @Test
  void shardsAndTheOtherServerCommitTogether() throws Exception {
    try (Shop shop = shop()) {
      shop.buy(jta.transactions(), 11);
      assertThat(bought(11)).isEmpty();
      jta.transactions().commit();
      assertThat(bought(11)).isEqualTo(EVERYWHERE);
      shop.buy(jta.transactions(), 12);
      jta.transactions().commit();
      assertThat(bought(12)).isEqualTo(EVERYWHERE);
    }
  }

  @Tag("long")
  @Test
  void shardsAndTheOtherServerRollBackTogether() throws Exception {
    try (Shop shop = shop()) {
      shop.buy(jta.transactions(), 13);
      jta.transactions().rollback();
      assertThat(bought(13)).isEmpty();
    }
  }

  @Tag("long")
  @Test
  void shardsRollBackWhenTheOtherServerCannotPrepare() throws Exception {
    try (Shop shop = shop()) {
      shop.buy(jta.transactions(), 14);
      shop.pay(14);
      assertThatThrownBy(() -> jta.transactions().commit()).isInstanceOf(RollbackException.class);
      assertThat(bought(14)).isEmpty();
    }
  }

  @Tag("long")
  @Test
  void theOtherServerAndAllShardsRollBackWhenOneShardCannotPrepare() throws Exception {
    try (Shop shop = shop()) {
      shop.buy(jta.transactions(), 15);
      shop.order(15);
      assertThatThrownBy(() -> jta.transactions().commit()).isInstanceOf(RollbackException.class);
      assertThat(bought(15)).isEmpty();
    }
  }

  @Tag("long")
  @Test
  void aShardThatIsKilledAfterTheDecisionIsToldByRecovery() throws Exception {
    Watched.Event kill =
        step -> {
          if (step == Step.COMMIT) {
            cluster.shard("s1").primary().kill();
          }
        };
    try (Shop shop = new Shop(cluster.primaryUrls(), kill, step -> {})) {
      shop.buy(jta.transactions(), 16);
      jta.transactions().commit();
      cluster.shard("s1").primary().start();
      assertThat(serversWith(PREPARED)).containsExactly("s1");
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "recovery",
              () -> {
                jta.recover(shop.resources());
                return bought(16).size() == 3;
              });
    }
  }

  @Tag("long")
  @Test
  void whatAKilledProcessHasPreparedIsEndedByTheOneThatHasItsLog() throws Exception {
    Process process = fork();
    try {
      awaitTwoThatStand(process);
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(serversWith(PREPARED)).containsExactly("s0", "s0", "s1", "s1", "s2");
    try (Shop shop = shop()) {
      jta.recover(shop.resources());
    }
    assertThat(bought(1)).as("killed before the decision").isEmpty();
    assertThat(bought(2)).as("killed after the decision").isEqualTo(EVERYWHERE);
  }

  private static Process fork() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ShopProgram.class.getName(),
                log.toString()));
    EVERYWHERE.forEach(server -> command.add(cluster.primaryUrls().get(server)));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void awaitTwoThatStand(Process process) throws IOException {
    List<String> lines = new ArrayList<>();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (lines.stream().filter("STANDS"::equals).count() == 2) {
        return;
      }
    }
    throw new AssertionError(String.join("\n", lines));
  }
}
