package io.shardjdbc.replication.marks;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The write times of this process, one table for each database that it writes to.
 *
 * <p>A process may have several DataSources for one cluster: own writes are those of all of them. A
 * database is known by where its nodes are, so DataSources that have one node in common share a
 * table. A table is found again as long as somebody uses it, and the last few a while longer, since
 * a DataSource that was closed may have written a moment ago. Thread-safe.
 */
public final class ProcessWrites {

  /** The moment that times of all tables count from, by {@link System#nanoTime()}. */
  public static final long ORIGIN = System.nanoTime() - 1;

  private static final int LAST = 16;
  private static final Map<String, WeakReference<WriteTimes>> BY_NODE = new HashMap<>();
  private static final Deque<WriteTimes> RECENT = new ArrayDeque<>();

  private ProcessWrites() {}

  /** The table of the database that has these nodes. */
  public static WriteTimes of(Collection<String> nodes) {
    synchronized (BY_NODE) {
      forgetUnused();
      WriteTimes times = null;
      for (String node : nodes) {
        WeakReference<WriteTimes> known = BY_NODE.get(node);
        times = times == null && known != null ? known.get() : times;
      }
      if (times == null) {
        times = new WriteTimes();
      }
      for (String node : nodes) {
        BY_NODE.put(node, new WeakReference<>(times));
      }
      RECENT.remove(times);
      RECENT.addFirst(times);
      if (RECENT.size() > LAST) {
        RECENT.removeLast();
      }
      return times;
    }
  }

  private static void forgetUnused() {
    Iterator<WeakReference<WriteTimes>> all = BY_NODE.values().iterator();
    while (all.hasNext()) {
      if (all.next().get() == null) {
        all.remove();
      }
    }
  }
}
