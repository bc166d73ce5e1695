package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.route.PlanCounts;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bounded map from texts to what was made of them, for many readers.
 *
 * <p>Two generations: what is found in the old one moves to the young; when the young is full it
 * becomes the old one, and the old is dropped. So what is in use stays, and a look-up is one or two
 * reads of a hash table without locks. The idea is that of generational garbage collectors. Texts
 * beyond a length are not kept at all, which bounds the memory.
 *
 * <p>Thread-safe. Two threads may make the same value at once; either is kept.
 */
final class PlanCache<V> {

  private static final int MAX_TEXT = 64 * 1024;

  private final int generationSize;
  private volatile ConcurrentMap<String, V> young = new ConcurrentHashMap<>();
  private volatile ConcurrentMap<String, V> old = new ConcurrentHashMap<>();
  private volatile long version;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /**
   * @param generationSize how many texts one generation holds; the whole holds twice as many
   */
  PlanCache(int generationSize) {
    this.generationSize = generationSize;
  }

  /**
   * The value of a text.
   *
   * @param current the version of what values are made from; it grows, and the values of an earlier
   *     one are forgotten
   */
  V get(String text, long current, Function<String, V> make) {
    if (current > version) {
      restart(current);
    }
    // A value goes where it was looked for: one that is outdated when it is made, to the forgotten.
    ConcurrentMap<String, V> generation = young;
    V value = generation.get(text);
    if (value != null) {
      hits.increment();
      return value;
    }
    @Nullable V survivor = old.get(text);
    (survivor == null ? misses : hits).increment();
    V made = survivor != null ? survivor : make.apply(text);
    if (text.length() <= MAX_TEXT) {
      put(generation, text, made);
    }
    return made;
  }

  /** What it has done so far. */
  PlanCounts counts() {
    return new PlanCounts(hits.sum(), misses.sum(), young.size() + old.size(), version);
  }

  private void put(ConcurrentMap<String, V> generation, String text, V value) {
    if (generation.size() >= generationSize) {
      synchronized (this) {
        if (young == generation) {
          old = generation;
          young = new ConcurrentHashMap<>();
        }
      }
    }
    generation.put(text, value);
  }

  private synchronized void restart(long current) {
    if (current > version) {
      young = new ConcurrentHashMap<>();
      old = new ConcurrentHashMap<>();
      version = current;
    }
  }

  /** Forgets everything. */
  synchronized void clear() {
    young = new ConcurrentHashMap<>();
    old = new ConcurrentHashMap<>();
  }
}
