ALTER TABLE users ADD COLUMN age integer NOT NULL DEFAULT 0;

CREATE INDEX users_by_age ON users (age);

UPDATE users SET age = 30 WHERE name = 'first';
