-- What the unusual forms are asked of: types, tables and views, on every server.

CREATE SCHEMA app

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')

CREATE TYPE app.pair AS (a int, b text)

CREATE DOMAIN posint AS int CHECK (VALUE > 0)

CREATE DOMAIN label AS text COLLATE "C"

CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)

CREATE TABLE things (k bigint PRIMARY KEY, name text, feels mood, p posint, e label, pr app.pair, prs app.pair[], r int4range, mr int4multirange, tr tstzrange, m money, b bytea, iv interval, js json, jb jsonb, ts timestamp, tz timestamptz, d date, t time, ttz timetz, arr int[], txts text[], n numeric, f float8, f4 real, ci text COLLATE nocase, g int GENERATED ALWAYS AS (p * 2) STORED, bits bit(4), addr inet, ch char(5), nm name, u uuid, pt point)

CREATE TABLE app.notes (k bigint, note_id bigint, text text, stars int, PRIMARY KEY (k, note_id))

CREATE TABLE "Odd Name" ("Key Col" text PRIMARY KEY, "select" int, "a""b" text, "Ünï" date)

CREATE TABLE events (k bigint, at date, what text, PRIMARY KEY (k, at, what)) PARTITION BY RANGE (at)

CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2024-01-01')

CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2024-01-01') TO (MAXVALUE)

CREATE TABLE animals (k bigint PRIMARY KEY, name text)

CREATE TABLE dogs (breed text) INHERITS (animals)

CREATE TABLE kinds (kind mood PRIMARY KEY, label text, w int)

CREATE TABLE config (name text PRIMARY KEY, k bigint, val numeric)

CREATE VIEW happy AS SELECT k, name, p FROM things WHERE feels = 'happy'

CREATE VIEW counts (key, n) AS SELECT k, count(*) FROM app.notes GROUP BY k

CREATE VIEW top_things AS SELECT k, name FROM things ORDER BY name, k LIMIT 3

CREATE VIEW noted AS SELECT t.k, t.name, n.text, n.stars FROM things t JOIN app.notes n USING (k)

CREATE VIEW happier AS SELECT h.k, h.name, c.n FROM happy h LEFT JOIN counts c ON c.key = h.k

CREATE VIEW total AS SELECT count(*) AS n, max(name) AS last FROM things

CREATE VIEW kind_labels AS SELECT kind, label FROM kinds

CREATE VIEW tree AS WITH RECURSIVE r(k, d) AS (SELECT k, 1 FROM app.notes WHERE note_id = 1 UNION ALL SELECT r.k + 1, d + 1 FROM r WHERE d < 3) SELECT k, d FROM r

CREATE VIEW tagged AS SELECT k, jb ? 'a' AS has_a FROM things

CREATE MATERIALIZED VIEW frozen AS SELECT k, name FROM things

CREATE FUNCTION note_count(things) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM app.notes n WHERE n.k = $1.k'

CREATE FUNCTION label_of(things) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.k || coalesce($1.name, $$-$$)'

CREATE FUNCTION notes_of(bigint) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM app.notes n WHERE n.k = $1'
