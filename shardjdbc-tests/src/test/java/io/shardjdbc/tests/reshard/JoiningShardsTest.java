package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Shards come and go while processes work: each row is found once, and no copy is an old one. */
class JoiningShardsTest {
  private static final int USERS = 120;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @TempDir static Path directory;

  @RegisterExtension
  final CtlShards shards =
      new CtlShards(
          CLUSTER,
          directory,
          """
          tables:
            users: {key: id}
            countries: {reference: true}
          transactions: {mode: two-phase}
          """);

  private final List<ShardDataSource> processes = new ArrayList<>();
  private Path two;
  private Path three;

  @BeforeEach
  void createTables() throws SQLException, IOException {
    shards.create("countries (code text PRIMARY KEY)", "users (id bigint PRIMARY KEY, name text)");
    two = shards.first(2);
    three = shards.first(3);
  }

  @AfterEach
  void close() {
    processes.forEach(ShardDataSource::close);
  }

  private ShardDataSource open(Path configuration) throws SQLException {
    ShardDataSource process = ShardDataSource.open(configuration);
    processes.add(process);
    return process;
  }

  private static int execute(ShardDataSource process, String sql) throws SQLException {
    try (Connection connection = process.getConnection();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** The numbers that a query gives when it is asked again and again. */
  private static List<Long> numbers(ShardDataSource process, String sql) throws SQLException {
    try (Connection connection = process.getConnection();
        Statement statement = connection.createStatement()) {
      List<Long> numbers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        try (ResultSet row = statement.executeQuery(sql)) {
          row.next();
          numbers.add(row.getLong(1));
        }
      }
      return numbers.stream().distinct().toList();
    }
  }

  @Test
  void aShardThatOnlyAConfigurationHasIsNotAsked() throws SQLException {
    shards.done(two, "init");
    ShardDataSource process = open(two);
    execute(process, "INSERT INTO countries VALUES ('fr'), ('de')");

    ShardDataSource ahead = open(three);
    assertThat(numbers(ahead, "SELECT count(*) FROM countries")).containsExactly(2L);
    execute(ahead, "INSERT INTO countries VALUES ('it')");
    assertThat(shards.count("s2", "countries")).isZero();
  }

  @LongRun
  @Test
  void aShardThatJoinsHasTheReferenceTables() throws SQLException {
    shards.done(two, "init");
    ShardDataSource process = open(two);
    execute(process, "INSERT INTO countries VALUES ('fr'), ('de'), ('it')");
    shards.fillUsers(USERS);

    shards.done(three, "add", "s2");
    assertThat(shards.rows("s2", "SELECT code FROM countries ORDER BY code"))
        .containsExactly("de", "fr", "it");
    assertThat(execute(process, "INSERT INTO countries VALUES ('es')")).isEqualTo(1);
    for (String shard : CtlShards.ALL) {
      assertThat(shards.count(shard, "countries")).isEqualTo(4);
    }
    assertThat(numbers(process, "SELECT count(*) FROM countries")).containsExactly(4L);
    assertThat(numbers(process, "SELECT count(*) FROM users, countries WHERE code = 'fr'"))
        .containsExactly((long) USERS);
  }

  @LongRun
  @Test
  void aShardWithOtherCopiesDoesNotJoin() throws SQLException {
    shards.done(two, "init");
    execute(open(two), "INSERT INTO countries VALUES ('fr')");
    shards.run("s2", "INSERT INTO countries VALUES ('xx')");

    assertThat(shards.fails(three, "add", "s2", "--dry-run")).contains("countries");
    assertThat(shards.fails(three, "add", "s2")).contains("SJ0936", "countries");
    assertThat(shards.done(three, "map")).doesNotContain("s2");
    execute(processes.get(0), "INSERT INTO countries VALUES ('de')");
    assertThat(shards.done(three, "status")).contains("whole");
  }

  @LongRun
  @Test
  void aShardOfTheFirstMapLeaves() throws SQLException {
    shards.done(three, "init");
    shards.fillUsers(USERS);
    ShardDataSource process = open(three);
    assertThat(numbers(process, "SELECT count(*) FROM users")).containsExactly((long) USERS);

    assertThat(shards.done(three, "remove", "s1", "--dry-run")).contains("s0", "s2");
    assertThat(shards.done(three, "remove", "s1")).contains("has left the map");
    assertThat(shards.done(three, "map")).doesNotContain("s1");
    assertThat(shards.count("s1", "users")).isZero();
    assertThat(numbers(process, "SELECT count(*) FROM users")).containsExactly((long) USERS);
    Deadline.in(Duration.ofSeconds(30))
        .await(
            "nobody is there any more",
            () ->
                shards
                    .rows(
                        "s1",
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND backend_type = 'client backend' AND "
                            + KeptSessions.OTHERS)
                    .equals(List.of("0")));
    assertThat(shards.done(three, "remove", "s1")).contains("has left the map");
    assertThat(numbers(open(three), "SELECT count(*) FROM users")).containsExactly((long) USERS);

    assertThat(shards.done(three, "add", "s1")).contains("has its part");
    assertThat(shards.count("s1", "users")).isBetween(USERS / 6L, USERS / 2L);
    assertThat(numbers(process, "SELECT count(*) FROM users")).containsExactly((long) USERS);
  }

  @LongRun
  @Test
  void aShardIsMergedIntoAnother() throws SQLException {
    shards.done(three, "init");
    shards.fillUsers(USERS);
    long before = shards.count("s0", "users");
    ShardDataSource process = open(three);

    assertThat(shards.done(three, "merge", "s2", "s1")).contains("has left the map");
    assertThat(shards.count("s0", "users")).isEqualTo(before);
    assertThat(shards.count("s1", "users")).isEqualTo(USERS - before);
    assertThat(numbers(process, "SELECT count(*) FROM users")).containsExactly((long) USERS);
  }
}
