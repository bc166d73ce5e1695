package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** INSERT of rows that parts of its WITH delete, wherever these lie and those go. */
class DeletedFirstTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static TwinDatabase twin;

  @BeforeAll
  static void open() throws SQLException {
    twin =
        ClusterTwin.open(
            cluster.cluster(),
            cluster.database(),
            TransactionMode.TWO_PHASE,
            tables ->
                tables
                    .sharded("job", "id")
                    .sharded("note", "id")
                    .sharded("done", "owner")
                    .sharded("parent", "id")
                    .sharded("child", "parent_id")
                    .reference("kept")
                    .single("log", "s1")
                    .single("old", "s2"));
    twin.execute("CREATE TABLE job (id bigint PRIMARY KEY, owner bigint, what text)");
    twin.execute("CREATE TABLE note (id bigint PRIMARY KEY, body text)");
    twin.execute("CREATE TABLE done (owner bigint, n bigserial, what text)");
    twin.execute("CREATE TABLE kept (id bigint PRIMARY KEY, what text)");
    twin.execute("CREATE TABLE log (id bigint, what text)");
    twin.execute("CREATE TABLE old (id bigint, what text)");
    twin.execute("CREATE TABLE parent (id bigint PRIMARY KEY)");
    twin.execute(
        "CREATE TABLE child (parent_id bigint REFERENCES parent ON DELETE CASCADE, n bigint)");
    twin.execute("INSERT INTO job SELECT i, i % 7, 'w' || i FROM generate_series(1, 90) i");
    twin.execute("INSERT INTO note SELECT i, 'b' || i FROM generate_series(1, 90) i");
    twin.execute("INSERT INTO parent SELECT i FROM generate_series(1, 9) i");
    twin.execute("INSERT INTO log SELECT i, 'l' || i FROM generate_series(1, 9) i");
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH d AS (DELETE FROM job WHERE id < 10 RETURNING *) INSERT INTO done (owner, what)"
            + " SELECT owner, what FROM d ORDER BY id",
        "WITH d AS (DELETE FROM job WHERE id < 20 RETURNING *) INSERT INTO log SELECT id, what"
            + " FROM d",
        "WITH d AS (DELETE FROM job WHERE id < 30 RETURNING *) INSERT INTO kept SELECT id, what"
            + " FROM d WHERE owner < 5 ON CONFLICT DO NOTHING",
        "WITH d AS (DELETE FROM log WHERE id < 4 RETURNING *) INSERT INTO old SELECT * FROM d"
            + " RETURNING what",
        "WITH d AS (DELETE FROM log WHERE id < 6 RETURNING *) INSERT INTO note SELECT id + 1000,"
            + " what FROM d",
        "WITH d AS (DELETE FROM job WHERE id < 40 RETURNING *), e AS (DELETE FROM note WHERE id IN"
            + " (SELECT id FROM d) RETURNING id) INSERT INTO log SELECT id, 'both' FROM e",
        "WITH d AS (DELETE FROM job WHERE id < 50 RETURNING *) INSERT INTO log SELECT d.id,"
            + " note.body FROM d JOIN note USING (id)",
        "WITH d AS (DELETE FROM job WHERE id < 60 RETURNING *) INSERT INTO log SELECT id, 'none'"
            + " FROM d WHERE owner > 100",
      })
  void comesToTheSame(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }

  @Test
  void withBoundValues() throws SQLException {
    twin.assertEqual(
        "WITH d AS (DELETE FROM job WHERE owner = ? AND id > ? RETURNING *) INSERT INTO log SELECT"
            + " id, ? FROM d",
        3L,
        60L,
        "bound");
  }

  /** What would show that one statement was two. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH d AS (DELETE FROM job WHERE id > 80 RETURNING *) INSERT INTO job SELECT id + 500,"
            + " owner, what FROM d",
        "WITH d AS (DELETE FROM parent WHERE id > 3 RETURNING *) INSERT INTO child SELECT id - 1, 1"
            + " FROM d",
        "WITH u AS (UPDATE job SET what = 'x' WHERE id > 80 RETURNING *) INSERT INTO log SELECT id,"
            + " what FROM u",
      })
  void theRestIsRefused(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Refused.class);
  }
}
