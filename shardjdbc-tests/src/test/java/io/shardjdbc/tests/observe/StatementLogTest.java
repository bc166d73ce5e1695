package io.shardjdbc.tests.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.observe.StatementLog;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the log says of slow statements and of those over several shards. */
class StatementLogTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  /** Before the class that has the logger is there. */
  @BeforeAll
  static void writeAdvice() {
    System.setProperty("org.slf4j.simpleLogger.log.io.shardjdbc.advice", "info");
    System.setProperty("org.slf4j.simpleLogger.log.io.shardjdbc.cross-shard", "info");
  }

  private static String logged(StatementLog log, boolean advise) throws SQLException {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    try (ShardDataSource dataSource =
            builder.tables(tables -> tables.sharded("users", "user_id")).listener(log).build();
        Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS users (user_id bigint, name text)");
      for (int i = 0; i < 3; i++) {
        statement.execute("SELECT count(*) FROM users WHERE name = 'a secret " + i + "'");
      }
      statement.execute("SELECT rank() OVER (ORDER BY name) FROM users");
      statement.execute("SELECT name FROM users WHERE user_id = 7");
      if (advise) {
        log.adviseNow();
      }
    } finally {
      System.setErr(before);
    }
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void adviceNamesTheCostliestStatementsAndWhatTheyLack() throws SQLException {
    String logged = logged(StatementLog.builder().adviceEvery(Duration.ofDays(1)).build(), true);
    assertThat(logged)
        .contains("3 times", "scatter over 3 shards: SELECT count(*) FROM users WHERE name = ?")
        .contains("give the shard key of users")
        .contains("rows come together because of a window function")
        .doesNotContain("secret", "user_id = ?");
  }

  @Test
  void slowStatementsAreWrittenWithTheWayTheyRan() throws SQLException {
    String logged = logged(StatementLog.builder().slowerThan(Duration.ZERO).build(), false);
    assertThat(logged)
        .contains("scatter on s0, s1, s2: SELECT count(*) FROM users WHERE name = ?")
        .contains("one_shard on s")
        .contains("user_id = ?")
        .doesNotContain("secret");
  }

  @Test
  void statementsOverSeveralShardsAreWrittenWithTheWayTheyRan() throws SQLException {
    String logged = logged(StatementLog.builder().crossShard().oneOf(2).build(), false);
    assertThat(logged)
        .contains("cross-shard", "scatter on s0, s1, s2: SELECT count(*) FROM users WHERE name = ?")
        .doesNotContain("secret", "user_id = ?", "CREATE TABLE");
    assertThat(logged.lines().filter(line -> line.contains("scatter on"))).hasSize(2);
  }
}
