package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.route.PlanCounts;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A bounded map from texts and hints to what was made of them, for many readers.
 *
 * <p>Two generations: what is found in the old one moves to the young; when the young is full it
 * becomes the old one, and the old is dropped. So what is in use stays, and a look-up is one or two
 * reads of a hash table without locks. The idea is that of generational garbage collectors.
 *
 * <p>A generation is full by the number of its texts or by the weight of what was made of them.
 * Texts beyond a length are not kept.
 *
 * <p>Thread-safe. Two threads may make the same value at once; either is kept.
 */
final class PlanCache<V> {

  private static final int MAX_TEXT = 64 * 1024;

  /** What a text and what was made of it take of the memory, about. */
  @FunctionalInterface
  interface Weight<V> {
    long of(String text, V value);
  }

  private final int generationSize;
  private final long generationBytes;
  private final Weight<V> weight;
  private volatile Generation<V> young = new Generation<>();
  private volatile Generation<V> old = new Generation<>();
  private volatile long version;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  private record Hinted(String text, Hint hint) {}

  /** Values with what they weigh in all. */
  private static final class Generation<V> {
    /** By text; by text and hint where there is one, so that most look-ups make no key. */
    final ConcurrentMap<Object, V> values = new ConcurrentHashMap<>();

    final LongAdder bytes = new LongAdder();

    void put(Object key, String text, V value, Weight<V> weight) {
      V before = values.put(key, value);
      bytes.add(weight.of(text, value) - (before == null ? 0 : weight.of(text, before)));
    }
  }

  /**
   * @param generationSize how many texts one generation holds; the whole holds twice as many
   */
  PlanCache(int generationSize, Weight<V> weight) {
    this(generationSize, Math.max(8L << 20, Runtime.getRuntime().maxMemory() / 32), weight);
  }

  /**
   * @param generationBytes how much one generation weighs at most, as far as that is estimated
   */
  PlanCache(int generationSize, long generationBytes, Weight<V> weight) {
    this.generationSize = generationSize;
    this.generationBytes = generationBytes;
    this.weight = weight;
  }

  /** How many texts are kept. */
  int size() {
    return young.values.size() + old.values.size();
  }

  /**
   * The value of a text under a hint that comes beside it.
   *
   * @param current the version of what values are made from; it grows, and the values of an earlier
   *     one are forgotten
   */
  V get(String text, Hint hint, long current, BiFunction<String, Hint, V> make) {
    if (current > version) {
      restart(current);
    }
    // A value goes where it was looked for: one that is outdated when it is made, to the forgotten.
    Object key = key(text, hint);
    Generation<V> generation = young;
    V value = generation.values.get(key);
    if (value != null) {
      hits.increment();
      return value;
    }
    @Nullable V survivor = old.values.get(key);
    (survivor == null ? misses : hits).increment();
    V made = survivor != null ? survivor : make.apply(text, hint);
    keep(generation, key, text, made);
    return made;
  }

  /** The value of a text that was asked for not long ago; null where it has to be made or moved. */
  @Nullable V find(String text, Hint hint, long current) {
    V value = current > version ? null : young.values.get(key(text, hint));
    if (value != null) {
      hits.increment();
    }
    return value;
  }

  /** The value of a text that is made anew, because the one that was kept holds no longer. */
  V remade(String text, Hint hint, BiFunction<String, Hint, V> make) {
    Generation<V> generation = young;
    misses.increment();
    V made = make.apply(text, hint);
    keep(generation, key(text, hint), text, made);
    return made;
  }

  private static Object key(String text, Hint hint) {
    return hint.equals(Hint.NONE) ? text : new Hinted(text, hint);
  }

  private void keep(Generation<V> generation, Object key, String text, V made) {
    if (text.length() <= MAX_TEXT) {
      put(generation, key, text, made);
    }
  }

  /** What it has done so far. */
  PlanCounts counts() {
    return new PlanCounts(hits.sum(), misses.sum(), size(), version);
  }

  private void put(Generation<V> generation, Object key, String text, V value) {
    if (generation.values.size() >= generationSize || generation.bytes.sum() >= generationBytes) {
      synchronized (this) {
        if (young == generation) {
          old = generation;
          young = new Generation<>();
        }
      }
    }
    generation.put(key, text, value, weight);
  }

  private synchronized void restart(long current) {
    if (current > version) {
      young = new Generation<>();
      old = new Generation<>();
      version = current;
    }
  }

  /** Forgets everything. */
  synchronized void clear() {
    young = new Generation<>();
    old = new Generation<>();
  }
}
