package io.shardjdbc.examples.instagram;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * A bar that grows to the right while work goes on: it moves on a terminal, and is one line in a
 * log.
 */
public final class Bar {

  private static final int WIDTH = 30;

  private final PrintStream out;
  private final int total;
  private final long start = System.nanoTime();
  private int drawn;

  Bar(PrintStream out, String label, int total) {
    this.out = out;
    this.total = total;
    out.printf(Locale.ROOT, "  %-10s ", label);
    out.flush();
  }

  /** So much of the total is done. */
  void reached(int done) {
    int cells = (int) ((long) done * WIDTH / total);
    out.print("#".repeat(cells - drawn));
    out.flush();
    drawn = cells;
  }

  /** All is done. */
  void end() {
    reached(total);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    double seconds = Math.max(took.toNanos() / 1e9, 1e-3);
    out.printf(Locale.ROOT, " %,9d rows %6.1f s %,9.0f rows/s%n", total, seconds, total / seconds);
  }

  /** A bar that is drawn at once, of a share of a whole. */
  public static String of(long part, long whole) {
    return "#".repeat((int) Math.round((double) part * WIDTH / Math.max(1, whole)));
  }
}
