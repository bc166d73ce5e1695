package io.shardjdbc.tests.moment;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.ReadIntent;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A process that sums the money of all shards at one moment until its parent has gone, and says
 * after each sum whether it was right.
 *
 * <p>Arguments: a name and a URL for each shard.
 */
final class SumProgram {

  static final String RIGHT = "RIGHT";
  static final String WRONG = "WRONG";

  private SumProgram() {}

  public static void main(String[] arguments) throws Exception {
    Thread parent = new Thread(SumProgram::endWithParent, "parent");
    parent.setDaemon(true);
    parent.start();
    ShardDataSource dataSource = Bank.open(Bank.urls(arguments, 0));
    try (Connection connection = Bank.reader(dataSource, ReadIntent.snapshot())) {
      while (true) {
        try {
          long sum = Bank.sum(connection);
          System.out.println(sum == Bank.TOTAL ? RIGHT : WRONG + " " + sum);
        } catch (SQLException e) {
          System.out.println("REFUSED " + e.getMessage());
        }
      }
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is said to it.
      }
    } catch (IOException e) {
      // It is gone.
    }
    Runtime.getRuntime().halt(1);
  }
}
