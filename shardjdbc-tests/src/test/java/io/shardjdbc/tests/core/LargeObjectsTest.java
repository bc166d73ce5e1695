package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A large object lies on the shard of the row that has its number, and is nowhere else meant. */
class LargeObjectsTest {

  private static final List<String> SHARDS = List.of("s0", "s1", "s2");
  private static final String TEXT = "convert_from(lo_get(data), 'UTF8')";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Sample.builder(cluster)
            .transactions(TransactionMode.TWO_PHASE)
            .tables(t -> t.sharded("docs", "id").sharded("notes", "note").reference("kinds"))
            .build();
    Sample.execute(
        dataSource,
        "CREATE FUNCTION text_of(o oid) RETURNS text STABLE LANGUAGE sql AS"
            + " $$ SELECT convert_from(lo_get(o), 'UTF8') $$");
    Sample.execute(
        dataSource,
        "CREATE FUNCTION made(t text) RETURNS oid LANGUAGE plpgsql AS"
            + " $$ BEGIN RETURN lo_from_bytea(0, t::bytea); END $$");
    Sample.execute(dataSource, "CREATE TABLE docs (id bigint PRIMARY KEY, name text, data oid)");
    Sample.execute(dataSource, "CREATE TABLE notes (note bigint PRIMARY KEY, id bigint, data oid)");
    Sample.execute(dataSource, "CREATE TABLE kinds (id bigint PRIMARY KEY, data oid)");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void sixDocuments() throws SQLException {
    for (String shard : SHARDS) {
      try (Connection server = cluster.connect(shard)) {
        Sample.rows(server, "SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
      }
    }
    Sample.execute(dataSource, "DELETE FROM docs");
    Sample.execute(dataSource, "DELETE FROM notes");
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO docs (id, name, data) VALUES (?, ?, ?)")) {
      connection.setAutoCommit(false);
      for (int id = 1; id <= 6; id++) {
        insert.setLong(1, id);
        insert.setString(2, "doc" + id);
        insert.setBlob(3, new ByteArrayInputStream(bytes("text" + id)));
        insert.executeUpdate();
      }
      connection.commit();
    }
    Sample.execute(dataSource, "INSERT INTO notes (note, id) SELECT id + 17, id FROM docs");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The texts of all objects there are, wherever they lie. */
  private static List<String> objects() throws SQLException {
    List<String> all = new ArrayList<>();
    for (String shard : SHARDS) {
      try (Connection server = cluster.connect(shard)) {
        all.addAll(
            Sample.rows(
                server, "SELECT convert_from(lo_get(oid), 'UTF8') FROM pg_largeobject_metadata"));
      }
    }
    return all.stream().sorted().toList();
  }

  private static List<String> documents() throws SQLException {
    return Sample.rows(dataSource, "SELECT id, " + TEXT + " FROM docs ORDER BY id");
  }

  @Test
  void eachShardReadsThoseOfItsRows() throws SQLException {
    assertThat(documents())
        .containsExactly("1,text1", "2,text2", "3,text3", "4,text4", "5,text5", "6,text6");
    assertThat(
            Sample.rows(
                dataSource, "SELECT count(*) FROM docs WHERE lo_get(data) = 'text5'::bytea"))
        .containsExactly("1");
    assertThat(Sample.rows(dataSource, "SELECT " + TEXT + " FROM docs WHERE id = 3"))
        .containsExactly("text3");
  }

  @Test
  void functionsOfUsersRunWhereTheObjectsLie() throws SQLException {
    assertThat(Sample.rows(dataSource, "SELECT text_of(data) FROM docs WHERE id = 2"))
        .containsExactly("text2");
  }

  @Test
  void eachShardChangesThoseOfItsRows() throws SQLException {
    Sample.rows(dataSource, "SELECT lo_put(data, 0, convert_to('T' || id, 'UTF8')) FROM docs");
    assertThat(documents())
        .containsExactly("1,T1xt1", "2,T2xt2", "3,T3xt3", "4,T4xt4", "5,T5xt5", "6,T6xt6");
    Sample.execute(
        dataSource, "UPDATE docs SET data = lo_from_bytea(0, convert_to('new' || id, 'UTF8'))");
    assertThat(documents())
        .containsExactly("1,new1", "2,new2", "3,new3", "4,new4", "5,new5", "6,new6");
    assertThat(Sample.rows(dataSource, "SELECT lo_unlink(data) FROM docs"))
        .containsExactly("1", "1", "1", "1", "1", "1");
    assertThat(objects()).containsExactly("T1xt1", "T2xt2", "T3xt3", "T4xt4", "T5xt5", "T6xt6");
  }

  @Test
  void theyAreChangedOnAllShardsOrOnNone() throws SQLException {
    Sample.rows(dataSource, "SELECT lo_unlink(data) FROM docs WHERE id = 4");
    List<String> left = objects();
    assertThat(left).hasSize(5);
    assertThatThrownBy(() -> Sample.rows(dataSource, "SELECT lo_unlink(data) FROM docs"))
        .hasMessageContaining("does not exist");
    assertThat(objects()).isEqualTo(left);
  }

  @LongRun
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT lo_get(d.data) FROM docs d JOIN notes n ON n.id = d.id",
        "SELECT lo_put(data, 0, 'x') FROM docs LIMIT 2",
        "SELECT id, text_of(data) FROM docs",
        "SELECT text_of(d.data) FROM docs d JOIN notes n ON n.id = d.id",
        "INSERT INTO notes (note, data) SELECT id + 1, made('x') FROM docs",
        "SELECT id, (SELECT lo_create(0)) FROM docs",
        "SELECT lo_get(data) FROM (SELECT data FROM docs ORDER BY name LIMIT 3) d",
        "UPDATE docs SET data = (SELECT lo_from_bytea(0, 'x')) WHERE id < 5",
        "UPDATE docs SET data = lo_from_bytea(0, 'x') FROM notes n WHERE n.id = docs.id",
        "INSERT INTO notes (note, id, data) SELECT id, id, lo_from_bytea(0, 'x') FROM docs LIMIT 4",
        "INSERT INTO notes (note, data) SELECT id + 1, lo_from_bytea(0, 'x') FROM docs",
        "INSERT INTO kinds SELECT id, lo_from_bytea(0, 'x') FROM docs WHERE id = 1",
        "INSERT INTO kinds VALUES (1, lo_from_bytea(0, 'x'))",
        "WITH gone AS (DELETE FROM docs RETURNING data) SELECT lo_unlink(data) FROM gone",
      })
  void whereTheyDoNotLieTheyAreRefused(String sql) throws SQLException {
    List<String> before = objects();
    assertThatThrownBy(() -> Sample.rows(dataSource, sql)).hasMessageStartingWith("SJ03");
    assertThat(objects()).isEqualTo(before);
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM kinds")).containsExactly("0");
  }

  @Test
  void rowsThatWereGatheredHaveNone() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      try (ResultSet rows = statement.executeQuery("SELECT data FROM docs ORDER BY id")) {
        for (int id = 1; rows.next(); id++) {
          Blob object = rows.getBlob(1);
          assertThat(object.getBytes(1, 9)).isEqualTo(bytes("text" + id));
        }
      }
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT d.data FROM docs d JOIN notes n ON n.id = d.id ORDER BY d.id")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getLong(1)).isPositive();
        assertThatThrownBy(() -> rows.getBlob(1)).hasMessageStartingWith("SJ0347");
        assertThatThrownBy(() -> rows.getClob("data")).hasMessageStartingWith("SJ0347");
        assertThatThrownBy(() -> rows.getObject(1, Blob.class)).hasMessageStartingWith("SJ0347");
      }
    }
  }

  @Test
  void aShardWhereOneIsChangedIsWritten() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      ShardConnection shards = connection.unwrap(ShardConnection.class);
      shards.setLocalTransactionMode(TransactionMode.SINGLE_SHARD);
      Sample.rows(connection, "SELECT lo_get(data) FROM docs WHERE id = 2");
      assertThat(shards.writtenShards()).isEmpty();
      Sample.rows(connection, "SELECT lo_unlink(data) FROM docs WHERE id = 1");
      assertThat(shards.writtenShards()).hasSize(1);
      assertThatThrownBy(() -> Sample.rows(connection, "UPDATE docs SET name = '' WHERE id = 2"))
          .hasMessageStartingWith("SJ0601");
    }
  }

  @Test
  void anObjectThatIsChangedByItselfIsWritten() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      ShardConnection shards = connection.unwrap(ShardConnection.class);
      shards.setLocalTransactionMode(TransactionMode.SINGLE_SHARD);
      try (ResultSet rows = statement.executeQuery("SELECT data FROM docs WHERE id = 1")) {
        assertThat(rows.next()).isTrue();
        Blob object = rows.getBlob(1);
        assertThat(object.getBytes(1, 9)).isEqualTo(bytes("text1"));
        assertThat(shards.writtenShards()).isEmpty();
        object.setBytes(1, bytes("T"));
        assertThat(shards.writtenShards()).hasSize(1);
      }
      assertThatThrownBy(() -> statement.execute("UPDATE docs SET name = '' WHERE id = 2"))
          .hasMessageStartingWith("SJ0601");
      connection.rollback();
      shards.setLocalTransactionMode(TransactionMode.SINGLE_SHARD);
      statement.execute("UPDATE docs SET name = '' WHERE id = 2");
      try (ResultSet rows = statement.executeQuery("SELECT data FROM docs WHERE id = 1")) {
        assertThat(rows.next()).isTrue();
        Blob object = rows.getBlob(1);
        assertThatThrownBy(() -> object.truncate(2)).hasMessageStartingWith("SJ0601");
      }
      connection.rollback();
    }
    assertThat(objects()).contains("text1");
  }
}
