package io.shardjdbc.tests.program;

import java.util.List;

/**
 * Texts of further kinds: views, types of users, blocks, sequences in every place, and what a hint
 * says where to run.
 */
final class FurtherTemplates {

  private FurtherTemplates() {}

  static final List<String> VIEWS =
      List.of(
          "SELECT * FROM busy WHERE id = {k} ORDER BY n",
          "SELECT id, sum(n) FROM busy GROUP BY id ORDER BY id",
          "SELECT * FROM per_tag ORDER BY tag",
          "SELECT tag FROM per_tag WHERE n > {lim} ORDER BY tag",
          "SELECT * FROM places ORDER BY code",
          "SELECT b.name, p.name FROM busy b JOIN places p ON p.code = 'de' WHERE b.id = {k} ORDER"
              + " BY b.n",
          "SELECT id, body FROM hidden ORDER BY id",
          "SELECT body FROM hidden WHERE id = {k}",
          "UPDATE rich SET name = {t} WHERE id = {k}",
          "UPDATE rich SET lvl = 5 WHERE id = {k} RETURNING *",
          "INSERT INTO rich (id, name, lvl) VALUES ({new}, {t}, {n})",
          "DELETE FROM rich WHERE id = {k}",
          "INSERT INTO named VALUES ({new}, {t})",
          "UPDATE named SET name = {t} WHERE id = {k} RETURNING id, name",
          "UPDATE named SET name = ''",
          "UPDATE places SET name = {t} WHERE code = {c}",
          "INSERT INTO places VALUES ({c}, {t})",
          "UPDATE hidden SET body = {t} WHERE id = {k}",
          "UPDATE busy SET n = 1");

  static final List<String> TYPES =
      List.of(
          "SELECT * FROM rare ORDER BY id",
          "SELECT id, moods[1], (place).x, (place).y FROM rare WHERE id = {k}",
          "SELECT id FROM rare WHERE 'ok' = ANY (moods) AND during @> {n}::int ORDER BY id",
          "SELECT id FROM rare WHERE place = ROW({lim}, {t})::spot ORDER BY id",
          "SELECT max(moods), min(during), max(address), min(clock), max(zoned) FROM rare",
          "SELECT name, count(*) FROM rare GROUP BY name ORDER BY name",
          "SELECT moods, array_agg(id ORDER BY id) FROM rare GROUP BY moods ORDER BY moods",
          "SELECT range_agg(during), bit_or(bits) FROM rare",
          "SELECT id, bits, clock FROM rare ORDER BY clock DESC, id LIMIT {lim}",
          "SELECT id, address, zoned FROM rare ORDER BY zoned, address DESC, id",
          "SELECT DISTINCT name FROM rare ORDER BY name",
          "SELECT id, at <-> point(0, 0) FROM rare ORDER BY 2, 1",
          "SELECT id, doc ->> 'k', vector::text FROM rare WHERE vector @@ 'w3'::tsquery",
          "SELECT spot_of({n}::int), (spot_of({lim}::int)).y",
          "SELECT * FROM moods_of('ok')",
          "SELECT id, m FROM rare, moods_of('sad') m WHERE id = {k}",
          "SELECT id, spot_of(id::int) FROM rare ORDER BY id",
          "INSERT INTO rare (id, moods, place) VALUES ({new}, '{ok,happy}', ROW({n}, {t}))"
              + " RETURNING id, moods, place, num",
          "INSERT INTO rare (id, name) VALUES ({new}, {t}), ({new}, 'bad')",
          "INSERT INTO rare (id, moods) VALUES ({new}, ARRAY['ok', 'none']::mood[])",
          "INSERT INTO rare (id, during, bits) VALUES ({k}, '[1,9)', B'1010') ON CONFLICT (id) DO"
              + " UPDATE SET during = excluded.during * rare.during RETURNING during",
          "UPDATE rare SET moods = moods || 'happy'::mood, place.x = {n} WHERE id = {k} RETURNING"
              + " *",
          "UPDATE rare SET name = {t} WHERE id = {k}",
          "UPDATE rare SET during = int4range({n}::int, {n}::int) WHERE id = {k}",
          "UPDATE rare SET bits = ~bits, address = address + 1 RETURNING id, bits, address",
          "DELETE FROM rare WHERE during && int4range(2, 4) RETURNING id",
          "SELECT 'bad'::label",
          "SELECT NULL::label, {t}::label",
          "SELECT 'happy'::mood > ALL (moods) FROM rare WHERE id = {k}",
          "SELECT enum_range(NULL::mood), enum_first('ok'::app.mood)");

