package io.shardjdbc.tests.ids;

import io.shardjdbc.ids.NodeLeases;
import io.shardjdbc.ids.Snowflake;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Makes ids and writes them into a file.
 *
 * <p>Arguments: the URL of the leases, the length of a lease in milliseconds, the file, how many
 * ids, and after how many it waits for a line to read.
 */
final class IdProgram {

  private IdProgram() {}

  public static void main(String[] arguments) throws Exception {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(arguments[0]);
    Duration window = Duration.ofMillis(Long.parseLong(arguments[1]));
    int count = Integer.parseInt(arguments[3]);
    int stop = Integer.parseInt(arguments[4]);
    try (DataOutputStream ids =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[2]))))) {
      // Not closed: a program that is killed does not give its node back either.
      Snowflake source = Snowflake.over(NodeLeases.in(database, window));
      for (int i = 0; i < count; i++) {
        if (i == stop) {
          ids.flush();
          System.out.println("PID " + ProcessHandle.current().pid());
          if (System.in.read() < 0) {
            throw new IllegalStateException("nobody has told it to go on");
          }
        }
        ids.writeLong(source.next());
      }
    }
    System.out.println("DONE");
  }
}
