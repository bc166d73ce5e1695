package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardCopy;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that a server reads by its clock are no constants to several servers. */
class ClockTextsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Sample.builder(cluster)
            .tables(tables -> tables.sharded("acct", "id").reference("r").reference("t"))
            .build();
    execute("CREATE TABLE acct (id bigint PRIMARY KEY, at timestamptz)");
    execute("CREATE TABLE r (code text PRIMARY KEY, at timestamptz, span tstzrange, n int)");
    execute("INSERT INTO acct SELECT i, '2020-01-01' FROM generate_series(1, 30) i");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    plain.everywhere(
        "TRUNCATE r", "INSERT INTO r SELECT 'c' || i, '2020-01-01' FROM generate_series(1, 5) i");
  }

  private static void execute(String sql) throws SQLException {
    Sample.execute(dataSource, sql);
  }

  /** What the copies hold, each different content once. */
  private static Set<String> copies() throws SQLException {
    return Set.copyOf(plain.rows("SELECT string_agg(r::text, '|' ORDER BY r) FROM r"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO r VALUES ('x', 'now')",
        "INSERT INTO r VALUES ('x', 'now'), ('now', '2020-01-01'), ('today', 'NOW')",
        "INSERT INTO r (at, code) VALUES (timestamp 'now', 'x')",
        "INSERT INTO r (at, code) VALUES ('now'::text::timestamptz - interval '1 day', 'x')",
        "INSERT INTO r (code, span) VALUES ('x', '[now,infinity)')",
        "UPDATE r SET at = 'now'",
        "UPDATE r SET at = 'now', code = 'now' WHERE code = 'c1'",
        "UPDATE r SET n = extract(epoch FROM timestamptz 'now') WHERE at < 'now'::timestamptz",
        "DELETE FROM r WHERE at < 'now' AND code = 'c1'",
        "INSERT INTO r VALUES ('c1', NULL) ON CONFLICT (code) DO UPDATE SET at = now()",
        "UPDATE r SET (n, at) = (3, CAST('now' AS timestamptz))",
        "INSERT INTO r VALUES ('c1', NULL) ON CONFLICT (code) DO UPDATE SET at = timestamptz 'now'",
      })
  void copiesGetOneMoment(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isPositive();
    }
    assertThat(copies()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE r SET n = extract(day FROM age('now', at))",
        "UPDATE r SET at = greatest(at, 'now')",
        "INSERT INTO r (code, at) SELECT 'x' || id, 'now' FROM acct",
        "INSERT INTO r (code, at) SELECT code || 'x', 'now' FROM r",
        "ALTER TABLE r ADD COLUMN made timestamptz DEFAULT 'now'",
        "ALTER TABLE r ADD COLUMN made timestamptz DEFAULT timestamp 'now'",
        "CREATE TABLE t (code text, at timestamptz(3) NOT NULL DEFAULT 'now')",
        "CREATE TABLE t (code text DEFAULT 'now', at timestamp DEFAULT ('today 10:00'))",
        "ALTER TABLE acct ALTER COLUMN at SET DEFAULT 'now'",
      })
  void whatCannotBeComputedOnceIsRefused(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeUpdate(sql)).hasMessageContaining("SJ0309");
    }
    assertThat(copies()).hasSize(1);
  }

  @Test
  void aBoundTextDoesNotNameTheClock() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO r VALUES (?, ?)");
        PreparedStatement update =
            connection.prepareStatement("UPDATE r SET at = ?::timestamptz WHERE code = ?")) {
      insert.setString(1, "now");
      insert.setObject(2, "now", Types.OTHER);
      assertThatThrownBy(insert::executeUpdate).hasMessageContaining("SJ0309");
      update.setString(1, "today");
      update.setString(2, "today");
      assertThatThrownBy(update::executeUpdate).hasMessageContaining("SJ0309");
      insert.setObject(2, "2020-01-01", Types.OTHER);
      assertThat(insert.executeUpdate()).isOne();
      update.setString(1, "2021-01-01 10:00 Europe/Berlin");
      update.setString(2, "now");
      assertThat(update.executeUpdate()).isOne();
    }
    assertThat(copies()).hasSize(1);
  }

  @Test
  void aReadOfManyShardsShowsOneMoment() throws SQLException {
    for (String now :
        new String[] {"timestamp 'now'", "'now'::text::timestamptz", "date 'today'"}) {
      assertThat(Sample.rows(dataSource, "SELECT count(DISTINCT " + now + ") FROM acct"))
          .containsExactly("1");
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT id, " + now + " FROM acct")) {
        Set<String> moments = new HashSet<>();
        while (rows.next()) {
          moments.add(rows.getString(2));
        }
        assertThat(moments).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY r (code, at) FROM STDIN|a\t2020-01-01\nb\tnow\n",
        "COPY r FROM STDIN|a\tNow\t\\N\t1\n",
        "COPY r (span, code) FROM STDIN (FORMAT csv)|\"[today,infinity)\",a\n",
        "COPY r (code, at) FROM STDIN WHERE n IS NULL|a\ttomorrow 10:00\n",
      })
  void aCopiedTextDoesNotNameTheClock(String copy) throws SQLException {
    String[] parts = copy.split("\\|", 2);
    try (Connection connection = dataSource.getConnection()) {
      ShardCopy into = connection.unwrap(ShardConnection.class).copy();
      assertThatThrownBy(() -> into.copyIn(parts[0], bytes(parts[1])))
          .hasMessageStartingWith("SJ0309");
    }
    assertThat(copies()).hasSize(1);
  }

  @Test
  void whatSaysNowInATextIsCopied() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      ShardCopy into = connection.unwrap(ShardConnection.class).copy();
      assertThat(into.copyIn("COPY r (code, at) FROM STDIN", bytes("now\t2020-01-01\nx\t\\N\n")))
          .isEqualTo(2);
      assertThat(into.copyIn("COPY r FROM STDIN (FORMAT csv)", bytes("today,,,5\n"))).isOne();
    }
    assertThat(copies()).hasSize(1);
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
