package io.shardjdbc.tests.program;

import java.util.List;

/**
 * Texts about tables of further shapes: computed columns, domains, arrays, cascading keys, deferred
 * constraints, partitions, keys of several columns and of other types.
 */
final class ShapeTemplates {

  private ShapeTemplates() {}

  static final List<String> READS =
      List.of(
          "SELECT * FROM gen WHERE id = {k}",
          "SELECT id, b, s, m, tags, at, i FROM gen ORDER BY id",
          "SELECT m, count(*), sum(b), max(tags) FROM gen GROUP BY m ORDER BY m",
          "SELECT max(i), min(at), sum(s) FROM gen",
          "SELECT id, unnest(tags) FROM gen WHERE b > {n} ORDER BY 1, 2",
          "SELECT id FROM gen WHERE tags @> ARRAY[{t}::text] ORDER BY id",
          "SELECT array_agg(s ORDER BY id), string_agg(c, ',' ORDER BY id) FROM gen",
          "SELECT id, at AT TIME ZONE 'Asia/Tokyo', i * 2 FROM gen WHERE id IN ({k}, {k}) ORDER BY"
              + " id",
          "SELECT f.name, count(x.n), sum(x.size) FROM folder f LEFT JOIN file x ON x.folder_id ="
              + " f.id GROUP BY f.id, f.name ORDER BY f.id",
          "SELECT f.id, x.n, k.body FROM folder f JOIN file x ON x.folder_id = f.id JOIN mark k ON"
              + " k.folder_id = x.folder_id AND k.n = x.n WHERE f.id = {k} ORDER BY x.n, k.m",
          "SELECT * FROM folder f WHERE NOT EXISTS (SELECT FROM file x WHERE x.folder_id = f.id)"
              + " ORDER BY f.id",
          "SELECT folder_id, n, sum(size) OVER (PARTITION BY folder_id ORDER BY n) FROM file ORDER"
              + " BY folder_id, n",
          "SELECT * FROM event WHERE user_id = {k} ORDER BY day",
          "SELECT * FROM event WHERE day = {d} ORDER BY user_id",
          "SELECT day, what FROM event WHERE user_id = {k} AND day >= {d} ORDER BY day LIMIT {lim}",
          "SELECT count(*), min(day), max(what) FROM event",
          "SELECT * FROM event_a WHERE user_id = {k} ORDER BY day",
          "SELECT e.user_id, a.name FROM event e JOIN acct a ON a.id = e.user_id WHERE e.day = {d}"
              + " ORDER BY 1",
          "SELECT * FROM pair WHERE a = {n} AND b = {t}",
          "SELECT * FROM pair WHERE (a, b) IN (({lim}, 'b1'), ({lim}, 'b2')) ORDER BY a",
          "SELECT * FROM pair WHERE a = {lim} ORDER BY b",
          "SELECT v FROM pair WHERE a = {lim} AND b = 'b1'",
          "SELECT v FROM tiny WHERE k = {lim}",
          "SELECT * FROM tiny WHERE k = ANY ({keys}) ORDER BY k",
          "SELECT v FROM code WHERE k = {w}",
          "SELECT c.k, w.n FROM code c JOIN word w ON w.k = c.k ORDER BY 1",
          "SELECT t.k, p.b FROM tiny t JOIN pair p ON p.a = t.k ORDER BY 1, 2",
          "SELECT * FROM folder ORDER BY name LIMIT {lim} OFFSET 1",
          "SELECT DISTINCT ON (folder_id) folder_id, n FROM file ORDER BY folder_id, n DESC",
          "SELECT x.* FROM (SELECT folder_id, max(n) AS top FROM file GROUP BY folder_id) x ORDER"
              + " BY top",
          "SELECT user_id FROM event EXCEPT SELECT id FROM folder ORDER BY 1",
          "SELECT (SELECT count(*) FROM file x WHERE x.folder_id = f.id) FROM folder f WHERE f.id ="
              + " {k}",
          "SELECT f.id, l.n FROM folder f, LATERAL (SELECT n FROM file x WHERE x.folder_id = f.id"
              + " ORDER BY n LIMIT 1) l ORDER BY f.id",
          "SELECT count(*) FILTER (WHERE size > {n}), avg(size), bool_or(ord > 3) FROM file",
          "SELECT width_bucket(size, 0, 100, 4) AS w, count(*) FROM file GROUP BY 1 ORDER BY 1",
          "SELECT folder_id, ROW(n, ord)::text FROM file ORDER BY 1, 2",
          "SELECT to_jsonb(f) FROM folder f WHERE id = {k}",
          "SELECT g.id, x.day FROM gen g FULL JOIN event x ON x.user_id = g.id ORDER BY 1, 2",
          "SELECT grouping(m, c), m, c, count(*) FROM gen GROUP BY ROLLUP (m, c) ORDER BY 1, 2, 3",
          "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY size), mode() WITHIN GROUP (ORDER BY"
              + " folder_id) FROM file",
          "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT r.n,"
              + " f.name FROM r JOIN folder f ON f.id = r.n ORDER BY 1");

