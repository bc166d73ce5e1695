package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups that shards share become one where Java reads them, however they are sent. */
class GroupsInJavaTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final String GROUPS =
      "SELECT day, kind, tag, count(*), sum(n), max(day) FROM events GROUP BY day, kind, tag ORDER"
          + " BY sum(n), day";
  private static final String DAY = "2026-01-01 00:00:00+00";
  private static final UUID TAG = new UUID(1, 2);

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).tables(t -> t.sharded("events", "user_id")).build();
    Sample.execute(
        dataSource,
        "CREATE TABLE events (user_id bigint, n int, kind text, day timestamptz, tag uuid)");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static void fill(int users, int kinds) throws SQLException {
    Sample.execute(dataSource, "DELETE FROM events");
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO events VALUES (?, ?, ?, ?::timestamptz, ?)")) {
      for (int user = 0; user < users; user++) {
        insert.setLong(1, user);
        insert.setInt(2, user);
        insert.setString(3, "kind" + user % kinds);
        insert.setString(4, DAY);
        insert.setObject(5, TAG);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void checkGroups(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(GROUPS);
        ResultSet rows = statement.executeQuery()) {
      for (int kind = 0; kind < 30; kind++) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getTimestamp(1))
            .isEqualTo(Timestamp.from(Instant.parse("2026-01-01T00:00:00Z")));
        assertThat(rows.getString(2)).isEqualTo("kind" + kind);
        assertThat(rows.getObject(3)).isEqualTo(TAG);
        assertThat(rows.getInt(4)).isEqualTo(2);
        assertThat(rows.getLong(5)).isEqualTo(2 * kind + 30);
        assertThat(rows.getTimestamp(6)).isEqualTo(rows.getTimestamp(1));
      }
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void shardsMaySendThemInDifferentFormats() throws SQLException {
    fill(60, 30);
    try (Connection connection = dataSource.getConnection();
        Connection other = dataSource.getConnection()) {
      for (int i = 0; i < 8; i++) {
        checkGroups(connection); // the driver asks for binary after a while
      }
      other.setAutoCommit(false);
      long onFirst = Sample.userOn(dataSource, "s0");
      Sample.rows(other, "SELECT 1 FROM events WHERE user_id = ?", onFirst); // takes one away
      checkGroups(connection);
      other.rollback();
    }
  }

  @LongRun
  @Test
  void theyMayBeMoreThanJavaKeeps() throws SQLException {
    fill(24_000, 12_000);
    String sql = "SELECT kind, count(*) FROM events GROUP BY kind ORDER BY 2 DESC";
    for (int i = 0; i < 2; i++) {
      List<String> rows = Sample.rows(dataSource, sql);
      assertThat(rows).hasSize(12_000).doesNotHaveDuplicates();
      assertThat(rows).allMatch(row -> row.endsWith(",2"));
    }
  }

  @Test
  void aLimitIsOfTheGroupsAndNotOfTheShards() throws SQLException {
    fill(300, 100);
    assertThat(
            Sample.rows(
                dataSource,
                "SELECT kind, count(*), max(n) FROM events GROUP BY kind ORDER BY max(n) DESC LIMIT"
                    + " ? OFFSET ?",
                2,
                1))
        .containsExactly("kind98,3,298", "kind97,3,297");
  }

  @Test
  void itIsShownByExplain() {
    assertThat(dataSource.router().explain(GROUPS))
        .contains("put together equal groups, sorted by sum(n), day");
  }
}
