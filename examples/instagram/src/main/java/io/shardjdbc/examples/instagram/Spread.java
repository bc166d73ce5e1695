package io.shardjdbc.examples.instagram;

import io.shardjdbc.testkit.ClusterShard;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/** Shows how the rows lie on the shards, as each shard itself counts them. */
final class Spread {

  private Spread() {}

  static void show(Deployment deployment, PrintStream out) throws SQLException {
    long whole = 0;
    long most = 0;
    long[] counts = new long[deployment.shards().size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = rowsOf(deployment, deployment.shards().get(i));
      whole += counts[i];
      most = Math.max(most, counts[i]);
    }
    for (int i = 0; i < counts.length; i++) {
      out.printf(
          Locale.ROOT,
          "  %-4s %,9d rows %4.1f %% %s%n",
          deployment.shards().get(i).name(),
          counts[i],
          100.0 * counts[i] / whole,
          Bar.of(counts[i], most));
    }
  }

  private static long rowsOf(Deployment deployment, ClusterShard shard) throws SQLException {
    long rows = 0;
    try (Connection connection = deployment.direct(shard);
        Statement statement = connection.createStatement()) {
      for (String table : Schema.SHARDED) {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
          row.next();
          rows += row.getLong(1);
        }
      }
    }
    return rows;
  }
}
