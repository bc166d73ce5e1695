package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code currval} and {@code lastval} say after the library has taken numbers. */
class RememberedNumbersTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder().pool(Sample.pool(4));
    cluster.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .tables(
                t ->
                    t.sharded("parents", "parent_id")
                        .sharded("children", "parent_id")
                        .sharded("parts", "part_id")
                        .sharded("notes", "note_id"))
            .build();
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void create() throws SQLException {
    Sample.execute(dataSource, "CREATE TABLE parents (parent_id bigserial PRIMARY KEY, name text)");
    Sample.execute(
        dataSource,
        "CREATE TABLE children (child_id bigint GENERATED ALWAYS AS IDENTITY, parent_id bigint,"
            + " name text, PRIMARY KEY (parent_id, child_id))");
    Sample.execute(
        dataSource,
        "CREATE TABLE parts (part_id bigint PRIMARY KEY,"
            + " parent bigint DEFAULT currval('parents_parent_id_seq'))");
    Sample.execute(dataSource, "CREATE TABLE notes (note_id bigint PRIMARY KEY, text text)");
    connection = dataSource.getConnection();
  }

  @AfterEach
  void drop() throws SQLException {
    connection.close();
    Sample.execute(dataSource, "DROP TABLE children, parts, parents, notes");
  }

  @Test
  void defaultsGiveTheNumberOfTheSession() throws SQLException {
    Sample.update(connection, "INSERT INTO parents (name) VALUES ('a')");
    try (Connection other = dataSource.getConnection()) {
      Sample.update(other, "INSERT INTO parents (name) VALUES ('b')");
      Sample.update(other, "INSERT INTO parents (name) VALUES ('c')");
    }
    for (long part = 1; part <= 5; part++) {
      Sample.update(connection, "INSERT INTO parts (part_id) VALUES (?)", part);
    }
    assertThat(Sample.rows(connection, "SELECT DISTINCT parent FROM parts")).containsExactly("1");
    Sample.update(connection, "INSERT INTO parts (part_id) SELECT part_id + 10 FROM parts");
    assertThat(Sample.rows(connection, "SELECT parent, count(*) FROM parts GROUP BY parent"))
        .containsExactly("1,10");
    assertThatThrownBy(
            () ->
                Sample.update(
                    connection,
                    "MERGE INTO parts p USING notes n ON p.part_id = n.note_id"
                        + " WHEN NOT MATCHED THEN INSERT (part_id) VALUES (n.note_id)"))
        .hasMessageContaining("SJ0315");
  }

  @Test
  void theNumberOfTheLastInsertIsTheKeyOfWhatBelongsToIt() throws SQLException {
    for (long parent = 1; parent <= 5; parent++) {
      Sample.update(connection, "INSERT INTO parents (name) VALUES (?)", "p" + parent);
      assertThat(Sample.rows(connection, "SELECT lastval()")).containsExactly("" + parent);
      assertThat(Sample.rows(connection, "SELECT currval('parents_parent_id_seq')"))
          .containsExactly("" + parent);
      Sample.update(
          connection,
          "INSERT INTO children (parent_id, name)"
              + " VALUES (currval('public.parents_parent_id_seq'), ?), (currval("
              + "'parents_parent_id_seq'::regclass), ?)",
          "a",
          "b");
      assertThat(
              Sample.rows(
                  connection,
                  "SELECT child_id, parent_id, currval('parents_parent_id_seq') AS c FROM children"
                      + " WHERE parent_id = currval('parents_parent_id_seq') AND name = ?"
                      + " ORDER BY 1",
                  "b"))
          .containsExactly(2 * parent + "," + parent + "," + parent);
      assertThat(Sample.rows(connection, "SELECT lastval()")).containsExactly("" + 2 * parent);
    }
  }

  @Test
  void theColumnHasTheFunctionsNameAndType() throws SQLException {
    Sample.update(connection, "INSERT INTO parents DEFAULT VALUES");
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT currval('parents_parent_id_seq'), lastval() + 1");
        var rows = statement.executeQuery()) {
      assertThat(rows.getMetaData().getColumnName(1)).isEqualTo("currval");
      assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo("int8");
      rows.next();
      assertThat(rows.getLong(2)).isEqualTo(2);
    }
    try (Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT lastval()")) {
      rows.next();
      assertThat(rows.getLong("lastval")).isEqualTo(1);
    }
  }

  @Test
  void batchesAndRowsOfQueriesAreRememberedToo() throws SQLException {
    try (PreparedStatement batch =
        connection.prepareStatement("INSERT INTO parents (name) VALUES (?)")) {
      for (int i = 0; i < 4; i++) {
        batch.setString(1, "b" + i);
        batch.addBatch();
      }
      batch.executeBatch();
    }
    assertThat(Sample.rows(connection, "SELECT lastval()")).containsExactly("4");
    Sample.update(
        connection, "INSERT INTO children (parent_id, name) SELECT parent_id, name FROM parents");
    assertThat(
            Sample.rows(
                connection,
                "SELECT currval('parents_parent_id_seq'), currval('children_child_id_seq')"))
        .containsExactly("4,4");
  }

  @Test
  void whatAServerMayNotHaveTakenIsNotTold() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO children (parent_id, name) VALUES (?, 'c')")) {
      insert.setString(1, "1"); // a text for a number is refused before any number is taken
      assertThatThrownBy(insert::executeUpdate).hasMessageContaining("bigint");
      assertThatThrownBy(() -> Sample.rows(connection, "SELECT lastval()"))
          .hasMessageContaining("SJ0315");
      insert.addBatch();
      assertThatThrownBy(insert::executeBatch).hasMessageContaining("bigint");
      assertThatThrownBy(() -> Sample.rows(connection, "SELECT lastval()"))
          .hasMessageContaining("SJ0315");
    }
    Sample.update(connection, "INSERT INTO parents DEFAULT VALUES");
    assertThat(Sample.rows(connection, "SELECT lastval()")).hasSize(1);
  }

  @Test
  void withoutANumberItIsTheErrorOfAServer() throws SQLException {
    for (String sql :
        new String[] {"SELECT lastval()", "SELECT currval('parents_parent_id_seq')"}) {
      assertThatThrownBy(() -> Sample.rows(connection, sql))
          .hasMessageContaining("SJ0381")
          .hasMessageContaining("not yet defined in this session")
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("55000"));
    }
    Sample.update(connection, "INSERT INTO parents DEFAULT VALUES");
    try (Connection other = dataSource.getConnection()) {
      assertThatThrownBy(() -> Sample.rows(other, "SELECT lastval()"))
          .hasMessageContaining("SJ0381");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("DISCARD ALL");
    }
    assertThatThrownBy(() -> Sample.rows(connection, "SELECT lastval()"))
        .hasMessageContaining("SJ0381");
  }

  @Test
  void whatAServerHasTakenItselfIsNotGuessed() throws SQLException {
    Sample.update(connection, "INSERT INTO parents DEFAULT VALUES");
    for (String moving :
        new String[] {
          "SELECT nextval('parents_parent_id_seq')",
          "SELECT setval('parents_parent_id_seq', 40)",
          "ALTER SEQUENCE parents_parent_id_seq RESTART WITH 60"
        }) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(moving);
      }
      assertThatThrownBy(() -> Sample.rows(connection, "SELECT currval('parents_parent_id_seq')"))
          .as(moving)
          .hasMessageContaining("SJ0315");
      Sample.update(connection, "INSERT INTO parents DEFAULT VALUES");
      assertThat(Sample.rows(connection, "SELECT lastval() = max(parent_id) FROM parents"))
          .containsExactly("t");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = public, pg_temp");
    }
    assertThatThrownBy(() -> Sample.rows(connection, "SELECT currval('parents_parent_id_seq')"))
        .hasMessageContaining("SJ0315");
  }

  @Test
  void aStatementThatMovesTheSequenceItAsksForIsRefused() throws SQLException {
    Sample.update(connection, "INSERT INTO parents DEFAULT VALUES");
    assertThatThrownBy(
            () ->
                Sample.update(
                    connection,
                    "INSERT INTO parents (name) VALUES (currval('parents_parent_id_seq')::text)"))
        .hasMessageContaining("SJ0315");
    assertThatThrownBy(
            () ->
                Sample.rows(
                    connection,
                    "SELECT nextval('parents_parent_id_seq'), currval('parents_parent_id_seq')"))
        .hasMessageContaining("SJ0315");
  }
}
