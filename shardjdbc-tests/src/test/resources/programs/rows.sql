-- The rows that every program finds.
INSERT INTO acct SELECT i, i * 10, i * 1.25, 'n' || i, 't' || i % 3, decode('0' || i % 10, 'hex'), i % 2 = 0,
  timestamp '2020-01-01' + i * interval '1 day', date '2020-01-01' + i, ARRAY[i, i + 1], jsonb_build_object('a', i),
  i / 4.0, md5(i::text)::uuid FROM generate_series(1, 12) i;
INSERT INTO item (acct_id, item_id, n, price, label) SELECT 1 + i % 9, 100 + i, i, i * 1.5, 'l' || i % 4 FROM generate_series(1, 20) i;
INSERT INTO post (id, user_id, body) SELECT 100 + i, 1 + i % 5, 'p' || i FROM generate_series(1, 10) i;
INSERT INTO own (id, name, n) OVERRIDING SYSTEM VALUE SELECT 100 + i, 'o' || i, i FROM generate_series(1, 6) i;
INSERT INTO word SELECT 'w' || i, i, (ARRAY['sad', 'ok', 'happy'])[1 + i % 3]::mood FROM generate_series(1, 8) i;
INSERT INTO tok SELECT md5(i::text)::uuid, i, 'note' || i FROM generate_series(1, 6) i;
INSERT INTO country VALUES ('de', 'Germany', 1), ('fr', 'France', 2), ('it', 'Italy', 3), ('pl', 'Poland', 4);
INSERT INTO kind (id, name) VALUES (101, 'cat'), (102, 'dog');
INSERT INTO conf VALUES ('a', 1), ('b', 2), ('c', 3);
INSERT INTO logs (id, who, what) VALUES (101, 'x', 'began');
INSERT INTO secret SELECT i, i % 3, 's' || i FROM generate_series(1, 12) i;
INSERT INTO audited SELECT i, i FROM generate_series(1, 6) i;
INSERT INTO stamped SELECT i, i, 'x' FROM generate_series(1, 6) i;
INSERT INTO gen (id, a, s, tags, i) SELECT i, i, i * 3, ARRAY['t' || i, 'x'], i * interval '1 hour' FROM generate_series(1, 8) i;
INSERT INTO folder SELECT i, 'f' || i FROM generate_series(1, 8) i;
INSERT INTO file SELECT 1 + i % 6, i, i * 10, i FROM generate_series(1, 12) i;
INSERT INTO mark SELECT 1 + i % 6, i, 1, 'm' || i FROM generate_series(1, 12) i;
INSERT INTO event SELECT 1 + i % 6, date '2020-01-01' + i, 'e' || i FROM generate_series(0, 19) i;
INSERT INTO pair SELECT i, 'b' || i % 3, i FROM generate_series(1, 8) i;
INSERT INTO tiny SELECT i, 'v' || i FROM generate_series(1, 8) i;
INSERT INTO code SELECT 'w' || i, i FROM generate_series(1, 8) i;
INSERT INTO mix SELECT i, (ARRAY['1.0', '2.5', 'NaN', '-3', '1e3', '0.001', 'Infinity'])[1 + i % 7]::numeric,
  (ARRAY['1', '-0.5', 'NaN', '1e300', '0.1', '-Infinity'])[1 + i % 6]::float8, (ARRAY['a', 'B', 'ä', '', 'a b', 'Z'])[1 + i % 6],
  (ARRAY['a', 'b ', 'ab'])[1 + i % 3], (ARRAY[true, false, NULL])[1 + i % 3], date '2020-02-28' + i % 4,
  timestamptz '2020-03-28 23:00+00' + i % 5 * interval '1 hour', (i % 3) * interval '1 day 2 hours', decode('0' || i % 4, 'hex'),
  jsonb_build_object('k', i % 3), md5((i % 4)::text)::uuid, ARRAY[i % 3, i % 2], (ARRAY['sad', 'ok', 'happy'])[1 + i % 3]::mood,
  i % 4, NULLIF(i % 5, 0) * 2000000000::bigint FROM generate_series(1, 24) i;
INSERT INTO by_day SELECT date '2020-01-01' + i, i FROM generate_series(1, 12) i;
INSERT INTO by_number SELECT i * 0.5, i FROM generate_series(1, 12) i;
INSERT INTO by_time SELECT timestamptz '2020-01-01 00:00+00' + i * interval '1 day', i FROM generate_series(1, 12) i;
INSERT INTO noisy SELECT i, i FROM generate_series(1, 6) i;
INSERT INTO rare (id, moods, place, during, name, bits, clock, zoned, address, at, doc, vector, num) SELECT i, ARRAY['sad', 'ok']::mood[],
  ROW(i, 'y' || i)::spot, int4range(i, i + 3), 'l' || i, i::bit(4), time '10:00' + i * interval '1 minute', timetz '10:00+02',
  ('10.0.0.' || i)::inet, point(i, -i), json_build_object('k', i), to_tsvector('simple', 'w' || i), i FROM generate_series(1, 8) i;
