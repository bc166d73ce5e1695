package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Collation;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** UPDATE that gives rows another shard key, of tables whose rows may move. */
class RowMovesTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(3))
          .withCollation(Collation.icu("en-US"));

  private static ShardDataSource dataSource;
  private static TwinDatabase twin;

  private static void declare(RoutingConfiguration.Builder tables) {
    tables
        .sharded("places", "owner")
        .sharded("visits", "owner")
        .sharded("orders", "tenant", "region")
        .sharded("watched", "owner")
        .sharded("parents", "owner")
        .sharded("children", "owner")
        .reference("kinds");
    for (String table : List.of("places", "orders", "watched", "parents")) {
      tables.policy(table, policy -> policy.withMoveRows(true));
    }
  }

  @BeforeAll
  static void open() throws SQLException {
    String copy = cluster.database() + "_one";
    ClusterShard first = cluster.cluster().shards().get(0);
    try (Connection connection = first.primary().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + copy + " TEMPLATE " + cluster.database());
    }
    ShardDataSourceBuilder sharded =
        ShardDataSource.builder()
            .transactions(TransactionMode.TWO_PHASE)
            .tables(RowMovesTest::declare);
    RoutingConfiguration.Builder routing = RoutingConfiguration.builder();
    TwinDatabase.Builder both =
        TwinDatabase.builder().single(source(first.primary().jdbcUrl(copy)));
    for (ClusterShard shard : cluster.cluster().shards()) {
      String url = shard.primary().jdbcUrl(cluster.database());
      sharded.shard(shard.name(), url);
      routing.shards(shard.name());
      both.shard(shard.name(), source(url));
    }
    declare(routing);
    dataSource = sharded.build();
    twin = both.sharded(dataSource).routing(routing.build()).open();
    schema();
  }

  private static PGSimpleDataSource source(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(url);
    return source;
  }

  private static void schema() throws SQLException {
    twin.execute("CREATE TYPE mood AS ENUM ('sad', 'glad')");
    twin.execute(
        """
        CREATE TABLE places (
          owner bigint, place bigint GENERATED ALWAYS AS IDENTITY, name text, n numeric,
          price numeric(12, 4), f float8, r real, at timestamptz, d date, iv interval, b bytea,
          j json, jb jsonb, a int[], t text[], m mood, u uuid, c char(5), v varchar(6),
          bits bit(5), flags bit varying(9), net inet, span int4range, doubled bigint
          GENERATED ALWAYS AS (owner * 2) STORED, state text DEFAULT 'new',
          PRIMARY KEY (owner, place))
        """);
    twin.execute("CREATE TABLE visits (owner bigint, place bigint, n int)");
    twin.execute(
        "CREATE TABLE orders (tenant text, region int, id bigint, note text,"
            + " PRIMARY KEY (tenant, region, id))");
    twin.execute("CREATE TABLE kinds (kind text PRIMARY KEY, label text)");
    twin.execute("CREATE TABLE watched (owner bigint, note text)");
    twin.execute("CREATE TABLE parents (owner bigint PRIMARY KEY)");
    twin.execute(
        "CREATE TABLE children (owner bigint REFERENCES parents ON DELETE CASCADE, note text)");
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = shard.primary().connect(cluster.database());
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TRIGGER t BEFORE INSERT OR DELETE ON watched FOR EACH ROW"
                + " EXECUTE FUNCTION suppress_redundant_updates_trigger()");
      } catch (SQLException e) {
        throw new SQLException("on " + shard.name(), e);
      }
    }
  }

  @AfterAll
  static void close() throws SQLException {
    twin.close();
    dataSource.close();
  }

  @BeforeEach
  void rows() throws SQLException {
    twin.execute("DELETE FROM places");
    twin.execute("DELETE FROM orders");
    twin.execute("DELETE FROM visits");
    twin.execute(
        """
        INSERT INTO places (owner, place, name, n, price, f, r, at, d, iv, b, j, jb, a, t, m, u,
            c, v, bits, flags, net, span)
          OVERRIDING SYSTEM VALUE
        SELECT o, o * 10, E'tab\\t "quote" \\\\ \\n é', 1.50, 2.5, 0.1::float8 + 0.2, 1.1::real / 3,
          '2024-02-29 12:34:56.789012+03', '-infinity', '1 mon -2 days 03:04:05.6',
          E'\\\\x00ff10', '{"b": 1,  "a": [1,2]}', '{"b": 1.10, "a": null}', '{1,NULL,3}',
          '{"a,b",NULL,"","\\\\"}', 'glad', '00000000-0000-0000-0000-0000000000ff',
          'ab', 'x y', '10101', '1011', '10.0.0.1/8', '[3,7)'
          FROM generate_series(1::bigint, 12) o
        """);
    twin.execute("INSERT INTO visits SELECT o, o * 10, o FROM generate_series(1, 12) o");
    twin.execute(
        "INSERT INTO orders SELECT 't' || o % 3, o % 2, o, 'n' FROM generate_series(1, 12) o");
    twin.execute(
        "UPDATE places SET n = 'NaN', name = NULL, f = 'Infinity', m = NULL WHERE owner = 3");
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
  }

  @Test
  void aRowMovesWithAllItsColumns() throws SQLException {
    twin.assertEqual("UPDATE places SET owner = 1005 WHERE owner = 5");
    twin.assertEqual("UPDATE places SET owner = ?, name = ? WHERE owner = ?", 1006L, "moved", 6L);
    twin.assertEqual("UPDATE places SET owner = ? WHERE owner = ? AND place = 999", 7L, 8L);
    twin.assertEqual("UPDATE places SET owner = ? WHERE owner = ?", 1003L, 3L);
  }

  @Test
  void rowsMoveByWhatTheirServersCompute() throws SQLException {
    twin.assertEqual("UPDATE places SET owner = owner + 100, n = n * 2 WHERE place > 30");
    twin.assertEqual(
        "UPDATE places AS p SET owner = p.owner % 4 + 50, state = DEFAULT, doubled = DEFAULT"
            + " WHERE p.owner IN (1, 2, 101, 107)");
    twin.assertEqual(
        "UPDATE places SET (owner, v) = (owner * 3, 'ro' || ?), price = 1 / 3.0, c = 'q', f = 1,"
            + " a = a || 9, m = 'sad', t = NULL, r = ?",
        "w",
        1.25f);
  }

  @Test
  void rowsMoveByRowsOfOtherTables() throws SQLException {
    twin.assertEqual(
        "UPDATE places p SET owner = v.n + 200 FROM visits v"
            + " WHERE v.place = p.place AND v.n BETWEEN 3 AND 9");
    twin.assertEqual(
        "WITH far AS (SELECT place, owner + 300 AS o FROM visits WHERE n < 3)"
            + " UPDATE places SET owner = far.o FROM far WHERE far.place = places.place");
    twin.assertEqual(
        "UPDATE places SET owner = (SELECT max(n) FROM visits) + place WHERE place >= 100");
  }

  @Test
  void severalColumnsAreGivenOneRow() throws SQLException {
    twin.assertEqual("UPDATE places SET (owner, name) = ROW (owner + 400, 'row') WHERE owner = 2");
    twin.assertEqual("UPDATE places SET (owner, name) = (401, ?) WHERE owner = 3", "both");
    twin.assertEqual(
        "UPDATE places SET (owner, name, n) = (SELECT v.n + 500, 'from ' || v.place, ? FROM visits"
            + " v WHERE v.place = places.place), v = 'q' WHERE owner BETWEEN ? AND 8",
        3,
        4L);
    twin.assertEqual(
        "UPDATE places SET (name, owner) = (SELECT 'x', max(n) + 600 FROM visits) WHERE owner = 9"
            + " RETURNING owner, name");
    twin.assertEqual("UPDATE places SET (owner, name) = (SELECT n, 'x' FROM visits)");
    twin.assertEqual("UPDATE places SET (owner, name) = (SELECT owner, 'same' WHERE owner > 0)");
  }

  @Test
  void whatMovedIsReturned() throws SQLException {
    twin.assertEqual(
        "UPDATE places SET owner = owner + 40 WHERE owner < 6"
            + " RETURNING *, owner + place AS both, upper(name)");
    twin.assertEqual(
        "UPDATE places p SET owner = 77 WHERE p.owner = 9 RETURNING p.place, doubled, p.*");
    twin.assertEqual("UPDATE places SET owner = 78 WHERE owner = 4711 RETURNING owner, name");
    twin.assertEqual(
        "UPDATE public.places SET owner = public.places.owner + 80 WHERE public.places.owner < 60"
            + " RETURNING public.places.name, public.places.*, places");
  }

  @Test
  void keysOfSeveralColumnsMove() throws SQLException {
    twin.assertEqual("UPDATE orders SET region = region + 5 WHERE tenant = 't1' AND region = 1");
    twin.assertEqual("UPDATE orders SET tenant = 'new' WHERE id > 6");
    twin.assertEqual("UPDATE orders SET tenant = tenant || '-' || region, note = note || id");
  }

  @Test
  void keysThatStayAreUpdatedInPlace() throws SQLException {
    twin.assertEqual("UPDATE places SET owner = 5, name = 'same' WHERE owner = 5");
    twin.assertEqual("UPDATE places SET owner = owner, name = 'all'");
    twin.assertEqual("UPDATE watched SET owner = 1, note = 'x' WHERE owner = 1");
  }

  @Test
  void errorsAreThoseOfOneServer() throws SQLException {
    twin.assertEqual("UPDATE places SET owner = 500, v = 'longer than six' WHERE owner = 1");
    twin.assertEqual("UPDATE places SET owner = 500, n = 1 / 0 WHERE owner = 1");
    twin.assertEqual("UPDATE orders SET tenant = 't2', region = 0, id = 2 WHERE id IN (4, 7)");
    twin.assertEqual("UPDATE places SET owner = 500, m = 'neither' WHERE owner = 1");
    twin.assertEqual("UPDATE places SET owner = 500, nothing = 1 WHERE owner = 1");
  }

  @Test
  void generatedKeysOfRowsThatMove() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE places SET owner = owner + 600 WHERE owner <= 3",
                new String[] {"place", "owner"})) {
      assertThat(update.executeUpdate()).isEqualTo(3);
      List<String> keys = new ArrayList<>();
      try (ResultSet rows = update.getGeneratedKeys()) {
        while (rows.next()) {
          keys.add(rows.getLong("place") + " of " + rows.getLong(2));
        }
      }
      assertThat(keys).containsExactlyInAnyOrder("10 of 601", "20 of 602", "30 of 603");
    }
    twin.assertEqual("DELETE FROM places");
  }

  @Test
  void rowsComeWithAFetchSizeThoughTheirTransactionHasEnded() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement("UPDATE places SET owner = owner + 600 RETURNING owner")) {
      update.setFetchSize(1);
      int count = 0;
      try (ResultSet rows = update.executeQuery()) {
        while (rows.next()) {
          count++;
        }
      }
      assertThat(count).isEqualTo(12);
    }
    twin.assertEqual("DELETE FROM places");
  }

  @Test
  void aRowIsNotLostWhereItsNewShardRefusesIt() throws SQLException {
    long before = sum("SELECT sum(owner) FROM places");
    for (boolean autoCommit : new boolean[] {true, false}) {
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(autoCommit);
        assertThatThrownBy(
                () ->
                    statement.executeUpdate(
                        "UPDATE places SET owner = CASE owner WHEN 2 THEN NULL ELSE owner + 700"
                            + " END"))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("SJ0307");
        if (!autoCommit) {
          assertThatThrownBy(() -> statement.executeQuery("SELECT count(*) FROM places"))
              .hasMessageContaining("SJ0604");
          connection.commit(); // nothing is lost but what has failed
        }
      }
      assertThat(sum("SELECT sum(owner) FROM places")).isEqualTo(before);
    }
  }

  @Test
  void aSavepointBringsBackWhatAFailedMoveHasDeleted() throws SQLException {
    long before = sum("SELECT sum(owner) FROM places");
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate("UPDATE places SET owner = 1001 WHERE owner = 1");
      Savepoint savepoint = connection.setSavepoint();
      assertThatThrownBy(
              () ->
                  statement.executeUpdate(
                      "UPDATE places SET owner = nullif(owner + 1000, 1012) WHERE owner > 1"))
          .hasMessageContaining("SJ0307");
      connection.rollback(savepoint);
      statement.executeUpdate("UPDATE places SET owner = 1002 WHERE owner = 2");
      connection.commit();
    }
    assertThat(sum("SELECT sum(owner) FROM places")).isEqualTo(before + 2000);
  }

  @Test
  void rowsMoveInTwoPhaseModeOnly() throws SQLException {
    for (TransactionMode mode :
        List.of(TransactionMode.SINGLE_SHARD, TransactionMode.BEST_EFFORT)) {
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        connection.unwrap(ShardConnection.class).setTransactionMode(mode);
        assertThatThrownBy(
                () -> statement.executeUpdate("UPDATE places SET owner = 9 WHERE owner = 8"))
            .hasMessageContaining("SJ0331")
            .hasMessageContaining("two-phase");
        connection.setAutoCommit(false);
        assertThatThrownBy(
                () -> statement.executeUpdate("UPDATE places SET owner = 9 WHERE owner = 8"))
            .hasMessageContaining("SJ0331");
        connection.commit();
      }
    }
  }

  @Test
  void rowsThatDeletingWouldChangeMoreThanUpdatingStay() {
    assertRefused("UPDATE watched SET owner = 9 WHERE owner = 8", "it has triggers");
    assertRefused("UPDATE parents SET owner = 9 WHERE owner = 8", "foreign key");
    assertRefused("UPDATE places SET owner = 9, place = 5 WHERE owner = 8", "takes DEFAULT only");
    assertRefused("UPDATE places SET owner = 9, a[1] = 5 WHERE owner = 8", "element");
    assertRefused("UPDATE visits SET owner = 9 WHERE owner = 8", "moveRows: true");
  }

  private static void assertRefused(String sql, String reason) {
    assertThatThrownBy(
            () -> {
              try (Connection connection = dataSource.getConnection();
                  Statement statement = connection.createStatement()) {
                statement.executeUpdate(sql);
              }
            })
        .hasMessageContaining(reason);
  }

  private static long sum(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
