package io.shardjdbc.testkit;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Work that runs beside a test, each piece on a thread of its own.
 *
 * <p>From JDK 25 on, the JDK's shared pool has one thread on two cores, and starts no others: what
 * waits in it, as for the end of a process or a lock, would keep the rest from being begun.
 */
public final class Beside {

  private Beside() {}

  /** Begins it now. */
  public static CompletableFuture<Void> run(Runnable work) {
    return CompletableFuture.runAsync(work, Beside::begin);
  }

  /** Begins what gives a result now. */
  public static <T> CompletableFuture<T> get(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, Beside::begin);
  }

  private static void begin(Runnable work) {
    Thread thread = new Thread(work, "beside the test");
    thread.setDaemon(true);
    thread.start();
  }
}
