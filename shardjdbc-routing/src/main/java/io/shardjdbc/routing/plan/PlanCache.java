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

  /** Values with what they weigh in all. */
  private static final class Generation<V> {
    final ConcurrentMap<String, V> values = new ConcurrentHashMap<>();
    final LongAdder bytes = new LongAdder();

    void put(String text, V value, Weight<V> weight) {
      V before = values.put(text, value);
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
    Generation<V> generation = young;
    V value = generation.values.get(text);
    if (value != null) {
      hits.increment();
      return value;
    }
    @Nullable V survivor = old.values.get(text);
    (survivor == null ? misses : hits).increment();
    V made = survivor != null ? survivor : make.apply(text);
    keep(generation, text, made);
    return made;
  }

  /** The value of a text that is made anew, because the one that was kept holds no longer. */
  V remade(String text, Function<String, V> make) {
    Generation<V> generation = young;
    misses.increment();
    V made = make.apply(text);
    keep(generation, text, made);
    return made;
  }

  private void keep(Generation<V> generation, String text, V made) {
    if (text.length() <= MAX_TEXT) {
      put(generation, text, made);
    }
  }

  /** What it has done so far. */
  PlanCounts counts() {
    return new PlanCounts(hits.sum(), misses.sum(), size(), version);
  }

  private void put(Generation<V> generation, String text, V value) {
    if (generation.values.size() >= generationSize || generation.bytes.sum() >= generationBytes) {
      synchronized (this) {
        if (young == generation) {
          old = generation;
          young = new Generation<>();
        }
      }
    }
    generation.put(text, value, weight);
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
