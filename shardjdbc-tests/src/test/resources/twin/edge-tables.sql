-- Tables for statements of a corpus that brings none, and their rows. @v is a type that the test chooses.

CREATE SCHEMA schema1

CREATE SCHEMA "My Schema"

CREATE SEQUENCE seq

CREATE DOMAIN mytype AS text

CREATE FUNCTION f(VARIADIC numbers int[]) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT sum(n) FROM unnest(numbers) n'

CREATE TABLE t (user_id bigint, id bigint, v @v, w @v, data jsonb, tags text[], arr int[], created_at timestamptz, ts timestamptz, name text, value text, type text, key text, date date, level int, position int, start int, role text, status text, user_name text, text text, year int, month int, day int, a timestamptz, b timestamptz, c timestamptz, d timestamptz, "order" int, "user" text, "group" text, "limit" int, dat text, tsv tsvector, CONSTRAINT t_pk PRIMARY KEY (user_id))

CREATE TABLE archive (LIKE t)

CREATE TABLE u (user_id bigint, id bigint, t_id bigint, x int, v @v, w @v, PRIMARY KEY (user_id, id))

CREATE TABLE s (id bigint, user_id bigint, v @v, w @v, a @v, b @v, d boolean)

CREATE TABLE e (user_id bigint, id bigint, payload jsonb)

CREATE TABLE schema1.t (user_id bigint, v @v)

CREATE TABLE "My Schema"."My Table" ("User?Id" bigint, "a""b" text, "Weird Name" text)

INSERT INTO t (user_id, id, v, w, data, tags, arr, created_at, ts, name, value, year, a, b, c, d, "order", "user", "limit", dat, tsv)
SELECT i, i % 7, CASE WHEN i % 5 > 0 THEN (i % 4)::text::@v END, (i % 3)::text::@v,
  CASE i % 4 WHEN 0 THEN jsonb_build_object('a', i % 3, 'k', 'x') WHEN 1 THEN jsonb_build_array(jsonb_build_object('a', i, 'b', 'y'), jsonb_build_object('a', 0))
    WHEN 2 THEN '{"a": {"b": 5}}'::jsonb END,
  CASE WHEN i % 6 > 0 THEN ARRAY['a', 'tag' || i % 3] END, ARRAY[i, 2, 3], timestamptz '2024-05-01 12:00+00' + i % 9 * interval '1 hour',
  timestamptz '2024-05-01 00:00+00' + i * interval '7 hours', (ARRAY['Ada', 'ada', 'Zoë', 'öre', NULL])[i % 5 + 1], 'value' || i % 2, 2000 + i % 3,
  timestamptz '2024-01-01 00:00+00', timestamptz '2024-01-03 00:00+00', timestamptz '2024-01-02 00:00+00' + i * interval '6 hours', timestamptz '2024-02-01 00:00+00',
  i % 2, 'user' || i, 5, 'dat' || i, to_tsvector('english', 'the quick fox ' || i % 3)
FROM generate_series(1, 14) i

INSERT INTO u SELECT i % 9 + 1, i, i % 7, i % 3, CASE WHEN i % 4 > 0 THEN (i % 5)::text::@v END, (i % 3)::text::@v FROM generate_series(1, 20) i

INSERT INTO s SELECT i, i % 12 + 6, (i % 4)::text::@v, NULL, (i % 2)::text::@v, '1'::@v, i % 3 = 0 FROM generate_series(1, 6) i

INSERT INTO e SELECT i % 5 + 1, i, jsonb_build_object('a', i % 2 || '', 'ts', CASE WHEN i % 6 > 0 THEN i * 7 % 10 || '' END) FROM generate_series(1, 15) i

INSERT INTO schema1.t SELECT i % 4 + 1, (i % 3)::text::@v FROM generate_series(1, 8) i

INSERT INTO "My Schema"."My Table" SELECT i % 4 + 1, 'ab' || i, 'weird' || i % 3 FROM generate_series(1, 8) i
