package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much is fetched for a statement over copies: no row twice, no column that nobody sees. */
class GatheredCopiesTest {

  private static final int LONG_TITLE = 2_000;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final Map<GatherLimits, ShardDataSource> LIMITED = new HashMap<>();

  private static ShardDataSource plenty;

  @BeforeAll
  static void fill() throws SQLException {
    plenty = Sample.builder(cluster).build();
    Sample.createTables(plenty);
    Sample.insertUsers(plenty);
    Sample.execute(plenty, "UPDATE posts SET title = repeat('x', " + LONG_TITLE + ")");
  }

  @AfterAll
  static void close() {
    plenty.close();
    LIMITED.values().forEach(ShardDataSource::close);
    LIMITED.clear();
  }

  private static String query(ShardDataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return query(connection, sql);
    }
  }

  private static String query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private static ShardDataSource atMost(long rows, long bytes) throws SQLException {
    GatherLimits limits = new GatherLimits(rows, bytes);
    ShardDataSource known = LIMITED.get(limits);
    if (known == null) {
      known = Sample.builder(cluster).gather(limits).build();
      LIMITED.put(limits, known);
    }
    return known;
  }

  @Test
  void aTableThatIsNamedTwiceIsFetchedOnce() throws SQLException {
    String twice =
        "SELECT count(*) FROM users a JOIN users b ON a.user_id = b.age"
            + " WHERE a.age < (SELECT avg(c.age) FROM users c WHERE c.age <> a.user_id)";
    ShardDataSource tooFew = atMost(Sample.USERS - 1, 1 << 20);
    assertThat(query(atMost(Sample.USERS, 1 << 20), twice)).isEqualTo("18");
    assertThatThrownBy(() -> query(tooFew, twice)).hasMessageContaining("users");
  }

  @Test
  void aTableWhoseRowsAreNeededInPartsIsFetchedForEachPart() throws SQLException {
    String parts =
        "SELECT count(*) FROM users a JOIN users b ON a.user_id = b.age"
            + " WHERE a.name = 'user3' AND b.name LIKE 'user1%'";
    ShardDataSource few = atMost(Sample.USERS - 1, 1 << 20);
    assertThat(query(few, parts)).isEqualTo(query(plenty, parts));
  }

  @Test
  void aStarThatNobodySeesFetchesNoColumns() throws SQLException {
    String exists =
        "SELECT count(*) FROM users u WHERE EXISTS"
            + " (SELECT * FROM posts p WHERE p.user_id = u.age) AND u.age > 0";
    ShardDataSource narrow = atMost(1_000, (long) Sample.USERS * LONG_TITLE / 2);
    assertThat(query(narrow, exists)).isEqualTo("52");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM users a JOIN users b ON b.user_id = a.age WHERE a.name = 'user3'",
        "SELECT count(*) FROM users a LEFT JOIN users b ON b.user_id = a.age"
            + " WHERE a.name IN ('user3', 'user7')",
        "SELECT count(*) FROM users a WHERE a.name = 'user3'"
            + " AND NOT EXISTS (SELECT FROM users b WHERE b.user_id = a.age AND b.age > 3)",
        "SELECT max((SELECT b.name FROM users b WHERE b.user_id = a.age)) FROM users a"
            + " WHERE a.name = 'user3'",
        "SELECT count(*) FROM users a, users b WHERE (a.age = b.user_id AND a.name = 'user3')"
            + " OR (b.user_id = a.age AND a.name = 'user4')",
        "SELECT count(*) FROM users a JOIN users b ON b.user_id = a.age"
            + " JOIN users c ON c.user_id = b.age WHERE substring(a.name from 1) = 'user3'"
      })
  void onlyRowsThatOthersAskForAreFetched(String sql) throws SQLException {
    ShardDataSource few = atMost(4, 1 << 20);
    assertThat(query(few, sql)).isEqualTo(query(plenty, sql));
    assertThat(query(few, "/* shardjdbc: snapshot */ " + sql)).isEqualTo(query(plenty, sql));
    // Each of its statements sees another moment, so a shard is asked only once there.
    try (Connection connection = few.getConnection()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> query(connection, sql)).hasMessageContaining("SJ0317");
    }
  }

  @Test
  void valuesOfAnExistsAreFetchedOnce() throws SQLException {
    String exists =
        "SELECT count(*) FROM posts p WHERE NOT EXISTS"
            + " (SELECT * FROM users u WHERE u.age = p.score * 100)";
    assertThat(query(atMost(Sample.USERS + 7 * 3, 1 << 20), exists)).isEqualTo("54");
  }

  @LongRun
  @Test
  void whereOneShardHasNoConnectionLeftThoseOfTheOthersGoBack() throws SQLException {
    String join = "SELECT count(*) FROM users a JOIN users b ON b.user_id = a.age WHERE a.age = 3";
    PoolConfiguration one =
        new PoolConfiguration(
            1, 0, Duration.ofSeconds(3), Duration.ofMinutes(1), Duration.ofMinutes(5));
    try (ShardDataSource narrow = Sample.builder(cluster).pool(one).build();
        Connection busy = narrow.getConnection();
        Connection connection = narrow.getConnection()) {
      busy.setAutoCommit(false);
      query(busy, "/* shardjdbc: shard=s2 */ SELECT 1");
      assertThatThrownBy(() -> query(connection, join)).isInstanceOf(SQLTransientException.class);
      assertThat(Sample.lent(narrow)).isOne();
      busy.rollback();
      assertThat(query(connection, join)).isEqualTo(query(plenty, join));
    }
  }
}
