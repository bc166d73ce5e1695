package io.shardjdbc.examples.reshard;

import io.shardjdbc.examples.instagram.Checksum;
import io.shardjdbc.examples.instagram.Schema;
import io.shardjdbc.testkit.ClusterShard;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Whether the rows of after are those of before, and the likes that were confirmed meanwhile. */
final class Equality {
  private final Fleet fleet;
  private final PrintStream out;
  private final Map<String, Checksum> before = new LinkedHashMap<>();

  /** Looks at all rows as they are now, through the library. */
  Equality(Fleet fleet, PrintStream out) throws SQLException {
    this.fleet = fleet;
    this.out = out;
    for (String table : Schema.SHARDED) {
      before.put(table, throughLibrary(table));
    }
  }

  /** Compares; nobody writes any more. */
  boolean holds(Users users) throws SQLException {
    boolean equal = true;
    out.printf("  %-10s %9s  %-16s  %-16s%n", "table", "rows", "the library", "shard by shard");
    for (String table : Schema.SHARDED) {
      Checksum now = throughLibrary(table);
      Checksum direct = Checksum.NONE;
      for (ClusterShard shard : fleet.servers()) {
        try (Connection connection = fleet.direct(shard)) {
          direct = direct.plus(Checksum.of(connection, table));
        }
      }
      boolean grown = table.equals("likes");
      Checksum was = before.getOrDefault(table, Checksum.NONE);
      boolean same = direct.equals(now) && (grown || now.equals(was));
      if (grown) {
        same &= now.rows() == was.rows() + users.likes().size();
      }
      equal &= same;
      out.printf(
          Locale.ROOT,
          "  %-10s %,9d  %s  %s  %s%n",
          table,
          now.rows(),
          now,
          direct,
          !same ? "DIFFERENT" : grown ? "as before, and the new ones" : "as before");
    }
    long found = found(users);
    out.printf(
        Locale.ROOT, "  %,d likes were confirmed, %,d are found%n", users.likes().size(), found);
    return equal && found == users.likes().size();
  }

  private long found(Users users) throws SQLException {
    long found = 0;
    try (Connection connection = fleet.application().getConnection();
        PreparedStatement like =
            connection.prepareStatement(
                "SELECT count(*) FROM likes WHERE post_id = ? AND user_id = ?")) {
      for (Users.Like each : users.likes()) {
        like.setLong(1, each.post());
        like.setLong(2, each.user());
        try (ResultSet row = like.executeQuery()) {
          row.next();
          found += row.getLong(1);
        }
      }
    }
    return found;
  }

  private Checksum throughLibrary(String table) throws SQLException {
    try (Connection connection = fleet.application().getConnection()) {
      return Checksum.of(connection, table);
    }
  }
}
