package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.RunningMap;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What others change of the schema, beside the DataSource, is noticed. */
class ForeignSchemaChangesTest {

  private static final List<String> SHARDS = List.of("s0", "s1", "s2");
  private static final String GATHERED =
      "SELECT * FROM (SELECT *, row_number() OVER (ORDER BY item_id) FROM items) AS i";

  private static final String IDLE =
      "SELECT max(state_change) < clock_timestamp() - interval '3 s' FROM pg_stat_activity"
          + " WHERE datname = current_database() AND pid <> pg_backend_pid()";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).tables(t -> t.sharded("items", "item_id")).build();
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void create() throws SQLException {
    Sample.execute(dataSource, "CREATE TABLE items (item_id bigint PRIMARY KEY, name text)");
    Sample.execute(dataSource, "INSERT INTO items VALUES (1, 'one'), (2, 'two'), (3, 'three')");
    Sample.execute(
        dataSource, "CREATE VIEW chosen AS SELECT count(*) FROM items WHERE item_id > 1");
    assertThat(Sample.rows(dataSource, GATHERED)).contains("2,two,2");
    assertThat(Sample.rows(dataSource, "SELECT * FROM chosen")).containsExactly("2");
  }

  @AfterEach
  void drop() throws SQLException {
    Sample.execute(dataSource, "DROP TABLE IF EXISTS items CASCADE");
  }

  private static void comes(String sql, String row) {
    Deadline.in(Duration.ofSeconds(30)).await(row + " of " + sql, () -> answer(sql).contains(row));
  }

  @Test
  void aNewColumnIsAmongThoseThatAreGathered() throws SQLException {
    plain.everywhere("ALTER TABLE items ADD COLUMN colour text DEFAULT 'red'");
    comes(GATHERED, "2,two,red,2");
  }

  @Test
  void aViewThatIsReplacedIsReadAsItIsNow() throws SQLException {
    plain.everywhere(
        "CREATE OR REPLACE VIEW chosen AS SELECT count(*) FROM items WHERE item_id > 2");
    comes("SELECT * FROM chosen", "1");
  }

  @Test
  void aTableThatIsMadeAnewWithItsColumnsInAnotherOrderHasItsKeyFound() throws SQLException {
    plain.everywhere("DROP TABLE items CASCADE");
    plain.everywhere("CREATE TABLE items (name text, item_id bigint PRIMARY KEY)");
    Deadline.in(Duration.ofSeconds(30)).await("insertion", () -> isInserted("VALUES ('4', 40)"));
    assertThat(Sample.rows(dataSource, "SELECT name FROM items WHERE item_id = 40"))
        .containsExactly("4");
  }

  /** While it takes the first value for the key, '4' of type text is none. */
  private static boolean isInserted(String values) {
    try {
      Sample.execute(dataSource, "INSERT INTO items " + values);
      return Sample.rows(dataSource, "SELECT name FROM items WHERE item_id = 40").size() == 1;
    } catch (SQLException e) {
      return false;
    }
  }

  @Test
  void theFirstStatementAfterAPauseWaitsToSeeIt() throws SQLException {
    plain.everywhere("ALTER TABLE items ADD COLUMN colour text DEFAULT 'red'");
    for (String shard : SHARDS) {
      Deadline.in(Duration.ofSeconds(60)).await("a pause on " + shard, () -> isIdle(shard));
    }
    assertThat(Sample.rows(dataSource, GATHERED)).contains("2,two,red,2");
  }

  /** Whether nobody has asked a shard anything for longer than looks at the schema are apart. */
  private static boolean isIdle(String shard) throws SQLException {
    return plain.rows(shard, IDLE).equals(List.of("t"));
  }

  @Test
  void whatAFunctionCreatesIsFound() throws SQLException {
    assertThat(answer("SELECT * FROM later")).contains("SJ0301");
    for (String shard : SHARDS) {
      Sample.execute(
          dataSource,
          "/* shardjdbc: shard=%s */ DO $$ BEGIN EXECUTE '%s'; END $$"
              .formatted(shard, "CREATE VIEW later AS SELECT max(name) FROM items"));
    }
    comes("SELECT * FROM later", "two");
  }

  @Test
  void aRefusalIsKeptUntilWhatItMissesIsThere() throws SQLException {
    String sql = "SELECT count(*) FROM items WHERE plus(item_id) > 3";
    assertThat(answer(sql)).contains("SJ0310");
    Deadline.in(Duration.ofSeconds(30)).await("no look", () -> looks(sql) == 0);
    plain.everywhere(
        "CREATE FUNCTION plus(bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1'");
    comes(sql, "1");
    plain.everywhere("DROP FUNCTION plus(bigint)");
    comes(sql, "SJ0310");
  }

  @Test
  void whatChangesContentsAloneForgetsNothing() throws SQLException {
    Deadline.in(Duration.ofSeconds(30)).await("no look", () -> looks() == 0);
    for (String sql : List.of("TRUNCATE items", "ANALYZE items", "COMMENT ON TABLE items IS 'x'")) {
      Sample.execute(dataSource, sql);
    }
    long before = RunningMap.plans(dataSource).misses();
    Sample.rows(dataSource, GATHERED);
    assertThat(RunningMap.plans(dataSource).misses()).isEqualTo(before);
  }

  @Test
  void aTransactionThatEmptiesATableGoesOnByThePlansThatThereAre() throws SQLException {
    Deadline.in(Duration.ofSeconds(30)).await("no look", () -> looks() == 0);
    long before = RunningMap.plans(dataSource).version();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("TRUNCATE items");
      assertThat(Sample.rows(connection, GATHERED)).isEmpty();
      connection.commit();
    }
    assertThat(RunningMap.plans(dataSource).version()).isEqualTo(before);
  }

  /** How often statements are planned that have been before. */
  private static long looks() throws SQLException {
    Sample.rows(dataSource, GATHERED);
    long before = RunningMap.plans(dataSource).misses();
    Sample.rows(dataSource, GATHERED);
    return RunningMap.plans(dataSource).misses() - before;
  }

  /** How often ten refusals are looked into. */
  private static long looks(String sql) {
    long before = RunningMap.plans(dataSource).misses();
    for (int i = 0; i < 10; i++) {
      assertThat(answer(sql)).contains("SJ0310");
    }
    return RunningMap.plans(dataSource).misses() - before;
  }

  /** The rows, or why there are none. */
  private static String answer(String sql) {
    try {
      return String.valueOf(Sample.rows(dataSource, sql));
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
