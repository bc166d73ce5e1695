package io.shardjdbc.tests.moment;

import io.shardjdbc.ShardDataSource;
import java.io.IOException;
import java.sql.SQLException;

/**
 * A process that moves money until it is killed, or its parent has gone.
 *
 * <p>Arguments: a name and a URL for each shard.
 */
final class MoverProgram {

  private MoverProgram() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    ShardDataSource dataSource = Bank.open(Bank.urls(arguments, 0));
    Movers.start(dataSource, 2);
    System.out.println("READY");
    while (System.in.read() >= 0) {
      // The input ends with whoever started this, who then cannot kill it any more.
    }
    Runtime.getRuntime().halt(1);
  }
}
