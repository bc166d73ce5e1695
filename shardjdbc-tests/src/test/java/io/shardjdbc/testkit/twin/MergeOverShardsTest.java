package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MERGE whose rows are looked up by something else than the shard key that they are given. */
class MergeOverShardsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static TwinDatabase twin;

  @BeforeAll
  static void open() throws SQLException {
    twin =
        TwinDatabase.on(
            cluster.cluster(),
            cluster.database(),
            tables ->
                tables
                    .sharded("post", "user_id")
                    .sharded("likes", "post_id")
                    .reference("country")
                    .single("conf", "s1"));
    twin.execute("CREATE TABLE post (user_id bigint, post_id bigint, body text, n int)");
    twin.execute("CREATE TABLE likes (post_id bigint, user_id bigint, at int)");
    twin.execute("CREATE TABLE country (code text PRIMARY KEY, name text)");
    twin.execute("CREATE TABLE conf (k text, v bigint)");
    twin.execute(
        "INSERT INTO country VALUES ('de', 'b1'), ('fr', 'b2'), ('it', 'new'), ('es', 'b3')");
    twin.execute("INSERT INTO conf VALUES ('b4', 4), ('none', 7), ('b5', 5)");
    twin.execute("INSERT INTO post SELECT i, i * 10, 'b' || i, 0 FROM generate_series(1, 30) i");
    twin.execute("INSERT INTO likes SELECT i * 7, i, i FROM generate_series(1, 40) i");
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MERGE INTO post t USING country s ON t.body = s.name WHEN NOT MATCHED THEN INSERT"
            + " (user_id, body) VALUES (5, s.name)",
        "MERGE INTO post t USING country s ON t.body = s.name WHEN MATCHED THEN UPDATE SET n = n +"
            + " 1 WHEN NOT MATCHED THEN INSERT (user_id, body, n) VALUES (11, s.name || code, 100)",
        "MERGE INTO post p USING likes l ON p.post_id = l.post_id WHEN MATCHED THEN UPDATE SET n ="
            + " l.at WHEN NOT MATCHED THEN INSERT (user_id, post_id, body) VALUES (l.user_id,"
            + " l.post_id, 'merged')",
        "MERGE INTO post p USING (SELECT post_id, min(user_id) FROM likes WHERE at > 20 GROUP BY 1)"
            + " l(pid, uid) ON p.post_id = l.pid AND p.n < 1000 WHEN MATCHED AND p.user_id % 2 = 0"
            + " THEN DELETE WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED AND uid > 25 THEN INSERT"
            + " VALUES (uid, pid, 'agg', 1) WHEN NOT MATCHED THEN DO NOTHING",
        "MERGE INTO post t USING conf c ON t.body = c.k WHEN MATCHED THEN UPDATE SET post_id = c.v"
            + " WHEN NOT MATCHED THEN INSERT (user_id, post_id, body) VALUES (c.v, c.v, c.k)",
        "MERGE INTO post t USING likes l ON t.user_id = 5 AND t.post_id = l.post_id WHEN MATCHED"
            + " THEN UPDATE SET n = 50 WHEN NOT MATCHED AND l.at < 4 THEN INSERT (user_id, post_id)"
            + " VALUES (5, l.post_id)",
        "MERGE INTO post t USING (VALUES (1, 'b1'), (2, 'zz'), (3, 'yy')) v(u, b) ON t.body = v.b"
            + " WHEN NOT MATCHED THEN INSERT (user_id, body) VALUES (v.u, v.b) WHEN MATCHED THEN"
            + " DELETE",
        "MERGE INTO post t USING generate_series(1, 5) g ON t.post_id = g WHEN NOT MATCHED THEN"
            + " INSERT (user_id, post_id, body) VALUES (g, g, 'series')",
        "MERGE INTO post t USING country s ON t.body = s.name WHEN NOT MATCHED AND s.code = 'it'"
            + " THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (user_id, body) VALUES (length(s.name)"
            + " + ascii(s.code), s.code)",
        "MERGE INTO post t USING (SELECT nullif(at, 3) AS k, user_id u FROM likes WHERE at < 6) l"
            + " ON t.user_id = l.k WHEN MATCHED THEN UPDATE SET n = n + 7 WHEN NOT MATCHED AND l.k"
            + " IS NOT NULL THEN INSERT (user_id, body) VALUES (l.k, 'looked')",
        "MERGE INTO post t USING (SELECT nullif(at, 3) AS k, user_id FROM likes WHERE at < 6) l ON"
            + " t.post_id = l.user_id * 100000 WHEN NOT MATCHED AND l.k IS NOT NULL THEN INSERT"
            + " (user_id, body) VALUES (l.k, 'kept')",
      })
  void rowsThatMeetNoneAnywhereAreInsertedOnce(String sql) throws SQLException {
    Verdict outcome = twin.verify(Trial.plain(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
    outcome = twin.verify(Trial.of(sql));
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Verdict.Equal.class);
  }

  @Test
  void keysAreBound() throws SQLException {
    for (int i = 0; i < 4; i++) {
      twin.assertEqual(
          "MERGE INTO post t USING (VALUES (?::text)) v(b) ON t.user_id = ? AND t.body = v.b WHEN"
              + " MATCHED THEN UPDATE SET n = n + 1 WHEN NOT MATCHED THEN INSERT (user_id, body, n)"
              + " VALUES (?, v.b, 0)",
          "bound" + i / 2,
          41L + i / 2,
          41L + i / 2);
      twin.assertEqual(
          "MERGE INTO post t USING likes l ON t.post_id = l.post_id AND t.body = ? WHEN NOT MATCHED"
              + " AND l.at = ? THEN INSERT (user_id, post_id, body) VALUES (?, l.post_id, ?)",
          "bound" + i,
          3 + i,
          60L + i,
          "bound" + i);
    }
    twin.assertEqual("SELECT * FROM post ORDER BY user_id, post_id, body, n");
  }

  @Test
  void whatTwoShardsWouldJudgeDifferentlyIsRefused() throws SQLException {
    for (String sql :
        new String[] {
          "MERGE INTO post t USING country s ON t.body = s.name AND random() < 2 WHEN NOT MATCHED"
              + " THEN INSERT (user_id) VALUES (5)",
          "MERGE INTO post t USING country s ON t.body = s.name WHEN NOT MATCHED AND s.code = 'de'"
              + " THEN INSERT (user_id) VALUES (5) WHEN NOT MATCHED THEN INSERT (user_id) VALUES"
              + " (6)",
          "MERGE INTO post t USING country s ON t.body = s.name WHEN NOT MATCHED THEN INSERT"
              + " (user_id) VALUES (generate_series(1, 2))",
          "MERGE INTO post t USING country s ON t.body = s.name || 'row' WHEN NOT MATCHED THEN"
              + " INSERT (user_id, body) VALUES (5, s::text)",
          "MERGE INTO post t USING country s ON t.body = s.name || 'row' WHEN NOT MATCHED THEN"
              + " INSERT (user_id, body) VALUES (6, to_json(s.*)::text)",
        }) {
      Verdict outcome = twin.verify(sql);
      assertThat(outcome).as(sql).isNotInstanceOf(Verdict.Different.class);
    }
  }

  /** A key of 50.4 meets no row, and is 50 in the row that is inserted. */
  @Test
  void aKeyThatIsRoundedLiesWhereTheStoredOneBelongs() throws SQLException {
    twin.execute(
        "MERGE INTO post t USING (VALUES (50.4, 'r'), (51.4, 'r'), (52.6, 'r')) s(u, b) ON"
            + " t.user_id = s.u WHEN NOT MATCHED THEN INSERT (user_id, body) VALUES (s.u, s.b)");
    for (long stored : List.of(50L, 51L, 53L)) {
      twin.assertEqual("SELECT user_id, body FROM post WHERE user_id = ?", stored);
    }
    for (Object bound : List.of(60.5, 61.5, 62.5, new BigDecimal("63.4"), 64L)) {
      twin.assertEqual(
          "MERGE INTO post t USING (VALUES (?, 'b')) s(u, b) ON t.user_id = s.u"
              + " WHEN NOT MATCHED THEN INSERT (user_id, body) VALUES (s.u, s.b)",
          bound);
    }
  }
}
