package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.tests.fault.Audit.Entry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process that works, and says what it begins, what it was told and what it delivered.
 *
 * <p>Arguments: the URLs of the two shards, and that of the database which the other configuration
 * calls the second. It reads lines {@code SEED OP COUNT}, and answers each with lines {@code
 * BEGIN}, {@code TOLD} and {@code GOT}, and at last {@code DONE}.
 */
final class FaultProcess {

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private FaultProcess() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> urls = new LinkedHashMap<>();
    urls.put("s0", arguments[0]);
    urls.put("s1", arguments[1]);
    Map<String, String> others = new LinkedHashMap<>(urls);
    others.put("s1", arguments[2]);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ShardDataSource dataSource = Databases.open(urls, PATIENCE);
        Desk desk = new Desk(dataSource, Databases.open(others, PATIENCE), dataSource);
        BufferedReader input =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      desk.deliveries.tellOf(payload -> say("GOT " + payload));
      say("READY");
      String line = input.readLine();
      while (line != null) {
        String[] words = line.split(" ", -1);
        work(
            desk,
            new Random(Long.parseLong(words[0])),
            Long.parseLong(words[1]),
            Integer.parseInt(words[2]),
            threads);
        say("DONE");
        line = input.readLine();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static void work(
      Desk desk, Random random, long firstOp, int count, ExecutorService threads) throws Exception {
    Random second = new Random(random.nextLong());
    Future<?> half = threads.submit(() -> operations(desk, second, firstOp, count / 2));
    Future<?> relay =
        threads.submit(
            () -> {
              Deadline.in(Duration.ofMinutes(2))
                  .await(
                      "half of the operations are done",
                      () -> {
                        relay(desk);
                        return half.isDone();
                      });
            });
    operations(desk, random, firstOp + count / 2, count - count / 2);
    half.get();
    relay.get();
  }

  private static void relay(Desk desk) {
    try {
      desk.deliveries.relay(true);
    } catch (SQLException e) {
      // A server is away; the message waits.
    }
  }

  private static void operations(Desk desk, Random random, long firstOp, int count) {
    for (long op = firstOp; op < firstOp + count; op++) {
      Operation operation = Aim.ANYTHING.operation(random);
      say("BEGIN " + op + " " + operation);
      Entry entry = desk.run(operation, op, random);
      say("TOLD " + entry.words());
    }
  }
}