  static final List<String> WRITES =
      List.of(
          "INSERT INTO gen (id, a, c) VALUES ({new}, {n}, {t}) RETURNING *",
          "INSERT INTO gen (id, s) VALUES ({new}, {n})",
          "INSERT INTO gen (id, b) VALUES ({new}, {n})",
          "INSERT INTO gen (id, a, tags) VALUES ({new}, {n}, ARRAY[{t}::text]), ({new}, {n}, NULL)",
          "INSERT INTO gen VALUES ({new}, {n}, DEFAULT, {t})",
          "UPDATE gen SET a = a + {n} WHERE id = {k} RETURNING a, b",
          "UPDATE gen SET s = {n}",
          "UPDATE gen SET tags = tags || {t}::text WHERE id = ANY ({keys})",
          "UPDATE gen SET tags[1] = {t} WHERE id = {k}",
          "UPDATE gen SET (a, c) = ({n}, {t}) WHERE id = {k} RETURNING id, b, c",
          "UPDATE gen SET (a, c) = (SELECT n, name FROM country WHERE code = {c}) WHERE id = {k}",
          "UPDATE gen SET m = 'happy' WHERE m < 'happy' RETURNING id",
          "UPDATE gen SET at = at + {n} * interval '1 day', i = i * 2",
          "UPDATE gen SET a = DEFAULT, c = DEFAULT WHERE id = {k}",
          "DELETE FROM gen WHERE b > {n} RETURNING id, b",
          "INSERT INTO gen (id, a) VALUES ({k}, {n}) ON CONFLICT (id) DO UPDATE SET a = gen.a +"
              + " excluded.a WHERE gen.b > {n} RETURNING a, b",
          "DELETE FROM folder WHERE id = {k}",
          "DELETE FROM folder WHERE id IN ({k}, {k}, {k})",
          "DELETE FROM folder WHERE name = {t}",
          "INSERT INTO folder VALUES ({k}, {t}) ON CONFLICT DO NOTHING RETURNING id",
          "INSERT INTO file VALUES ({k}, {n}, {n}, {n})",
          "INSERT INTO file (folder_id, n, ord) SELECT id, {n}, {n} FROM folder",
          "INSERT INTO file (folder_id, n) SELECT folder_id, n + 100 FROM file WHERE folder_id ="
              + " {k}",
          "UPDATE file SET ord = ord + 1 WHERE folder_id = {k}",
          "UPDATE file SET ord = 1",
          "UPDATE file SET n = n + 50 WHERE folder_id = {k}",
          "UPDATE file SET size = size - {n} WHERE folder_id = {k} RETURNING n, size",
          "DELETE FROM file WHERE n = {n}",
          "DELETE FROM file x USING folder f WHERE f.id = x.folder_id AND f.name = {t}",
          "INSERT INTO mark VALUES ({k}, {n}, {n}, {t})",
          "UPDATE mark SET n = {n} WHERE folder_id = {k}",
          "SET CONSTRAINTS ALL DEFERRED",
          "SET CONSTRAINTS ALL IMMEDIATE",
          "SET CONSTRAINTS in_order IMMEDIATE",
          "INSERT INTO event VALUES ({k}, {d}, {t})",
          "INSERT INTO event VALUES ({k}, {d}, {t}) ON CONFLICT (user_id, day) DO UPDATE SET what ="
              + " excluded.what || event.what RETURNING *",
          "INSERT INTO event VALUES ({k}, '2021-01-01', {t})",
          "UPDATE event SET day = day + {n}::int WHERE user_id = {k}",
          "UPDATE event SET what = {t} WHERE day < {d} RETURNING user_id, day",
          "DELETE FROM event WHERE day = {d}",
          "INSERT INTO event_b VALUES ({k}, {d}, {t})",
          "UPDATE event_a SET what = 'x' WHERE user_id = {k}",
          "INSERT INTO pair VALUES ({lim}, {t}, {n})",
          "INSERT INTO pair (b, a) VALUES ({t}, {lim}) ON CONFLICT (a, b) DO UPDATE SET v = -1"
              + " RETURNING *",
          "UPDATE pair SET v = v + 1 WHERE a = {lim} AND b = 'b1' RETURNING v",
          "UPDATE pair SET v = v + 1 WHERE a = {lim}",
          "DELETE FROM pair WHERE b = 'b2'",
          "INSERT INTO tiny VALUES ({lim}, {t}) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
          "INSERT INTO tiny VALUES ({n}, {t})",
          "UPDATE tiny SET v = {t} WHERE k = {lim}",
          "INSERT INTO code VALUES ({w}, {n}) ON CONFLICT (k) DO UPDATE SET v = {n} RETURNING *",
          "INSERT INTO code VALUES ('much too long', {n})",
          "DELETE FROM code WHERE k = {w}",
          "MERGE INTO file x USING (VALUES ({k}::bigint, {n}::int)) v(f, n) ON x.folder_id = v.f"
              + " AND x.n = v.n WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (folder_id,"
              + " n) VALUES (v.f, v.n)",
          "WITH gone AS (DELETE FROM mark WHERE folder_id = {k} RETURNING *), kept AS (UPDATE file"
              + " SET size = 0 WHERE folder_id = {k} RETURNING n) SELECT (SELECT count(*) FROM"
              + " gone), (SELECT count(*) FROM kept)",
          "UPDATE folder f SET name = (SELECT string_agg(x.n::text, ',' ORDER BY x.n) FROM file x"
              + " WHERE x.folder_id = f.id)",
          "UPDATE folder f SET name = f.name || x.n FROM file x WHERE x.folder_id = f.id AND x.n ="
              + " {n} RETURNING f.id, x.n",
          "DELETE FROM folder f WHERE NOT EXISTS (SELECT FROM file x WHERE x.folder_id = f.id)"
              + " RETURNING id",
          "INSERT INTO folder (id, name) SELECT DISTINCT user_id + 20, what FROM event WHERE day ="
              + " {d}");
}
