CREATE TYPE mood AS ENUM ('glad', 'sad');

CREATE TABLE users (
  user_id bigint PRIMARY KEY,
  name    text NOT NULL,
  mood    mood
);

CREATE TABLE countries (
  code text PRIMARY KEY,
  name text NOT NULL
);

INSERT INTO countries VALUES ('de', 'Germany'), ('no', 'Norway');
