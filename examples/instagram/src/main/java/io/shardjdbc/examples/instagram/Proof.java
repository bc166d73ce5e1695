package io.shardjdbc.examples.instagram;

import io.shardjdbc.testkit.ClusterShard;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.sql.DataSource;

/** Compares what the library shows with what the servers hold. */
final class Proof {

  private static final int FEED = 100;

  private final Deployment deployment;
  private final PrintStream out;

  Proof(Deployment deployment, PrintStream out) {
    this.deployment = deployment;
    this.out = out;
  }

  /** Whether the tables read through the library are those of one PostgreSQL, row for row. */
  boolean tablesAreEqual() throws SQLException {
    boolean equal = true;
    out.printf(
        "  %-10s %9s  %-16s  %-16s  %-16s%n",
        "table", "count(*)", "the library", "shard by shard", "one PostgreSQL");
    for (String table : Schema.SHARDED) {
      long count = count(deployment.sharded(), table);
      Checksum throughLibrary = checksum(deployment.sharded(), table);
      Checksum single = checksum(deployment.single(), table);
      Checksum direct = Checksum.NONE;
      for (ClusterShard shard : deployment.shards()) {
        try (Connection connection = deployment.direct(shard)) {
          direct = direct.plus(Checksum.of(connection, table));
        }
      }
      boolean same =
          throughLibrary.equals(single)
              && direct.equals(single)
              && count == count(deployment.single(), table)
              && count == single.rows();
      equal &= same;
      out.printf(
          Locale.ROOT,
          "  %-10s %,9d  %s  %s  %s  %s%n",
          table,
          count,
          throughLibrary,
          direct,
          single,
          same ? "equal" : "DIFFERENT");
    }
    equal &= copiesAreEqual();
    return equal;
  }

  /** Whether every shard has the whole reference table. */
  private boolean copiesAreEqual() throws SQLException {
    Checksum single = checksum(deployment.single(), "countries");
    boolean equal = checksum(deployment.sharded(), "countries").equals(single);
    for (ClusterShard shard : deployment.shards()) {
      try (Connection connection = deployment.direct(shard)) {
        equal &= Checksum.of(connection, "countries").equals(single);
      }
    }
    out.println("  countries: a full copy on every shard, " + (equal ? "equal" : "DIFFERENT"));
    return equal;
  }

  /** Whether the feed is the one found by reading all posts of all shards and sorting them here. */
  boolean feedIsRight() throws SQLException {
    Checksum asked = Checksum.of(new Instagram(deployment.sharded()).feed(SampleData.READER));
    Checksum found = Checksum.of(feedByHand());
    boolean equal = asked.equals(found);
    out.printf(
        "  feed of user %d: %d posts, checksum %s; computed by hand %s, %s%n",
        SampleData.READER, asked.rows(), asked, found, equal ? "equal" : "DIFFERENT");
    return equal;
  }

  private List<Post> feedByHand() throws SQLException {
    Set<Long> followed = new HashSet<>();
    List<Post> posts = new ArrayList<>();
    for (ClusterShard shard : deployment.shards()) {
      try (Connection connection = deployment.direct(shard);
          Statement statement = connection.createStatement()) {
        try (ResultSet row = statement.executeQuery("SELECT * FROM follows")) {
          while (row.next()) {
            if (row.getLong("follower_id") == SampleData.READER) {
              followed.add(row.getLong("followee_id"));
            }
          }
        }
        try (ResultSet row = statement.executeQuery("SELECT * FROM posts")) {
          while (row.next()) {
            posts.add(Post.of(row));
          }
        }
      }
    }
    return posts.stream()
        .filter(post -> followed.contains(post.userId()))
        .sorted(Comparator.comparing(Post::at).reversed())
        .limit(FEED)
        .toList();
  }

  private static Checksum checksum(DataSource dataSource, String table) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return Checksum.of(connection, table);
    }
  }

  private static long count(DataSource dataSource, String table) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM " + table);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }
}
