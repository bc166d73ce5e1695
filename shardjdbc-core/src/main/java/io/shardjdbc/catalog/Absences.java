package io.shardjdbc.catalog;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names that no shard knew a moment ago.
 *
 * <p>A caller who goes on naming what is not there would otherwise have every shard asked each
 * time. It is for a moment only, since somebody may be creating it. Thread-safe and bounded.
 */
final class Absences {

  private static final Duration MOMENT = Duration.ofSeconds(1);
  private static final int MOST = 1_000;

  private final Map<List<String>, Long> notedAt = new ConcurrentHashMap<>();

  boolean contains(List<String> name) {
    Long noted = notedAt.get(name);
    return noted != null && System.nanoTime() - noted < MOMENT.toNanos();
  }

  void add(List<String> name) {
    if (notedAt.size() >= MOST) {
      notedAt.clear();
    }
    notedAt.put(name, System.nanoTime());
  }
}
