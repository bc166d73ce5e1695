package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads that are allowed to leave out shards do so, and name them; others never do. */
@Timeout(120)
class PartialResultsTest {

  private static final String NAMES = "SELECT user_id FROM users ORDER BY user_id";
  private static final String GROUPS = "SELECT age, count(*) FROM users GROUP BY age ORDER BY age";
  private static final String TOTAL = "SELECT count(*) FROM users";
  private static final String HINT = "/* shardjdbc: partial */ ";

  private static PostgresCluster cluster;
  private static ShardDataSource dataSource;

  @BeforeAll
  static void start() throws SQLException {
    cluster = PostgresCluster.builder().shards(2).start();
    cluster.createDatabase("app");
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (ClusterShard shard : cluster.shards()) {
      builder.shard(shard.name(), shard.primary().jdbcUrl("app"));
    }
    dataSource =
        builder
            .pool(Sample.pool(4))
            .scatterTimeout(Duration.ofSeconds(2))
            .tables(
                t ->
                    t.sharded("users", "user_id")
                        .sharded("posts", "user_id")
                        .reference("countries")
                        .single("settings", "s0"))
            .build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    Sample.rows(dataSource, GROUPS);
  }

  @AfterAll
  static void stop() {
    dataSource.close();
    cluster.close();
  }

  private static List<String> read(Statement statement, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(rows.getMetaData().getColumnCount()));
      }
    }
    return values;
  }

  private static long sum(List<String> numbers) {
    return numbers.stream().mapToLong(Long::parseLong).sum();
  }

  @LongRun
  @Test
  void aDeadShardIsLeftOutWhereThatIsAllowedAndNamed() throws Exception {
    cluster.shard("s1").primary().kill();
    List<String> there = new ArrayList<>();
    try (Connection direct = cluster.shard("s0").primary().connect("app");
        Statement statement = direct.createStatement()) {
      there.addAll(read(statement, NAMES));
    }
    assertThat(there).isNotEmpty();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      ShardConnection ours = connection.unwrap(ShardConnection.class);
      assertThatThrownBy(() -> read(statement, NAMES)).hasMessageContaining("shard s1");
      assertThat(read(statement, HINT + NAMES)).isEqualTo(there);
      assertThat(ours.missingShards()).containsExactly(new ShardId("s1"));
      SQLWarning warning = statement.getWarnings();
      assertThat(warning.getMessage()).contains("SJ0520").contains("shard s1");
      assertThat(warning.getSQLState()).isEqualTo("01000");
      assertThatThrownBy(() -> read(statement, TOTAL)).hasMessageContaining("shard s1");

      ours.setPartialResults(true);
      assertThat(read(statement, TOTAL)).containsExactly("" + there.size());
      assertThat(sum(read(statement, GROUPS))).isEqualTo(there.size());
      assertThat(ours.missingShards()).containsExactly(new ShardId("s1"));
      assertThat(read(statement, "SELECT count(*) FROM countries")).containsExactly("0");
      assertThat(ours.missingShards()).isEmpty();
      assertThat((Object) statement.getWarnings()).isNull();

      statement.setFetchSize(3);
      assertThat(read(statement, NAMES)).isEqualTo(there);

      connection.setAutoCommit(false);
      assertThatThrownBy(() -> read(statement, NAMES)).hasMessageContaining("shard s1");
      connection.rollback();
    }
    assertThat(Sample.lent(dataSource)).isZero();
    cluster.shard("s1").primary().restart();
  }

  @Test
  void aFrozenShardIsLeftOutWhenTheScattersTimeIsUp() throws SQLException {
    cluster.shard("s1").primary().freeze();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(read(statement, HINT + NAMES)).isNotEmpty().hasSizeLessThan(Sample.USERS);
      assertThat(connection.unwrap(ShardConnection.class).missingShards())
          .containsExactly(new ShardId("s1"));
    }
    cluster.shard("s1").primary().thaw();
  }

  @Test
  void anErrorOfAServerIsAnErrorAllTheSame() throws SQLException {
    assertThatThrownBy(() -> Sample.rows(dataSource, HINT + "SELECT 1 / (age - age) FROM users"))
        .isNotInstanceOf(SQLTransientConnectionException.class)
        .extracting("SQLState")
        .isEqualTo("22012");
  }
}