  static final List<String> BLOCKS =
      List.of(
          "DO $$ BEGIN RAISE NOTICE 'said so'; END $$",
          "DO $$ DECLARE n int; BEGIN SELECT v INTO n FROM conf WHERE k = 'a'; END $$",
          "DO $$ BEGIN UPDATE conf SET v = v + 1; END $$",
          "DO $$ BEGIN UPDATE country SET n = n + 1; END $$",
          "/* shardjdbc: shard=s1 */ DO $$ BEGIN UPDATE conf SET v = v + 1 WHERE k = 'b'; END $$",
          "DO $$ BEGIN RAISE EXCEPTION 'failed' USING ERRCODE = 'P0079'; END $$",
          "DO $$ BEGIN PERFORM nextval('ids'); END $$",
          "/* shardjdbc: shard=s1 */ CREATE TEMP TABLE tmp (a int, b serial)",
          "/* shardjdbc: shard=s1 */ INSERT INTO tmp VALUES ({n}) RETURNING *",
          "/* shardjdbc: shard=s1 */ SELECT t.a, c.v FROM tmp t, conf c ORDER BY t.a, c.v",
          "/* shardjdbc: shard=s1 */ DROP TABLE tmp",
          "/* shardjdbc: shard=s1 */ CREATE TEMP TABLE conf AS SELECT 'a' AS k, 77 AS v",
          "/* shardjdbc: shard=s1 */ PREPARE ps (int) AS SELECT v FROM conf WHERE v > $1 ORDER BY"
              + " v",
          "/* shardjdbc: shard=s1 */ EXECUTE ps (0)",
          "/* shardjdbc: shard=s1 */ DEALLOCATE ps",
          "/* shardjdbc: shard=s1 */ DECLARE cu CURSOR WITH HOLD FOR SELECT k FROM conf ORDER BY k",
          "/* shardjdbc: shard=s1 */ DECLARE cv SCROLL CURSOR FOR SELECT k FROM conf ORDER BY k",
          "/* shardjdbc: shard=s1 */ FETCH 2 FROM cu",
          "/* shardjdbc: shard=s1 */ FETCH LAST FROM cv",
          "/* shardjdbc: shard=s1 */ MOVE BACKWARD ALL IN cv",
          "/* shardjdbc: shard=s1 */ CLOSE cu",
          "CLOSE ALL",
          "SELECT v FROM conf ORDER BY k",
          "LOCK TABLE conf IN ROW EXCLUSIVE MODE",
          "VACUUM conf",
          "ANALYZE conf",
          "EXPLAIN (COSTS OFF) SELECT v FROM conf WHERE k = 'a'");

  static final List<String> NUMBERS =
      List.of(
          "INSERT INTO rare (id) VALUES ({new}) RETURNING num",
          "INSERT INTO rare (id) VALUES ({new}), ({new}), ({new}) RETURNING num",
          "INSERT INTO rare (id, num) VALUES ({new}, DEFAULT), ({new}, nextval('ids'))",
          "INSERT INTO rare (id, num) SELECT id + 20, nextval('ids') FROM acct WHERE id < 4 ORDER"
              + " BY id",
          "INSERT INTO rare (id) VALUES ({k}) ON CONFLICT (id) DO UPDATE SET num = excluded.num"
              + " RETURNING num",
          "UPDATE rare SET num = nextval('steps') WHERE id = {k} RETURNING num",
          "UPDATE rare SET num = DEFAULT WHERE id = {k} RETURNING num",
          "SELECT nextval('ids') FROM generate_series(1, 3)",
          "SELECT nextval('ids') + nextval('steps')",
          "SELECT currval('steps'), lastval()",
          "SELECT currval(pg_get_serial_sequence('post', 'id'))",
          "SELECT nextval(pg_get_serial_sequence('item', 'item_id'))",
          "SELECT pg_get_serial_sequence('post', 'id'), pg_get_serial_sequence('logs', 'id')",
          "SELECT nextval('logs_id_seq')",
          "SELECT last_value, is_called FROM steps",
          "SELECT last_value FROM logs_id_seq",
          "SELECT setval('logs_id_seq', {n})",
          "SELECT setval('steps', max(lvl)) FROM acct",
          "SELECT setval('ids', nextval('ids') + 5)",
          "ALTER SEQUENCE ids RESTART",
          "ALTER SEQUENCE steps RESTART WITH 50",
          "SELECT CASE WHEN {flag} THEN nextval('ids') ELSE 0 END",
          "WITH s AS (SELECT nextval('ids') AS n) SELECT n, n FROM s",
          "INSERT INTO word (k, n) VALUES ('q' || nextval('ids'), currval('ids')) RETURNING k, n",
          "INSERT INTO post (user_id) SELECT i FROM generate_series(1, 3) i RETURNING id",
          "INSERT INTO own (name) SELECT name FROM country ORDER BY code RETURNING id, name",
          "MERGE INTO rare r USING (VALUES ({k}::bigint)) v(id) ON r.id = v.id WHEN MATCHED THEN"
              + " UPDATE SET num = nextval('ids') WHEN NOT MATCHED THEN INSERT (id) VALUES (v.id)");
}
