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
