package io.shardjdbc.ctl;

import io.shardjdbc.reshard.CopyProgress;
import java.time.Duration;
import java.util.Locale;

/** How far a copy is, for people. */
final class Copied {
  private static final int WIDTH = 24;
  private static final int MEGABYTE = 1_000_000;

  private Copied() {}

  /** One line: a bar, rows, bytes, rate, time left, and how far the target is behind. */
  static String line(CopyProgress progress) {
    int done = (int) Math.round(progress.share() * WIDTH);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f %%, %,d of about %,d rows, %,.1f MB, %,.0f rows/s%s, %,d bytes behind",
        "#".repeat(done),
        "-".repeat(WIDTH - done),
        100 * progress.share(),
        progress.rows(),
        progress.expected().rows(),
        (double) progress.bytes() / MEGABYTE,
        progress.rowsPerSecond(),
        progress.left().map(Copied::left).orElse(""),
        progress.lag());
  }

  private static String left(Duration left) {
    return left.isZero() ? "" : ", " + Math.max(1, left.toSeconds()) + " s left";
  }
}
