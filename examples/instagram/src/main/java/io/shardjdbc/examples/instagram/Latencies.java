package io.shardjdbc.examples.instagram;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** How long each of many runs took. */
final class Latencies {

  private final long[] nanos;

  private Latencies(long[] nanos) {
    this.nanos = nanos;
    Arrays.sort(nanos);
  }

  /** Something to run, by the number of the run. */
  @FunctionalInterface
  interface Request {
    Object make(int run) throws Exception;
  }

  /** Makes a request again and again, and hands over what it gave. */
  static Latencies of(int runs, Request request, Object[] answers) throws Exception {
    long[] nanos = new long[runs];
    for (int run = 0; run < runs; run++) {
      long start = System.nanoTime();
      answers[run] = request.make(run);
      nanos[run] = System.nanoTime() - start;
    }
    return new Latencies(nanos);
  }

  Duration median() {
    return Duration.ofNanos(nanos[nanos.length / 2]);
  }

  /** 99 of 100 runs took less. */
  Duration p99() {
    return Duration.ofNanos(nanos[nanos.length * 99 / 100]);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "median %.2f ms, p99 %.2f ms",
        median().toNanos() / 1e6,
        p99().toNanos() / 1e6);
  }
}
