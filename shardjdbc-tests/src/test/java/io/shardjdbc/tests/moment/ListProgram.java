package io.shardjdbc.tests.moment;

import io.shardjdbc.ShardDataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process that appends to lists until it is killed, or its parent has gone.
 *
 * <p>Arguments: the number before the first transaction, and a name and a URL for each shard. It
 * reads the number of the round, line by line.
 */
final class ListProgram {

  private ListProgram() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    AtomicLong ids = new AtomicLong(Long.parseLong(arguments[0]));
    AtomicLong round = new AtomicLong(-1);
    ShardDataSource dataSource = HistoryTest.open(Bank.urls(arguments, 1));
    ListWriter.start(dataSource, 2, round::get, ids, System.out::println);
    System.out.println("READY");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      round.set(Long.parseLong(line));
    }
    Runtime.getRuntime().halt(1);
  }
}
