CREATE SEQUENCE person_seq INCREMENT BY 50;
CREATE SEQUENCE post_seq INCREMENT BY 50;

CREATE TABLE person (
  id   bigint PRIMARY KEY,
  name text NOT NULL
);

-- A post lies on its author's shard, so its key has both.
CREATE TABLE post (
  id        bigint NOT NULL,
  author_id bigint NOT NULL REFERENCES person (id),
  text      text NOT NULL,
  likes     integer NOT NULL DEFAULT 0,
  written   timestamptz NOT NULL,
  PRIMARY KEY (author_id, id)
);
CREATE INDEX ON post (written);
