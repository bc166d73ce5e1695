package io.shardjdbc.tests.reshard;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.Deadline;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;

/** The tables on which processes work while shards come and go. */
final class UserTables {
  private static final Duration SOON = Duration.ofMinutes(2);

  /** Empty tables, and no trace of earlier moves. */
  static final String[] CREATE = {
    "DROP SCHEMA IF EXISTS shardjdbc CASCADE",
    "DROP TABLE IF EXISTS posts, users CASCADE",
    "CREATE TABLE users (id bigint PRIMARY KEY, n bigint NOT NULL DEFAULT 0,"
        + " balance bigint NOT NULL DEFAULT 0)",
    "CREATE TABLE posts (user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE, no"
        + " bigint NOT NULL, body text DEFAULT repeat('x', 200), PRIMARY KEY (user_id, no))"
  };

  private UserTables() {}

  /** Users from 1 on, with a post each. */
  static void fill(Path configuration, int users) throws SQLException {
    try (ShardDataSource filling = ShardDataSource.open(configuration)) {
      for (int user = 1; user <= users; user++) {
        insert(filling, "INSERT INTO users (id) VALUES (" + user + ")");
        insert(filling, "INSERT INTO posts (user_id, no) VALUES (" + user + ", 0)");
      }
    }
  }

  /** A busy machine may let a connection wait too long, which is not what is tested. */
  private static void insert(ShardDataSource filling, String sql) throws SQLException {
    Deadline.in(SOON)
        .await(
            "a row is there",
            () -> {
              try (Connection connection = filling.getConnection();
                  Statement statement = connection.createStatement()) {
                statement.executeUpdate(sql + " ON CONFLICT DO NOTHING");
                return true;
              } catch (SQLTransientException e) {
                return false;
              }
            });
  }
}
