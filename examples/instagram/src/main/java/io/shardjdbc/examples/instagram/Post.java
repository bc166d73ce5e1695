package io.shardjdbc.examples.instagram;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/** A post of a user. */
public record Post(long id, long userId, String body, OffsetDateTime at) {

  /** The post in a row with columns named as the table's. */
  static Post of(ResultSet row) throws SQLException {
    return new Post(
        row.getLong("post_id"),
        row.getLong("user_id"),
        row.getString("body"),
        row.getObject("created_at", OffsetDateTime.class));
  }
}
