package io.shardjdbc.examples.instagram;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** The application: five requests in plain JDBC, over any DataSource. Thread-safe. */
public final class Instagram {

  static final String PROFILE =
      """
      SELECT u.name, u.bio, c.name AS country
      FROM users u JOIN countries c ON c.code = u.country
      WHERE u.user_id = ?\
      """;

  static final String TIMELINE =
      """
      SELECT post_id, user_id, body, created_at FROM posts
      WHERE user_id = ? ORDER BY created_at DESC LIMIT 20\
      """;

  static final String LIKE =
      """
      INSERT INTO likes (post_id, user_id, created_at) VALUES (?, ?, ?)
      ON CONFLICT (post_id, user_id) DO NOTHING\
      """;

  static final String LIKES = "SELECT count(*) FROM likes WHERE post_id = ?";

  static final String THREAD =
      """
      SELECT comment_id, user_id, body, created_at FROM comments
      WHERE post_id = ? ORDER BY created_at, comment_id\
      """;

  static final String FOLLOWED =
      "SELECT followee_id FROM follows WHERE follower_id = ? ORDER BY followee_id";

  /** The feed's statement for so many followed users. */
  static String feedOf(int followed) {
    return """
    SELECT post_id, user_id, body, created_at FROM posts
    WHERE user_id IN (%s) ORDER BY created_at DESC LIMIT 100\
    """
        .formatted(String.join(", ", Collections.nCopies(followed, "?")));
  }

  private final DataSource dataSource;

  public Instagram(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Who a user is. */
  public Optional<Profile> profile(long userId) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(PROFILE)) {
      statement.setLong(1, userId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Profile(row.getString("name"), row.getString("bio"), row.getString("country")))
            : Optional.empty();
      }
    }
  }

  /** The user's latest posts. */
  public List<Post> timeline(long userId) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return posts(connection, TIMELINE, List.of(userId));
    }
  }

  /** Likes a post, once for each user, and says how many do. */
  public long like(long postId, long userId, OffsetDateTime now) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement like = connection.prepareStatement(LIKE);
        PreparedStatement likes = connection.prepareStatement(LIKES)) {
      like.setLong(1, postId);
      like.setLong(2, userId);
      like.setObject(3, now);
      like.executeUpdate();
      likes.setLong(1, postId);
      try (ResultSet row = likes.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** What was said about a post, oldest first. */
  public List<Comment> thread(long postId) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(THREAD)) {
      statement.setLong(1, postId);
      List<Comment> comments = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          comments.add(
              new Comment(
                  row.getLong("comment_id"),
                  row.getLong("user_id"),
                  row.getString("body"),
                  row.getObject("created_at", OffsetDateTime.class)));
        }
      }
      return comments;
    }
  }

  /** The latest posts of everybody whom the user follows, wherever their rows are. */
  public List<Post> feed(long userId) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      List<Long> followed = followed(connection, userId);
      return followed.isEmpty() ? List.of() : posts(connection, feedOf(followed.size()), followed);
    }
  }

  private static List<Long> followed(Connection connection, long userId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FOLLOWED)) {
      statement.setLong(1, userId);
      List<Long> followed = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          followed.add(row.getLong(1));
        }
      }
      return followed;
    }
  }

  private static List<Post> posts(Connection connection, String sql, List<Long> userIds)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < userIds.size(); i++) {
        statement.setLong(i + 1, userIds.get(i));
      }
      List<Post> posts = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          posts.add(Post.of(row));
        }
      }
      return posts;
    }
  }
}
