package io.shardjdbc.tests.moment;

import io.shardjdbc.testkit.ForkedJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Starts processes that move money and kills them, one after another, until it is told to stop. */
final class Kills implements AutoCloseable {

  private final Thread thread;
  private volatile boolean stopped;
  private volatile int killed;

  private Kills(Map<String, String> urls, long seed) {
    this.thread = new Thread(() -> run(urls, new Random(seed)), "kills");
  }

  static Kills start(Map<String, String> urls, long seed) {
    Kills kills = new Kills(urls, seed);
    kills.thread.start();
    return kills;
  }

  private void run(Map<String, String> urls, Random random) {
    List<String> arguments = new ArrayList<>();
    urls.forEach((shard, url) -> arguments.addAll(List.of(shard, url)));
    while (!stopped) {
      try (ForkedJvm process =
          ForkedJvm.run(
              List.of(),
              System.getProperty("java.class.path"),
              List.of(),
              MoverProgram.class,
              arguments.toArray(new String[0]))) {
        process.awaitLine("READY");
        LockSupport.parkNanos(200_000_000L + random.nextInt(400_000_000));
        process.killHard();
        killed++;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  int killed() {
    return killed;
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
