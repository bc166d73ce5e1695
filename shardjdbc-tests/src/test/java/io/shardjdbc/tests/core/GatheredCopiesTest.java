package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much is fetched for a statement over copies: no row twice, no column that nobody sees. */
class GatheredCopiesTest {

  private static final int LONG_TITLE = 2_000;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

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
  }

  private static String query(ShardDataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private static ShardDataSource atMost(long rows, long bytes) throws SQLException {
    return Sample.builder(cluster).gather(new GatherLimits(rows, bytes)).build();
  }

  @Test
  void aTableThatIsNamedTwiceIsFetchedOnce() throws SQLException {
    String twice =
        "SELECT count(*) FROM users a JOIN users b ON a.user_id = b.age"
            + " WHERE a.age < (SELECT avg(c.age) FROM users c WHERE c.age <> a.user_id)";
    try (ShardDataSource exact = atMost(Sample.USERS, 1 << 20);
        ShardDataSource tooFew = atMost(Sample.USERS - 1, 1 << 20)) {
      assertThat(query(exact, twice)).isEqualTo("18");
      assertThatThrownBy(() -> query(tooFew, twice)).hasMessageContaining("users");
    }
  }

  @Test
  void aTableWhoseRowsAreNeededInPartsIsFetchedForEachPart() throws SQLException {
    String parts =
        "SELECT count(*) FROM users a JOIN users b ON a.user_id = b.age"
            + " WHERE a.name = 'user3' AND b.name LIKE 'user1%'";
    try (ShardDataSource few = atMost(Sample.USERS - 1, 1 << 20)) {
      assertThat(query(few, parts)).isEqualTo(query(plenty, parts));
    }
  }

  @Test
  void aStarThatNobodySeesFetchesNoColumns() throws SQLException {
    String exists =
        "SELECT count(*) FROM users u WHERE EXISTS"
            + " (SELECT * FROM posts p WHERE p.user_id = u.age) AND u.age > 0";
    try (ShardDataSource narrow = atMost(1_000, (long) Sample.USERS * LONG_TITLE / 2)) {
      assertThat(query(narrow, exists)).isEqualTo("52");
    }
  }
}
