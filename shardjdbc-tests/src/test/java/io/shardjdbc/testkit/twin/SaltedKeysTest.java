package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.HashRing;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ScatterPolicy;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Tables of which some keys have several owners. */
class SaltedKeysTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(4));

  /** Key 7 lies on three of the four shards, key 11 too; all others on one. */
  private static final Set<Key> HOT = Set.of(Key.of(7), Key.of(11));

  private static ShardDataSource dataSource;
  private static TwinDatabase twin;

  private static void declare(RoutingConfiguration.Builder tables, List<ShardId> shards) {
    HashRing ring = Placements.ring(shards);
    Placement salted = Placements.salted(HOT, 3, ring);
    for (String table : List.of("events", "notes")) {
      tables.table(
          new Table.Sharded(
              List.of(table), List.of(KeyColumn.of("k")), salted, ScatterPolicy.ALLOW));
    }
    tables.placement(ring).sharded("users", "k").reference("kinds");
  }

  @BeforeAll
  static void open() throws SQLException {
    String copy = cluster.database() + "_one";
    ClusterShard first = cluster.cluster().shards().get(0);
    try (Connection connection = first.primary().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + copy + " TEMPLATE " + cluster.database());
    }
    List<ShardId> shards =
        cluster.cluster().shards().stream().map(shard -> new ShardId(shard.name())).toList();
    ShardDataSourceBuilder sharded =
        ShardDataSource.builder().tables(tables -> declare(tables, shards));
    RoutingConfiguration.Builder routing = RoutingConfiguration.builder().shards(shards);
    declare(routing, shards);
    TwinDatabase.Builder both =
        TwinDatabase.builder().single(source(first.primary().jdbcUrl(copy)));
    for (ClusterShard shard : cluster.cluster().shards()) {
      String url = shard.primary().jdbcUrl(cluster.database());
      sharded.shard(shard.name(), url);
      both.shard(shard.name(), source(url));
    }
    dataSource = sharded.build();
    twin = both.sharded(dataSource).routing(routing.build()).open();
    twin.execute("CREATE TABLE events (k bigint, n int, kind text, at timestamptz)");
    twin.execute("CREATE TABLE notes (k bigint, note text)");
    twin.execute("CREATE TABLE users (k bigint PRIMARY KEY, name text)");
    twin.execute("CREATE TABLE kinds (kind text PRIMARY KEY, label text)");
    twin.execute("INSERT INTO kinds VALUES ('a', 'an a'), ('b', 'a b')");
    twin.execute("INSERT INTO users SELECT i, 'user ' || i FROM generate_series(1, 20) i");
    for (int i = 0; i < 40; i++) {
      twin.execute(
          "INSERT INTO events VALUES (?, ?, ?, '2026-01-01 00:00+00'), (?, ?, 'b', NULL)",
          i % 2 == 0 ? 7L : 11L,
          i,
          i % 3 == 0 ? "a" : "b",
          (long) i % 13,
          100 + i);
      twin.execute("INSERT INTO notes VALUES (?, ?)", i % 4 == 0 ? 7L : i % 13L, "note " + i % 5);
    }
  }

  private static PGSimpleDataSource source(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(url);
    return source;
  }

  @AfterAll
  static void close() throws SQLException {
    twin.close();
    dataSource.close();
  }

  private static List<Integer> perShard(String table, long key) throws SQLException {
    List<Integer> counts = new ArrayList<>();
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = shard.primary().connect(cluster.database());
          PreparedStatement count =
              connection.prepareStatement("SELECT count(*) FROM " + table + " WHERE k = ?")) {
        count.setLong(1, key);
        try (ResultSet row = count.executeQuery()) {
          row.next();
          counts.add(row.getInt(1));
        }
      }
    }
    return counts;
  }

  @Test
  void newRowsOfAHotKeyAreSpreadOverItsOwnersAndOthersAreNot() throws SQLException {
    assertThat(perShard("events", 7)).filteredOn(count -> count > 0).hasSize(3);
    assertThat(perShard("events", 5)).filteredOn(count -> count > 0).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT n, kind FROM events WHERE k = 7 ORDER BY n",
        "SELECT n, kind FROM events WHERE k = 7 ORDER BY n DESC LIMIT 5 OFFSET 2",
        "SELECT count(*), sum(n), min(n), max(n), avg(n) FROM events WHERE k = 7",
        "SELECT k, count(*) FROM events GROUP BY k",
        "SELECT k, count(*), array_agg(n ORDER BY n) FROM events GROUP BY k",
        "SELECT DISTINCT k FROM events",
        "SELECT DISTINCT kind FROM events WHERE k IN (7, 5)",
        "SELECT DISTINCT ON (k) k, n FROM events ORDER BY k, n",
        "SELECT k, n, row_number() OVER (PARTITION BY k ORDER BY n) FROM events",
        "SELECT n, rank() OVER (ORDER BY n) FROM events WHERE k = 7",
        "SELECT e.n, x.note FROM events e JOIN notes x ON x.k = e.k WHERE e.k = 7",
        "SELECT e.n, x.note FROM events e LEFT JOIN notes x ON x.k = e.k",
        "SELECT e.n, f.n FROM events e JOIN events f ON f.k = e.k WHERE e.k IN (7, 11, 5)",
        "SELECT u.name, e.n FROM users u JOIN events e ON e.k = u.k",
        "SELECT u.name, count(e.n) FROM users u LEFT JOIN events e ON e.k = u.k GROUP BY u.name",
        "SELECT name FROM users u WHERE EXISTS (SELECT FROM events e WHERE e.k = u.k AND n > 130)",
        "SELECT name FROM users u WHERE NOT EXISTS (SELECT FROM events e WHERE e.k = u.k)",
        "SELECT name, (SELECT count(*) FROM events e WHERE e.k = u.k) FROM users u",
        "SELECT n, label FROM events JOIN kinds USING (kind) WHERE k = 7",
        "SELECT label, count(*) FROM events JOIN kinds USING (kind) GROUP BY label",
        "SELECT k FROM events UNION SELECT k FROM notes",
        "SELECT k FROM events UNION ALL SELECT k FROM notes",
        "SELECT k FROM events INTERSECT SELECT k FROM notes",
        "SELECT k, n FROM events EXCEPT SELECT k, 0 FROM notes",
        "SELECT n FROM events WHERE k = 7 AND n >= ALL (SELECT n FROM events WHERE k = 7)",
        "WITH hot AS (SELECT * FROM events WHERE k = 7) SELECT count(*) FROM hot",
        "SELECT n FROM events WHERE k BETWEEN 6 AND 8",
        "SELECT n FROM events WHERE k = 5",
        "SELECT e.n, x.note FROM events e JOIN notes x ON x.k = e.k WHERE e.k = 5",
        "SELECT k, count(*) FROM events WHERE k = 5 GROUP BY k",
        "SELECT k, sum(n) FROM events WHERE k = 7 GROUP BY k HAVING count(*) > 2",
      })
  void readsSeeTheRowsOfAllOwners(String sql) throws SQLException {
    assertThat(twin.verify(sql)).as(sql).isInstanceOf(Verdict.Equal.class);
  }

  @Test
  void updatesAndDeletesReachAllOwners() throws SQLException {
    twin.assertEqual("UPDATE events SET n = n + 1 WHERE k = ?", 7L);
    twin.assertEqual("UPDATE events SET n = n + 1 WHERE k = ? AND n % 2 = 0", 11L);
    twin.assertEqual("UPDATE events SET kind = 'c' WHERE k = 7 AND n < 10 RETURNING n, kind");
    twin.assertEqual(
        "UPDATE events e SET kind = label FROM kinds WHERE kinds.kind = e.kind AND k = 7");
    twin.assertEqual("UPDATE events SET n = n FROM users u WHERE u.k = events.k AND u.k = 7");
    twin.assertEqual("DELETE FROM events WHERE k = ? AND n > 120", 7L);
    twin.assertEqual("DELETE FROM notes USING events e WHERE e.k = notes.k AND e.n = 8");
    twin.assertEqual("INSERT INTO notes SELECT k, 'copied' FROM events WHERE k = 7");
    twin.assertEqual("INSERT INTO notes SELECT n, 'other' FROM events WHERE k = 7");
    twin.assertEqual("INSERT INTO notes VALUES (3 + 4, 'computed'), (7, 'one'), (7, 'two')");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO events VALUES (7, 1) ON CONFLICT DO NOTHING",
        "MERGE INTO events e USING kinds ON e.k = 7 WHEN NOT MATCHED THEN INSERT VALUES (7, 1)",
      })
  void whatHasToKnowAllRowsOfAKeyBeforeItWritesOneIsRefused(String sql) {
    assertThatThrownBy(() -> execute(sql))
        .isInstanceOf(SQLException.class)
        .hasMessageStartingWith("SJ0220");
  }

  @Test
  void rowsKeepTheirKeys() {
    for (String sql :
        List.of("UPDATE events SET k = 7 WHERE k = 5", "UPDATE events SET k = 5 WHERE k = 7")) {
      assertThatThrownBy(() -> execute(sql)).hasMessageStartingWith("SJ0308");
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void oneOwnerOfAHotKeyIsNotNamedByTheKey() throws SQLException {
    assertThatThrownBy(() -> dataSource.shardOf("events", 7L)).hasMessageStartingWith("SJ0220");
    assertThat(dataSource.shardOf("events", 5L)).isEqualTo(dataSource.shardOf("users", 5L));
    assertThatThrownBy(() -> execute("/* shardjdbc: key=7 */ SELECT n FROM events"))
        .hasMessageStartingWith("SJ0220");
  }

  @Test
  void copiedRowsOfAHotKeyAreSpreadToo() throws Exception {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      records.append("11\tcopy ").append(i).append('\n');
    }
    try (Connection connection = dataSource.getConnection()) {
      connection
          .unwrap(ShardConnection.class)
          .copy()
          .copyIn(
              "COPY notes FROM STDIN",
              new ByteArrayInputStream(records.toString().getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(perShard("notes", 11)).filteredOn(count -> count > 0).hasSize(3);
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("DELETE FROM notes WHERE note LIKE 'copy %'"))
          .isEqualTo(60);
    }
  }

  @Test
  void noUniquenessHoldsOverOwners() throws SQLException {
    assertThatThrownBy(() -> execute("CREATE UNIQUE INDEX ON events (k, n, at)"))
        .hasMessageStartingWith(ErrorCode.UNIQUE_APART.code());
    execute("CREATE UNIQUE INDEX ON users (k, name)");
  }
}
