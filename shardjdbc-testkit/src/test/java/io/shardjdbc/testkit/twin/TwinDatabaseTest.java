package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** A twin tells its two sides apart: here the other side is one plain database that lies. */
class TwinDatabaseTest {

  private static final String SINGLE = "twin_test_single";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static TwinDatabase twin;

  @BeforeAll
  static void open() throws SQLException {
    cluster.cluster().createDatabase(SINGLE);
    RoutingConfiguration routing =
        RoutingConfiguration.builder().shards("s0").single("t", "s0").sharded("k", "k").build();
    twin =
        TwinDatabase.builder()
            .single(dataSource(SINGLE))
            .sharded(dataSource(cluster.database()))
            .shard("s0", dataSource(cluster.database()))
            .routing(routing)
            .open();
    twin.execute("CREATE TABLE t (id int, n numeric, x text)");
    twin.execute("CREATE TABLE k (k bigint)");
    twin.execute("INSERT INTO t VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c'), (4, 2, 'd')");
    onlyOnShard("CREATE VIEW v AS SELECT id, n, x FROM t ORDER BY id DESC");
    onlyOnSingle("CREATE VIEW v AS SELECT id, n, x FROM t ORDER BY id");
    onlyOnShard("CREATE VIEW w AS SELECT id, n, x FROM t WHERE id <> 2");
    onlyOnSingle("CREATE VIEW w AS SELECT id, n, x FROM t WHERE id <> 3");
  }

  @AfterAll
  static void close() throws SQLException {
    twin.close();
    cluster.cluster().dropDatabase(SINGLE);
  }

  @Test
  void equalAnswersAreEqual() throws SQLException {
    twin.assertEqual("SELECT * FROM t ORDER BY id");
    twin.assertEqual("SELECT count(*) FROM t WHERE x = ?", "a");
    twin.assertEqual("SELECT nowhere FROM t");
    twin.assertEqual("UPDATE t SET x = x WHERE id = ?", 1);
  }

  @Test
  void whatFailsAtCommitAndWhatRunsOutsideOfTransactionsIsComparedToo() throws SQLException {
    twin.execute("CREATE TABLE due (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    twin.execute("INSERT INTO due VALUES (?)", 1);
    twin.assertEqual("INSERT INTO due VALUES (?)", 1);
    twin.execute("CREATE INDEX CONCURRENTLY due_id ON due (id)");
    onlyOnShard("DROP INDEX due_id");
    assertDifferent("DROP INDEX CONCURRENTLY due_id", "of different kinds");
    twin.assertEqual("DROP INDEX CONCURRENTLY due_id");
  }

  @Test
  void rowsInAnotherSequenceAreEqualWithoutOrderBy() throws SQLException {
    twin.assertEqual("SELECT id FROM v");
    twin.assertEqual("SELECT id FROM v UNION ALL SELECT 5");
  }

  @Test
  void rowsThatTieMayChangePlaces() throws SQLException {
    twin.assertEqual("SELECT id FROM v ORDER BY n");
    twin.assertEqual("SELECT id, n AS m FROM v ORDER BY m DESC");
    twin.assertEqual("SELECT id FROM v ORDER BY n + ?", 1);
    twin.assertEqual(
        "SELECT n, percentile_disc(0) WITHIN GROUP (ORDER BY x) FROM v GROUP BY n, id ORDER BY n");
    twin.assertEqual("SELECT id FROM v ORDER BY n LIMIT 1");
    twin.assertEqual("SELECT id FROM v ORDER BY n OFFSET 1 LIMIT 2");
    twin.assertEqual("SELECT id FROM v LIMIT 2");
    twin.assertEqual("SELECT n, id FROM v UNION ALL SELECT 9, 9 ORDER BY 1");
    assertThat(twin.verify(Trial.of("SELECT id FROM v ORDER BY n").withMaxRows(1)))
        .isInstanceOf(Verdict.Equal.class);
  }

  @Test
  void rowsThatDoNotTieMayNot() throws SQLException {
    onlyOnShard("CREATE FUNCTION flip(n int) RETURNS int IMMUTABLE LANGUAGE sql RETURN -n");
    onlyOnSingle("CREATE FUNCTION flip(n int) RETURNS int IMMUTABLE LANGUAGE sql RETURN n");
    assertDifferent("SELECT id FROM t ORDER BY flip(id)", "out of order");
    assertDifferent("SELECT id, n FROM t ORDER BY n, flip(id)", "out of order");
    assertDifferent("SELECT id FROM t ORDER BY flip(id) LIMIT 2", "out of order");
    assertDifferent("SELECT id FROM t ORDER BY flip(id) OFFSET 1 ROWS", "out of order");
  }

  @Test
  void otherRowsAreDifferent() throws SQLException {
    assertDifferent("SELECT id FROM w", "missing: \n    [2:Integer]");
    assertDifferent("SELECT count(*) FROM w WHERE id = 2", "rows differ");
    assertDifferent("SELECT id FROM w LIMIT 3", "out of order");
    assertDifferent("SELECT x FROM w ORDER BY id", "rows differ");
  }

  @Test
  void otherColumnsAreDifferent() throws SQLException {
    onlyOnShard("CREATE VIEW c AS SELECT id AS number, n::text AS n FROM t");
    onlyOnSingle("CREATE VIEW c AS SELECT id AS number, n AS n FROM t");
    assertDifferent("SELECT * FROM c", "the columns differ");
    twin.assertEqual("SELECT number FROM c");
  }

  @Test
  void aScaleThatDiffersIsDifferent() throws SQLException {
    onlyOnShard("CREATE VIEW d AS SELECT n + 0.00 AS n FROM t");
    onlyOnSingle("CREATE VIEW d AS SELECT n + 0.0 AS n FROM t");
    assertDifferent("SELECT n FROM d", "rows differ");
  }

  @Test
  void otherErrorsAreDifferent() throws SQLException {
    onlyOnShard("CREATE VIEW e AS SELECT 1 AS one");
    assertDifferent("SELECT * FROM e", "the answers are of different kinds");
    onlyOnSingle("CREATE VIEW e AS SELECT 1 AS two");
    assertDifferent("SELECT one / 0 FROM e", "the SQLSTATEs of the errors differ");
  }

  @Test
  void aRowThatOnlyOneSideHasIsDifferent() throws SQLException {
    onlyOnShard("INSERT INTO t VALUES (9, 9, 'only here')");
    assertDifferent("UPDATE t SET x = x WHERE id = 1", "(9,9,\"only here\")");
    assertDifferent("DELETE FROM t WHERE id = 9", "the update counts differ");
    twin.assertEqual("UPDATE t SET x = x WHERE id = 1");
  }

  @Test
  void whatHasToSucceedAndDoesNotIsAnError() {
    assertThatThrownBy(() -> twin.execute("SELECT nowhere FROM t"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("42703");
  }

  private static void assertDifferent(String sql, String description) throws SQLException {
    Verdict outcome = twin.verify(sql);
    assertThat(outcome).isInstanceOf(Verdict.Different.class);
    assertThat(((Verdict.Different) outcome).description()).contains(sql, description);
  }

  private static void onlyOnShard(String sql) throws SQLException {
    on(cluster.database(), sql);
  }

  private static void onlyOnSingle(String sql) throws SQLException {
    on(SINGLE, sql);
  }

  private static void on(String database, String sql) throws SQLException {
    try (Connection connection = cluster.shard("s0").primary().connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static PGSimpleDataSource dataSource(String database) {
    ClusterNode node = cluster.shard("s0").primary();
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setURL(node.jdbcUrl(database));
    return dataSource;
  }
}
