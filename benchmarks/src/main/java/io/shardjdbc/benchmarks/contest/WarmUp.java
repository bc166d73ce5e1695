package io.shardjdbc.benchmarks.contest;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What comes before a contest counts: it lasts until the JVM's compilers have come to rest.
 *
 * <p>A contestant with more code is compiled later than one with less. Rounds from before the
 * compilers are done tell how long that takes, and not how fast the code is; and they compete with
 * what is measured for the cores. They rest when they worked for less than a fiftieth of a quarter
 * of the contest's time. It lasts no longer than the contest itself.
 */
final class WarmUp {

  private static final int QUIET = 50;

  private final @Nullable CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
  private final Duration term;
  private final long latest;
  private long termBegan;
  private long compiled;
  private boolean over;

  /**
   * @param lasting how long the contest goes on afterwards
   */
  WarmUp(Duration lasting) {
    this.term = lasting.dividedBy(4);
    this.termBegan = System.nanoTime();
    this.latest = termBegan + lasting.toNanos();
    this.compiled = compiledMillis();
  }

  /** Whether what is done from now on counts. */
  boolean isOver() {
    long now = System.nanoTime();
    if (!over && now - termBegan >= term.toNanos()) {
      long before = compiled;
      termBegan = now;
      compiled = compiledMillis();
      over = compiled - before < term.toMillis() / QUIET || now - latest >= 0;
    }
    return over;
  }

  private long compiledMillis() {
    return compilers == null ? 0 : compilers.getTotalCompilationTime();
  }
}
