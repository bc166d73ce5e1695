package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Undeclared tables that share rows with declared ones, where there is a default shard. */
class RelativesTest {

  private static final String TABLES =
      """
      CREATE TABLE notes (user_id bigint, at date, body text) PARTITION BY RANGE (at);
      CREATE TABLE notes_old PARTITION OF notes FOR VALUES FROM (MINVALUE) TO ('2024-01-01')
        PARTITION BY RANGE (at);
      CREATE TABLE notes_older PARTITION OF notes_old FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
      CREATE TABLE notes_mid PARTITION OF notes_old DEFAULT;
      CREATE TABLE notes_new PARTITION OF notes FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
      CREATE TABLE base (user_id bigint);
      CREATE TABLE derived () INHERITS (base);
      CREATE TABLE codes (code text) PARTITION BY LIST (code);
      CREATE TABLE codes_a PARTITION OF codes FOR VALUES IN ('a');
      CREATE TABLE alone (id int);
      CREATE VIEW notes_view AS SELECT * FROM notes_new;
      CREATE VIEW notes_view_view AS SELECT user_id, at FROM notes_view;
      CREATE MATERIALIZED VIEW notes_kept AS SELECT * FROM notes;
      CREATE VIEW alone_view AS SELECT id FROM alone;
      CREATE MATERIALIZED VIEW alone_kept AS SELECT id FROM alone;
      """;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    for (String url : cluster.primaryUrls().values()) {
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute(TABLES);
      }
    }
    var builder =
        ShardDataSource.builder()
            .tables(
                t ->
                    t.sharded("notes", "user_id")
                        .sharded("derived", "user_id")
                        .reference("codes")
                        .single("lone", "s1")
                        .defaultShard("s0"));
    cluster.primaryUrls().forEach(builder::shard);
    dataSource = builder.build();
    run(
        "INSERT INTO notes SELECT n, '2019-01-01'::date + n * 100, 'x' FROM generate_series(1, 30)"
            + " n");
    run("INSERT INTO derived (user_id) VALUES (1), (2), (3), (4), (5), (6), (7), (8)");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static int run(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private static String one(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return Sample.rows(connection, sql).get(0);
    }
  }

  @Test
  void aPartitionIsSpreadAsItsTableIs() throws SQLException {
    assertThat(one("SELECT count(*) FROM notes")).isEqualTo("30");
    assertThat(one("SELECT count(*) FROM notes_old")).isEqualTo("18");
    assertThat(one("SELECT count(*) FROM public.notes_older")).isEqualTo("3");
    assertThat(one("SELECT sum(user_id) FROM notes_new")).isEqualTo("294");
    assertThat(run("UPDATE notes_older SET body = 'y'")).isEqualTo(3);
    assertThatThrownBy(() -> run("INSERT INTO notes_new (at) VALUES ('2025-01-01')"))
        .hasMessageContaining("SJ0305");
  }

  @Test
  void aPartitionOfACopiedTableIsWrittenOnAllShards() throws SQLException {
    run("INSERT INTO codes_a VALUES ('a')");
    for (String shard : cluster.primaryUrls().keySet()) {
      assertThat(one("/* shardjdbc: shard=" + shard + " */ SELECT count(*) FROM codes"))
          .isEqualTo("1");
    }
  }

  @Test
  void aTableThatHasAShardedOneUnderItIsRefused() {
    assertThatThrownBy(() -> one("SELECT count(*) FROM base")).hasMessageContaining("SJ0301");
  }

  @Test
  void othersLiveOnTheDefaultShard() throws SQLException {
    run("INSERT INTO alone VALUES (1)");
    assertThat(one("SELECT count(*) FROM alone")).isEqualTo("1");
    assertThat(one("/* shardjdbc: shard=s1 */ SELECT count(*) FROM alone")).isEqualTo("0");
  }

  @Test
  void noViewOfAShardedTableIsWrittenOrReadOnTheDefaultShardAlone() throws SQLException {
    for (String sql :
        List.of(
            "INSERT INTO notes_view (user_id, at) VALUES (1, '2025-01-01')",
            "INSERT INTO notes_view_view VALUES (1, '2025-01-01')",
            "UPDATE notes_view SET body = 'z'",
            "DELETE FROM notes_view_view",
            "MERGE INTO notes_view v USING alone a ON a.id = v.user_id WHEN MATCHED THEN DELETE",
            "DELETE FROM notes_kept")) {
      assertThatThrownBy(() -> run(sql)).as(sql).hasMessageContaining("SJ0388");
    }
    assertThatThrownBy(() -> one("SELECT count(*) FROM notes_kept")).hasMessageContaining("SJ0388");
    assertThat(one("SELECT count(*) FROM notes_view_view")).isEqualTo("12");
  }

  @Test
  void aViewOfTablesOnTheDefaultShardIsReadAndWrittenThere() throws SQLException {
    assertThat(run("INSERT INTO alone_view VALUES (2)")).isEqualTo(1);
    assertThat(one("SELECT count(*) FROM alone WHERE id = 2")).isEqualTo("1");
    assertThat(run("DELETE FROM alone_view WHERE id = 2")).isEqualTo(1);
    assertThat(one("SELECT count(*) FROM alone_kept")).isEqualTo("0");
  }

  @Test
  void aRightOnAViewOfAShardedTableIsGivenOnAllShards() throws SQLException {
    run("GRANT SELECT ON notes_view TO public");
    for (String shard : cluster.primaryUrls().keySet()) {
      assertThat(
              one(
                  "/* shardjdbc: shard="
                      + shard
                      + " */ SELECT relacl IS NOT NULL FROM pg_class WHERE relname = 'notes_view'"))
          .isEqualTo("t");
    }
  }

  @Test
  void aPartitionThatIsCreatedGoesWhereItsTableIs() throws SQLException {
    run("CREATE TABLE codes_b PARTITION OF codes FOR VALUES IN ('b', 'c')");
    run("INSERT INTO codes VALUES ('b')");
    run("CREATE TABLE derived_more (more int) INHERITS (public.derived)");
    for (String shard : cluster.primaryUrls().keySet()) {
      String here = "/* shardjdbc: shard=" + shard + " */ ";
      assertThat(one(here + "SELECT count(*) FROM codes_b")).isEqualTo("1");
      assertThat(one(here + "SELECT count(*) FROM derived_more")).isEqualTo("0");
    }
    assertThat(run("INSERT INTO derived_more VALUES (101, 1), (102, 2), (103, 3), (104, 4)"))
        .isEqualTo(4);
    assertThat(one("SELECT count(*) FROM derived WHERE user_id = 103")).isEqualTo("1");
    run("DELETE FROM derived_more");
    run("DELETE FROM codes_b");
  }

  @Test
  void tablesThatLieDifferentlyDoNotComeToShareRowsAndDoNotExchangeNames() {
    for (String sql :
        List.of(
            "ALTER TABLE alone INHERIT derived",
            "ALTER TABLE notes DETACH PARTITION notes_new",
            "ALTER TABLE notes ATTACH PARTITION alone DEFAULT",
            "ALTER TABLE notes RENAME TO notes_then",
            "ALTER TABLE codes RENAME TO elsewhere")) {
      assertThatThrownBy(() -> run(sql)).as(sql).hasMessageContaining("SJ0301");
    }
    assertThatThrownBy(() -> run("ALTER TABLE notes RENAME TO codes"))
        .hasMessageContaining("SJ0311");
    assertThatThrownBy(() -> run("CREATE TABLE derived () INHERITS (codes)"))
        .hasMessageContaining("SJ0311");
  }

  @Test
  void aPartitionMayGetAnotherName() throws SQLException {
    run("ALTER TABLE notes_mid RENAME TO notes_middle");
    assertThat(one("SELECT count(*) FROM notes_middle")).isEqualTo("15");
    run("ALTER TABLE notes_middle RENAME TO notes_mid");
  }

  @Test
  void whatBelongsToATableOfOneShardIsMadeAndDroppedThere() throws SQLException {
    run("CREATE TABLE lone (id int, word text)");
    run("INSERT INTO lone VALUES (1, 'a')");
    run("CREATE UNIQUE INDEX lone_id ON lone (id)");
    run("CREATE VIEW lone_view AS WITH w AS (SELECT * FROM lone) SELECT word FROM w");
    run("CREATE VIEW lone_view_view AS SELECT word FROM lone_view");
    run("CREATE OR REPLACE VIEW lone_view_view AS SELECT word, 1 AS one FROM public.lone");
    assertThat(one("SELECT one FROM lone_view_view")).isEqualTo("1");
    run("REINDEX INDEX lone_id");
    run("ALTER INDEX lone_id RENAME TO lone_key");
    run("DROP INDEX CONCURRENTLY lone_key");
    run("INSERT INTO lone VALUES (1, 'b')");
    assertThat(one("SELECT count(*) FROM lone_view")).isEqualTo("2");
    run("DROP VIEW lone_view_view, lone_view");
    assertThatThrownBy(() -> run("DROP INDEX lone_key")).hasMessageContaining("lone_key");
    run("DROP TABLE lone");
  }

  @Test
  void aViewThatIsOnAllShardsIsNotReplacedOnOne() throws SQLException {
    run("CREATE TABLE lone (user_id bigint)");
    run("CREATE VIEW replaced AS SELECT user_id FROM notes");
    assertThatThrownBy(() -> run("CREATE OR REPLACE VIEW replaced AS SELECT user_id FROM lone"))
        .hasMessageContaining("lone");
    assertThat(one("SELECT count(*) FROM replaced")).isEqualTo("30");
    run("DROP VIEW replaced");
    run("DROP TABLE lone");
  }
}
