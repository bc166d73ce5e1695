package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** UPDATE that lists the shard key with the value it has, and finds its row by another column. */
class ListedKeyTest {

  private static final String UPDATE =
      "UPDATE notes SET title = ?, user_id = ?, version = ? WHERE id = ? AND version = ?";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource singleShard;
  private static ShardDataSource moving;
  private static TwinDatabase twin;
  private static TwinDatabase movingTwin;

  private static void declare(RoutingConfiguration.Builder tables) {
    tables
        .sharded("notes", "user_id")
        .sharded("lines", "tenant", "region")
        .sharded("words", "word")
        .sharded("tags", "user_id");
  }

  private static void declareMoving(RoutingConfiguration.Builder tables) {
    declare(tables);
    tables.policy("notes", policy -> policy.withMoveRows(true));
  }

  @BeforeAll
  static void open() throws SQLException {
    String copy = cluster.database() + "_one";
    ClusterShard first = cluster.cluster().shards().get(0);
    try (Connection connection = first.primary().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + copy + " TEMPLATE " + cluster.database());
    }
    String one = first.primary().jdbcUrl(copy);
    ShardDataSourceBuilder sharded = ShardDataSource.builder().tables(ListedKeyTest::declare);
    ShardDataSourceBuilder moved =
        ShardDataSource.builder()
            .transactions(TransactionMode.TWO_PHASE)
            .tables(ListedKeyTest::declareMoving);
    RoutingConfiguration.Builder routing = RoutingConfiguration.builder();
    TwinDatabase.Builder both = TwinDatabase.builder().single(source(one));
    TwinDatabase.Builder bothMoving = TwinDatabase.builder().single(source(one));
    for (ClusterShard shard : cluster.cluster().shards()) {
      String url = shard.primary().jdbcUrl(cluster.database());
      sharded.shard(shard.name(), url);
      moved.shard(shard.name(), url);
      routing.shards(shard.name());
      both.shard(shard.name(), source(url));
      bothMoving.shard(shard.name(), source(url));
    }
    declare(routing);
    singleShard = sharded.build();
    moving = moved.build();
    twin = both.sharded(singleShard).routing(routing.build()).open();
    movingTwin = bothMoving.sharded(moving).routing(routing.build()).open();
    twin.execute(
        "CREATE TABLE notes (id bigint, user_id bigint, title text, version int, touched int"
            + " DEFAULT 0, PRIMARY KEY (user_id, id))");
    twin.execute("CREATE TABLE tags (user_id bigint, id bigint, tag text)");
    twin.execute("CREATE TABLE lines (tenant text, region int, id bigint, note text)");
    twin.execute("CREATE TABLE words (word varchar(8), n int)");
  }

  private static PGSimpleDataSource source(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    return source;
  }

  @AfterAll
  static void close() throws SQLException {
    twin.close();
    movingTwin.close();
    singleShard.close();
    moving.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    for (String table : List.of("notes", "tags", "lines", "words")) {
      twin.execute("DELETE FROM " + table);
    }
    twin.execute("INSERT INTO notes SELECT i, i % 7, 't' || i, 0 FROM generate_series(1, 30) i");
    twin.execute("INSERT INTO tags SELECT i % 7, i, 'tag' FROM generate_series(1, 30) i");
    twin.execute(
        "INSERT INTO lines SELECT 't' || i % 5, i % 3, i, 'n' FROM generate_series(1, 30) i");
    twin.execute("INSERT INTO words SELECT 'w' || i, i FROM generate_series(1, 9) i");
  }

  @Test
  void aRowWhoseKeyStaysIsUpdatedInPlace() throws SQLException {
    twin.assertEqual(UPDATE, "new", 5L, 1, 5L, 0);
    twin.assertEqual(UPDATE, "again", 5L, 2, 5L, 1);
    twin.assertEqual(UPDATE, "stale", 5L, 2, 5L, 1);
    twin.assertEqual(UPDATE, "nobody", 5L, 2, 4711L, 1);
    twin.assertEqual("UPDATE notes SET user_id = 6, title = 'x' WHERE id = 13 RETURNING *");
    twin.assertEqual("UPDATE notes n SET user_id = ?, title = 'x' WHERE n.id IN (5, 12, 19)", 5L);
    twin.assertEqual("UPDATE notes SET user_id = 3 WHERE id = 3 AND user_id IN (3, 4)");
    twin.assertEqual("UPDATE notes SET (user_id, title) = (?, ?) WHERE id = 2", 2L, "both");
    twin.assertEqual("UPDATE notes SET user_id = 2::smallint, title = 'cast' WHERE id = 9 ;");
    twin.assertEqual(
        "UPDATE notes SET user_id = 4, title = tag FROM tags WHERE tags.user_id = notes.user_id"
            + " AND notes.id = 11 AND tags.id = 4");
    twin.assertEqual(
        "WITH w AS (SELECT 12 AS id) UPDATE notes SET user_id = 5 WHERE id = (SELECT id FROM w)");
    twin.assertEqual("UPDATE words SET word = 'w3', n = 33 WHERE n = 3");
    twin.assertEqual("UPDATE words SET word = ?, n = 44 WHERE n = 4", "w4");
    twin.assertEqual("UPDATE lines SET tenant = 't1', region = 1, note = 'x' WHERE id = 1");
    twin.assertEqual("UPDATE lines SET tenant = 't2', note = 'x' WHERE id IN (2, 7, 12)");
  }

  @Test
  void aRowThatWouldMoveIsRefusedAndNothingChanges() throws SQLException {
    for (String sql :
        List.of(
            "UPDATE notes SET user_id = 6 WHERE id = 5",
            "UPDATE notes SET user_id = 5 WHERE id IN (5, 6)",
            "UPDATE notes SET user_id = 5",
            "UPDATE notes SET user_id = NULL WHERE id = 5",
            "UPDATE notes SET user_id = user_id + 1 WHERE id = 5",
            "UPDATE words SET word = 'other' WHERE n = 3",
            "UPDATE lines SET tenant = 't2', region = 1 WHERE id = 2",
            "UPDATE notes SET user_id = 6 WHERE user_id = 5")) {
      Verdict outcome = twin.verify(sql);
      assertThat(outcome).as(sql).isInstanceOf(Verdict.Refused.class);
      assertThat(((Verdict.Refused) outcome).code()).as(sql).isEqualTo("SJ0308");
    }
    twin.assertEqual("SELECT id, user_id, title FROM notes ORDER BY id");
  }

  @Test
  void rowsThatMayMoveDoSoOnlyIfTheirKeyChanges() throws SQLException {
    List<String> before = places();
    movingTwin.assertEqual(UPDATE, "kept", 5L, 1, 5L, 0);
    movingTwin.assertEqual(UPDATE, "moved", 6L, 1, 12L, 0);
    movingTwin.assertEqual("UPDATE notes SET user_id = 1 WHERE id IN (1, 8, 3)");
    movingTwin.assertEqual("UPDATE notes SET user_id = user_id + 7 WHERE id < 5");
    movingTwin.assertEqual("SELECT id, user_id, title FROM notes ORDER BY id");
    assertThat(places()).hasSameSizeAs(before);
  }

  /** With a trigger, rows may not move; those that stay fire it as any UPDATE does. */
  @Test
  void theTriggersOfAnUpdateFire() throws SQLException {
    for (DataSourceOf of : List.of(new DataSourceOf(singleShard), new DataSourceOf(moving))) {
      trigger(
          "CREATE TRIGGER touch BEFORE INSERT OR UPDATE OR DELETE ON notes FOR EACH ROW EXECUTE"
              + " FUNCTION touch()");
      try (Connection connection = of.dataSource().getConnection();
          PreparedStatement update = connection.prepareStatement(UPDATE)) {
        connection.setAutoCommit(false);
        set(update, "new", 5L, 1, 5L, 0);
        assertThat(update.executeUpdate()).isOne();
        try (Statement read = connection.createStatement();
            ResultSet row =
                read.executeQuery("SELECT touched FROM notes WHERE user_id = 5 AND id = 5")) {
          assertThat(row.next()).isTrue();
          assertThat(row.getInt(1)).isOne();
        }
        connection.rollback();
      } finally {
        trigger("DROP TRIGGER touch ON notes");
      }
    }
  }

  private record DataSourceOf(ShardDataSource dataSource) {}

  private static void trigger(String sql) throws SQLException {
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = shard.primary().connect(cluster.database());
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " IF TG_OP = 'UPDATE' THEN NEW.touched := OLD.touched + 1; RETURN NEW; END IF;"
                + " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$");
        statement.execute(sql);
      }
    }
  }

  private static void set(PreparedStatement update, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      update.setObject(i + 1, values[i]);
    }
  }

  @Test
  void aBatchOfSuchUpdatesRunsInATransactionOfOneShard() throws SQLException {
    try (Connection connection = singleShard.getConnection();
        PreparedStatement update = connection.prepareStatement(UPDATE)) {
      connection.setAutoCommit(false);
      for (long id : List.of(5L, 12L, 19L)) {
        set(update, "batch", 5L, 1, id, 0);
        update.addBatch();
      }
      assertThat(update.executeBatch()).containsExactly(1, 1, 1);
      connection.commit();
      set(update, "moved", 6L, 2, 5L, 1);
      assertThatThrownBy(update::executeUpdate).hasMessageStartingWith("SJ0308");
      connection.rollback();
    }
    try (Connection connection = singleShard.getConnection();
        Statement read = connection.createStatement();
        ResultSet rows = read.executeQuery("SELECT count(*) FROM notes WHERE title = 'batch'")) {
      rows.next();
      assertThat(rows.getInt(1)).isEqualTo(3);
    }
    fillOneAsShards();
  }

  /** The one PostgreSQL has not seen what ran beside the twin. */
  private static void fillOneAsShards() throws SQLException {
    try (Connection one =
            source(cluster.cluster().shards().get(0).primary().jdbcUrl(cluster.database() + "_one"))
                .getConnection();
        Statement statement = one.createStatement()) {
      statement.execute("UPDATE notes SET title = 'batch', version = 1 WHERE id IN (5, 12, 19)");
    }
  }

  private static List<String> places() throws SQLException {
    List<String> all = new ArrayList<>();
    try (Connection connection = singleShard.getConnection();
        Statement read = connection.createStatement();
        ResultSet rows = read.executeQuery("SELECT id FROM notes")) {
      while (rows.next()) {
        all.add(rows.getString(1));
      }
    }
    return all;
  }
}
