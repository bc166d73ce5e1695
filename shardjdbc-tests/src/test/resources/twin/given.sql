-- Statements that programs of others made, and that were refused or answered otherwise.

SELECT count(*) FROM users

SELECT user_id FROM users TABLESAMPLE bernoulli (100) ORDER BY user_id

SELECT p.post_id, c.name FROM posts p TABLESAMPLE pg_catalog.system (100.0) REPEATABLE (3) LEFT JOIN countries c TABLESAMPLE bernoulli (100) ON c.code = p.lang

-- Rows of one sample, wherever they are needed.
WITH s AS MATERIALIZED (SELECT post_id, liker FROM likes AS l TABLESAMPLE bernoulli (50) REPEATABLE (?)) SELECT count(*) FROM s a FULL JOIN s b ON a.post_id = b.post_id AND a.liker = b.liker WHERE a.post_id IS NULL OR b.post_id IS NULL
| 7

SELECT count(*) FROM users u, likes AS l (x, y) TABLESAMPLE system (0) WHERE u.user_id <> l.y

DELETE FROM posts WHERE words IN (SELECT u.age FROM users AS u TABLESAMPLE bernoulli (100))

INSERT INTO countries (code, people) SELECT 'zz', count(*) FROM likes TABLESAMPLE system (100)

-- A column of one table has the name of another.
SELECT word, (SELECT max(words) FROM posts) FROM words WHERE small > (SELECT min(words) FROM posts) ORDER BY word

-- Several sub-queries that pick a row, in a write: each shard would pick its own.
UPDATE users SET vip = (SELECT active FROM currencies ORDER BY id LIMIT 1 OFFSET 2), age = (SELECT max(words) FROM posts WHERE lang = ?) WHERE born < (SELECT since FROM countries ORDER BY code LIMIT 1) RETURNING user_id, age, (SELECT title FROM posts ORDER BY post_id LIMIT 1 OFFSET 3), (SELECT strength FROM likes ORDER BY liker LIMIT 1)
| 'de'

DELETE FROM sessions WHERE day > (SELECT born FROM users ORDER BY user_id LIMIT 1 OFFSET 4) AND clock < (SELECT clock FROM sessions ORDER BY token LIMIT 1) RETURNING (SELECT note FROM likes ORDER BY liker LIMIT 1), token

UPDATE countries SET name = (SELECT title FROM posts ORDER BY post_id LIMIT 1 OFFSET 3), people = people + (SELECT n FROM conf ORDER BY k LIMIT 1) RETURNING code, name

-- EXISTS asks for one row, whatever its LIMIT.
DELETE FROM posts WHERE EXISTS (SELECT note FROM likes WHERE strength = posts.words LIMIT 111)

-- One table with its schema and without.
SELECT count(*), (SELECT max(public.users.name) FROM public.users WHERE public.users.user_id > max(users.user_id) - 5) FROM users

-- Types by the grammar's own words, in rows that a server sorts.
SELECT name AS n, user_id, ?::char(4) AS c FROM users ORDER BY n OFFSET ? LIMIT 0
| 'ab', 7

SELECT name AS n, user_id, ?::char(4) AS c, CAST(age AS dec(5, 2)), name::national character(2), name::varchar(2) FROM users ORDER BY n, user_id
| 'ab'

-- What is answered first, in a write that needs rows of other shards besides.
UPDATE posts SET words = (SELECT age FROM users ORDER BY user_id LIMIT 1 OFFSET 3), title = (SELECT max(note) FROM likes) WHERE EXISTS (SELECT FROM conf WHERE n = posts.post_id AND n > (SELECT min(strength) FROM likes)) RETURNING post_id, words, title

UPDATE posts SET words = ? WHERE price > (SELECT rate FROM currencies ORDER BY id LIMIT 1 OFFSET ?) AND EXISTS (SELECT FROM likes l WHERE l.post_id = posts.post_id AND l.weight > ?) RETURNING post_id, words
| 7, 3, 1

DELETE FROM posts WHERE user_id IN (SELECT user_id FROM users ORDER BY name DESC, user_id LIMIT 7) AND EXISTS (SELECT FROM likes l WHERE l.post_id = posts.post_id) RETURNING user_id, post_id

DELETE FROM sessions WHERE user_id IN (SELECT user_id FROM users ORDER BY user_id LIMIT ?) AND user_id IN (SELECT post_id FROM likes WHERE strength >= ?)
| 9, 1

UPDATE countries SET people = (SELECT count(*) FROM posts), name = (SELECT title FROM posts ORDER BY post_id LIMIT 1) WHERE EXISTS (SELECT FROM users u WHERE u.country = countries.code AND u.age > (SELECT n FROM conf ORDER BY k LIMIT 1)) RETURNING code, people, name

MERGE INTO posts USING conf c ON c.n = posts.words WHEN MATCHED AND c.n < (SELECT age FROM users ORDER BY user_id LIMIT 1) THEN UPDATE SET title = c.k

UPDATE users SET user_id = ?, name = ? WHERE email = ? AND EXISTS (SELECT FROM likes WHERE liker = users.age)
| 6L, 'six', 'u6@x.org'

-- A copied table of which one sample is drawn, for all shards.
DELETE FROM posts WHERE EXISTS (SELECT FROM countries c TABLESAMPLE bernoulli (100) WHERE c.code = posts.lang AND c.people > 4000000000) RETURNING post_id

UPDATE users SET name = c.name FROM countries c TABLESAMPLE system (?) WHERE c.code = users.country AND age > (SELECT n FROM conf ORDER BY k LIMIT 1) RETURNING user_id, users.name
| 100

MERGE INTO likes l USING currencies c TABLESAMPLE bernoulli (100) ON l.strength = c.id WHEN MATCHED AND c.active THEN DELETE WHEN MATCHED THEN UPDATE SET note = c.code

UPDATE countries SET people = (SELECT count(*) FROM currencies TABLESAMPLE system (100)) WHERE EXISTS (SELECT FROM currencies TABLESAMPLE bernoulli (100) WHERE country = countries.code) RETURNING code, people

-- Rows that are picked, beside values that are answered first.
DELETE FROM posts WHERE post_id IN (SELECT post_id FROM likes WHERE liker > (SELECT min(age) - 20 FROM users) ORDER BY liker LIMIT 6) AND words > (SELECT n FROM conf ORDER BY k LIMIT 1) RETURNING post_id

MERGE INTO posts p USING (SELECT user_id, post_id, (SELECT max(age) FROM users) AS most FROM posts ORDER BY post_id LIMIT 5) s ON p.post_id = s.post_id WHEN MATCHED AND s.most > (SELECT n FROM conf ORDER BY k LIMIT 1) THEN UPDATE SET title = 'picked', words = s.user_id % 100

MERGE INTO countries c USING (SELECT lang, count(*) AS n FROM posts GROUP BY lang ORDER BY lang LIMIT 2) s ON c.code = s.lang WHEN MATCHED AND c.people > (SELECT min(age) FROM users) THEN UPDATE SET people = s.n

MERGE INTO likes l USING (SELECT * FROM users ORDER BY user_id LIMIT 12) u ON l.liker = u.user_id WHEN MATCHED AND EXISTS (SELECT FROM conf WHERE n = l.strength) THEN DELETE
