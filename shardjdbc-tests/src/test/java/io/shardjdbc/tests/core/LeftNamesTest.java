package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A name means what it means by the path and the role that a function has set. */
class LeftNamesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.primaryUrls().get("s0"))
            .shard("s1", cluster.primaryUrls().get("s1"))
            .pool(Sample.pool(2))
            .tables(
                t ->
                    t.sharded("one.notes", "id")
                        .sharded("two.notes", "id")
                        .sharded("one.parted", "id")
                        .defaultShard("s0"))
            .build();
    for (String shard : List.of("s0", "s1")) {
      try (Connection server = cluster.connect(shard)) {
        run(server, "CREATE ROLE left_reader");
        run(server, "CREATE SCHEMA one");
        run(server, "CREATE SCHEMA two");
        run(
            server,
            "CREATE FUNCTION find(s text) RETURNS int LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM set_config('search_path', s, false); RETURN 1; END $$");
        run(
            server,
            "CREATE FUNCTION become(r text) RETURNS int LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM set_config('role', r, false); RETURN 1; END $$");
      }
    }
    for (String schema : List.of("one", "two")) {
      Sample.execute(dataSource, "CREATE TABLE " + schema + ".notes (id bigint PRIMARY KEY)");
      Sample.execute(dataSource, "INSERT INTO " + schema + ".notes SELECT generate_series(1, 8)");
    }
    Sample.execute(dataSource, "CREATE VIEW one.seen AS SELECT id FROM one.notes");
    Sample.execute(dataSource, "CREATE VIEW one.noted AS SELECT id FROM two.notes");
    Sample.execute(
        dataSource, "CREATE TABLE one.parted (id bigint PRIMARY KEY) PARTITION BY HASH (id)");
    Sample.execute(
        dataSource,
        "CREATE TABLE one.noted_1 PARTITION OF one.parted FOR VALUES WITH (MODULUS 1, REMAINDER"
            + " 0)");
    Sample.execute(dataSource, "CREATE TABLE own (id bigint)");
    Sample.execute(dataSource, "CREATE SEQUENCE ids");
    Sample.execute(dataSource, "CREATE TABLE numbered (id bigint DEFAULT nextval('ids'))");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          SELECT find('one')          ; SELECT count(*) FROM notes    ; SJ0631
          SELECT find('two')          ; DELETE FROM notes WHERE id = 3; SJ0631
          SELECT become('left_reader'); SELECT count(*) FROM one.seen ; SJ0630
          SELECT find('one')          ; SELECT currval('ids')         ; SJ0315
          SELECT find('one')          ; SELECT count(*) FROM seen     ; SJ0631
          SET search_path = one       ; SELECT count(*) FROM seen     ; SJ0631
          SET search_path = two, one  ; SELECT count(*) FROM noted    ; SJ0631
          SET search_path = one       ; UPDATE noted_1 SET id = id    ; SJ0631
          """)
  void whatAFunctionSetDecidesWhatANameMeans(String function, String then, String code)
      throws SQLException {
    for (boolean auto : new boolean[] {true, false}) {
      try (Connection connection = dataSource.getConnection()) {
        connection.setAutoCommit(auto);
        run(connection, "INSERT INTO numbered DEFAULT VALUES");
        run(connection, function);
        assertThatThrownBy(() -> Sample.rows(connection, then)).hasMessageStartingWith(code);
      }
    }
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM one.seen")).containsExactly("8");
  }

  @Test
  void whatLiesOnTheDefaultShardIsFoundByAPath() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, "SET search_path = one, public");
      run(connection, "INSERT INTO own VALUES (7)");
      assertThat(Sample.rows(connection, "SELECT * FROM own")).containsExactly("7");
      assertThat(Sample.rows(connection, "WITH seen AS (SELECT 3) SELECT * FROM seen"))
          .containsExactly("3");
      assertThat(Sample.rows(connection, "SELECT count(*) FROM one.seen")).containsExactly("8");
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
