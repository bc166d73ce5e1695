package io.shardjdbc.examples.instagram;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** The tables: every primary key holds the shard key, so that it holds for the whole table. */
public final class Schema {

  public static final List<String> SHARDED =
      List.of("users", "posts", "follows", "likes", "comments");

  public static final List<String> STATEMENTS =
      List.of(
          """
          CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL)\
          """,
          """
          CREATE TABLE users (
            user_id bigint PRIMARY KEY, name text NOT NULL, bio text NOT NULL,
            country text NOT NULL REFERENCES countries, created_at timestamptz NOT NULL)\
          """,
          """
          CREATE TABLE posts (
            user_id bigint NOT NULL, post_id bigint NOT NULL, body text NOT NULL,
            created_at timestamptz NOT NULL, PRIMARY KEY (user_id, post_id))\
          """,
          """
          CREATE INDEX posts_latest ON posts (user_id, created_at DESC)\
          """,
          """
          CREATE TABLE follows (
            follower_id bigint NOT NULL, followee_id bigint NOT NULL,
            created_at timestamptz NOT NULL, PRIMARY KEY (follower_id, followee_id))\
          """,
          """
          CREATE TABLE likes (
            post_id bigint NOT NULL, user_id bigint NOT NULL,
            created_at timestamptz NOT NULL, PRIMARY KEY (post_id, user_id))\
          """,
          """
          CREATE TABLE comments (
            post_id bigint NOT NULL, comment_id bigint NOT NULL, user_id bigint NOT NULL,
            body text NOT NULL, created_at timestamptz NOT NULL, PRIMARY KEY (post_id, comment_id))\
          """);

  private Schema() {}

  /** Creates the tables; on shards, on every one of them. */
  public static void create(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : STATEMENTS) {
        statement.execute(sql);
      }
    }
  }

  /** Lets the servers count what was loaded, as their own background work soon would. */
  public static void analyze(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String table : SHARDED) {
        statement.execute("ANALYZE " + table);
      }
    }
  }
}
