package io.shardjdbc.benchmarks.contest;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the current thread has cost so far: time, processor time, bytes allocated. */
record Costs(long nanos, long processor, long bytes) {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static final Costs NONE = new Costs(0, 0, 0);

  static Costs now() {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    return new Costs(System.nanoTime(), THREADS.getCurrentThreadCpuTime(), bytes);
  }

  Costs since(Costs before) {
    return new Costs(nanos - before.nanos, processor - before.processor, bytes - before.bytes);
  }

  /** Of two threads that ran at once. */
  Costs beside(Costs other) {
    return new Costs(
        Math.max(nanos, other.nanos), processor + other.processor, bytes + other.bytes);
  }
}
