package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Partitions that nobody declares, of tables that somebody does, without a default shard. */
class PartitionsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static TwinDatabase twin;

  @BeforeAll
  static void open() throws SQLException {
    twin =
        TwinDatabase.on(
            cluster.cluster(),
            cluster.database(),
            tables -> tables.sharded("event", "id").reference("code").single("conf", "s1"));
    twin.execute("CREATE TABLE event (id bigint, n int, at date) PARTITION BY RANGE (at)");
    twin.execute(
        "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')");
    twin.execute("CREATE TABLE event_rest PARTITION OF event DEFAULT PARTITION BY LIST (n)");
    twin.execute("CREATE TABLE event_of_1 PARTITION OF event_rest FOR VALUES IN (1)");
    twin.execute("CREATE TABLE event_others PARTITION OF event_rest DEFAULT");
    twin.execute("CREATE TABLE code (code text, n int) PARTITION BY LIST (code)");
    twin.execute("CREATE TABLE code_a PARTITION OF code FOR VALUES IN ('a')");
    twin.execute("CREATE TABLE conf (k int) PARTITION BY LIST (k)");
    twin.execute("CREATE TABLE conf_1 PARTITION OF conf FOR VALUES IN (1)");
    twin.execute(
        "INSERT INTO event SELECT i, i % 3, date '2026-01-20' + i FROM generate_series(1, 30) i");
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
  }

  @Test
  void lieAsTheTableTheyBelongTo() throws SQLException {
    twin.assertEqual("SELECT count(*), sum(n) FROM event_1");
    twin.assertEqual("SELECT n FROM event_of_1 WHERE id = ?", 13L);
    twin.assertEqual("SELECT id FROM event_rest WHERE n = 2 ORDER BY id");
    twin.assertEqual("INSERT INTO event_1 VALUES (100, 1, '2026-01-05'), (101, 2, '2026-01-06')");
    twin.assertEqual("INSERT INTO event_1 VALUES (102, 1, '2026-05-05')");
    twin.assertEqual("UPDATE event SET at = '2026-03-01' WHERE id = 3");
    twin.assertEqual("DELETE FROM event_others WHERE id > 25");
    twin.assertEqual("SELECT e.id FROM event_1 e JOIN event_of_1 o USING (id) ORDER BY 1");
    twin.assertEqual("SELECT * FROM event ORDER BY id");
    twin.assertEqual("INSERT INTO code_a VALUES ('a', 1)");
    twin.assertEqual("SELECT n FROM code");
    twin.assertEqual("INSERT INTO conf_1 VALUES (1)");
    twin.assertEqual("SELECT k FROM conf");
    twin.execute("CREATE INDEX event_1_n ON event_1 (n)");
    twin.execute("ALTER TABLE event DETACH PARTITION event_1");
    twin.assertEqual("SELECT count(*) FROM event");
    assertThat(twin.verify("SELECT count(*) FROM event_1")).isInstanceOf(Verdict.Refused.class);
    twin.execute("TRUNCATE event_others");
    twin.assertEqual("SELECT count(*) FROM event");
    twin.execute("DROP TABLE event_of_1");
    twin.assertEqual("SELECT count(*) FROM event");
  }

  @Test
  void aViewIsNone() throws SQLException {
    twin.execute("CREATE VIEW events AS SELECT id, n + 1 AS n FROM event WHERE n < 2");
    twin.assertEqual("SELECT max(n) FROM events");
    assertThat(twin.verify("UPDATE events SET id = 5 WHERE id = 4"))
        .isInstanceOf(Verdict.Refused.class);
  }
}
