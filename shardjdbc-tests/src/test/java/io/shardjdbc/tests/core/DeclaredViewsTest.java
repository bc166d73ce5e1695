package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A view that is declared as a table is written through as its table is written. */
class DeclaredViewsTest {

  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE notes (id bigserial, user_id bigint, body text, PRIMARY KEY (user_id, id))",
          "CREATE TABLE marks (user_id bigint, owner bigint, PRIMARY KEY (user_id))",
          "CREATE VIEW my_notes AS SELECT user_id AS owner, id AS number, body FROM notes",
          "CREATE VIEW short_notes AS SELECT user_id, body FROM notes WHERE length(body) < 9",
          "CREATE TABLE lands (code text, name text, id uuid DEFAULT gen_random_uuid())",
          "CREATE VIEW land_names AS SELECT code, name FROM lands",
          "CREATE VIEW my_marks AS SELECT user_id, owner FROM marks");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .tables(
                t ->
                    t.sharded("notes", "user_id")
                        .sharded("marks", "user_id")
                        .sharded("my_marks", "user_id")
                        .sharded("my_notes", "owner")
                        .reference("lands")
                        .reference("land_names")
                        .sharded("short_notes", "user_id"))
            .build();
    for (String sql : SCHEMA) {
      Sample.execute(dataSource, sql);
    }
    for (String shard : cluster.primaryUrls().keySet()) {
      try (Connection server = cluster.connect(shard)) {
        Sample.update(
            server,
            "CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE notes SET"
                + " body = body WHERE user_id = NEW.owner; RETURN NEW; END'");
      }
    }
    Sample.execute(
        dataSource,
        "CREATE TRIGGER mark AFTER INSERT ON marks FOR EACH ROW EXECUTE FUNCTION mark()");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void empty() throws SQLException {
    Sample.execute(dataSource, "DELETE FROM notes");
  }

  @Test
  void rowsAreNumberedAtOnePlace() throws SQLException {
    Sample.execute(dataSource, "ALTER SEQUENCE notes_id_seq RESTART");
    for (long user = 1; user <= 6; user++) {
      try (Connection connection = dataSource.getConnection()) {
        Sample.update(connection, "INSERT INTO my_notes (owner, body) VALUES (?, 'x')", user);
      }
    }
    Sample.execute(
        dataSource, "INSERT INTO my_notes (body, owner) SELECT body, user_id + 10 FROM notes");
    assertThat(Sample.rows(dataSource, "SELECT id FROM notes ORDER BY id"))
        .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
    Sample.execute(dataSource, "UPDATE my_notes SET body = 'y' WHERE owner = 3");
    assertThat(Sample.rows(dataSource, "SELECT user_id FROM notes WHERE body = 'y'"))
        .containsExactly("3");
    Sample.execute(dataSource, "DELETE FROM my_notes WHERE owner > 2");
    assertThat(Sample.rows(dataSource, "SELECT owner, number FROM my_notes ORDER BY owner"))
        .containsExactly("1,1", "2,2");
  }

  /** The view does not show the column, so its number cannot be given. */
  @Test
  void whatCannotBeNumberedIsRefused() throws SQLException {
    long away = 1;
    while (dataSource.shardOf("notes", away).name().equals("s0")) {
      away++;
    }
    String insert = "INSERT INTO short_notes VALUES (" + away + ", 'x')";
    assertThatThrownBy(() -> Sample.execute(dataSource, insert)).hasMessageStartingWith("SJ0355");
    Sample.execute(dataSource, "INSERT INTO notes (user_id, body) VALUES (" + away + ", 'x')");
    Sample.execute(dataSource, "UPDATE short_notes SET body = 'z' WHERE user_id = " + away);
    assertThat(Sample.rows(dataSource, "SELECT body FROM notes")).containsExactly("z");
  }

  /** Each copy would take a value of its own for what the view leaves to its table. */
  @Test
  void noCopiesAreWrittenThroughAView() throws SQLException {
    for (String sql :
        List.of(
            "INSERT INTO land_names VALUES ('x', 'y')",
            "INSERT INTO land_names SELECT 'x', 'y'",
            "UPDATE land_names SET name = 'z'",
            "DELETE FROM land_names WHERE code = 'x'")) {
      assertThatThrownBy(() -> Sample.execute(dataSource, sql)).hasMessageStartingWith("SJ0309");
    }
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM land_names")).containsExactly("0");
  }

  @Test
  void triggersOfTheTableAreLookedInto() {
    for (String table : List.of("marks", "my_marks")) {
      assertThatThrownBy(
              () -> Sample.execute(dataSource, "INSERT INTO " + table + " VALUES (1, 2)"))
          .hasMessageStartingWith("SJ0345");
    }
  }
}
