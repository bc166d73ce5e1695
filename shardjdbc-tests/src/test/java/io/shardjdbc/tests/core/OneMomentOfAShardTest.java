package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All that one statement asks of one shard is of one moment; and what gathering asks for itself.
 */
class OneMomentOfAShardTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final int READS = Integer.getInteger("shardjdbc.moment.reads", 20);
  private static final String JOIN =
      "SELECT a.n, b.n FROM lefts a JOIN rights b ON a.tag = b.tag WHERE a.tag = 'both'";

  private static ShardDataSource dataSource;

  /** The key of a row on the shard that has a table of its own. */
  private static long beside = 100_000;

  @BeforeAll
  static void open() throws SQLException {
    plain.everywhere(
        """
        CREATE TABLE lefts (k bigint PRIMARY KEY, tag text, n bigint);
        CREATE TABLE rights (k bigint PRIMARY KEY, tag text, n bigint);
        CREATE TABLE alone (tag text, n bigint);
        CREATE TABLE copied (tag text, n bigint);
        """);
    dataSource = open(8);
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO lefts SELECT g, 't' || g, 0 FROM generate_series(10, 1500) g");
      statement.execute(
          "INSERT INTO rights SELECT g, 't' || g, 0 FROM generate_series(10, 1500) g");
      statement.execute("INSERT INTO lefts VALUES (1, 'both', 0)");
      statement.execute("INSERT INTO rights VALUES (1, 'both', 0)");
      statement.execute("INSERT INTO lefts SELECT g, 'more', 0 FROM generate_series(2000, 8000) g");
      statement.execute("INSERT INTO alone VALUES ('beside', 0), ('more', 0)");
      statement.execute("INSERT INTO copied VALUES ('beside', 0)");
      while (!dataSource.shardOf("lefts", beside).name().equals("s0")) {
        beside++;
      }
      statement.execute("INSERT INTO lefts VALUES (" + beside + ", 'beside', 0)");
    }
  }

  private static ShardDataSource open(int connections) throws SQLException {
    return ShardDataSource.builder()
        .shard("s0", cluster.primaryUrls().get("s0"))
        .shard("s1", cluster.primaryUrls().get("s1"))
        .transactions(TransactionMode.TWO_PHASE)
        .pool(
            new PoolConfiguration(
                connections,
                0,
                Duration.ofSeconds(3),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5)))
        .tables(
            t ->
                t.sharded("lefts", "k")
                    .sharded("rights", "k")
                    .single("alone", "s0")
                    .reference("copied"))
        .build();
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        JOIN,
        "SELECT (SELECT max(n) FROM lefts), (SELECT max(n) FROM rights)",
        "SELECT a.n, (SELECT b.n FROM rights b WHERE b.tag = a.tag) FROM lefts a"
            + " WHERE a.tag = 'both'"
      })
  void rowsThatOneTransactionChangesTogetherAreSeenTogether(String sql) throws Exception {
    assertThat(tornReads(sql, true)).isEmpty();
  }

  @Test
  void soTheyAreInATransactionThatHasWrittenBefore() throws Exception {
    assertThat(tornReads(JOIN, false)).isEmpty();
  }

  /** The last step reads them where they lie; the rest is fetched, or read there too. */
  @LongRun
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a.n, b.n FROM lefts a JOIN alone b ON a.tag = b.tag WHERE a.tag = 'beside'",
        "SELECT (SELECT min(n) FROM lefts), b.n FROM alone b WHERE b.tag = 'beside'",
        "SELECT a.n, b.n FROM lefts a RIGHT JOIN alone b ON a.tag = b.tag AND a.n <= ?"
            + " WHERE b.tag = 'beside' AND b.n <= ?",
        "SELECT max(CASE WHEN a.tag = 'beside' THEN a.n END),"
            + " max(CASE WHEN b.tag = 'beside' THEN b.n END)"
            + " FROM lefts a JOIN alone b ON a.tag = b.tag",
        "WITH RECURSIVE tags(tag) AS (SELECT 'beside' UNION SELECT tag FROM tags)"
            + " SELECT a.n, b.n FROM lefts a JOIN alone b ON a.tag = b.tag"
            + " WHERE a.tag IN (SELECT tag FROM tags)"
      })
  void soAreRowsOfATableThatLiesWholeOnTheShardThatAnswers(String sql) throws Exception {
    List<String> writes =
        List.of(
            "UPDATE lefts SET n = n - 1 WHERE k = " + beside,
            "UPDATE alone SET n = n - 1 WHERE tag = 'beside'");
    assertThat(tornReads(sql, true, writes, READS / 5)).isEmpty();
    assertThat(tornReads(sql, false, writes, READS / 5)).isEmpty();
  }

  private static List<String> tornReads(String sql, boolean autoCommit) throws Exception {
    return tornReads(
        sql,
        autoCommit,
        List.of(
            "UPDATE lefts SET n = n + 1 WHERE k = 1", "UPDATE rights SET n = n + 1 WHERE k = 1"),
        READS);
  }

  private static List<String> tornReads(
      String sql, boolean autoCommit, List<String> writes, int reads) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    FutureTask<Void> writing =
        new FutureTask<>(
            () -> {
              try (Connection connection = dataSource.getConnection();
                  Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!over.get()) {
                  for (String write : writes) {
                    statement.executeUpdate(write);
                  }
                  connection.commit();
                }
              }
              return null;
            });
    new Thread(writing, "writer").start();
    List<String> torn = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        PreparedStatement reading = connection.prepareStatement(sql)) {
      for (int i = 1; i <= sql.length() - sql.replace("?", "").length(); i++) {
        reading.setLong(i, 0);
      }
      connection.setAutoCommit(autoCommit);
      if (!autoCommit) {
        statement.executeUpdate("UPDATE lefts SET n = n WHERE k = 12");
        statement.executeUpdate("UPDATE rights SET n = n WHERE k = 13");
      }
      for (int read = 0; read < reads; read++) {
        try (ResultSet row = reading.executeQuery()) {
          assertThat(row.next()).isTrue();
          if (row.getLong(1) != row.getLong(2)) {
            torn.add(row.getLong(1) + " beside " + row.getLong(2));
          }
        }
      }
      if (!autoCommit) {
        connection.rollback();
      }
    } finally {
      over.set(true);
      writing.get(60, TimeUnit.SECONDS);
    }
    return torn;
  }

  @Test
  void manyRowsAreGatheredWhereTransactionsReadOnlyByDefault() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET default_transaction_read_only = on");
      assertThat(count(statement)).isEqualTo(1492);
    }
  }

  private static long count(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT count(*) FROM lefts a JOIN rights b ON a.tag = b.tag AND a.tag > b.tag || ''"
                + " OR a.tag = b.tag")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void aPoolOfOneIsEnoughForStatementsWithinEachOther() throws SQLException {
    try (ShardDataSource narrow = open(1);
        Connection connection = narrow.getConnection();
        Statement outer = connection.createStatement();
        Statement inner = connection.createStatement();
        ResultSet rows = outer.executeQuery("SELECT k FROM lefts WHERE k IN (11, 12, 13, 14)")) {
      int seen = 0;
      while (rows.next()) {
        assertThat(count(inner)).isEqualTo(1492);
        inner.executeUpdate("UPDATE rights SET n = n + 1 WHERE k < 20 AND k <> 1");
        seen++;
      }
      assertThat(seen).isEqualTo(4);
    }
  }
}
