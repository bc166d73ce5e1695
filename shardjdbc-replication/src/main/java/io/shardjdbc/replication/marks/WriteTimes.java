package io.shardjdbc.replication.marks;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntToLongFunction;

/**
 * When this process last wrote which shard keys, in a table of fixed size.
 *
 * <p>The slot of a key's hash holds the time at which the last write to any key of the slot was
 * acknowledged. A read of a key may use a replica that has everything up to its slot's time. Two
 * keys in one slot make a read more cautious, never less; hence nothing is ever evicted, and
 * nothing is allocated. With 16,384 slots and 1,000 different keys written in the time that a
 * replica needs to follow, 6 % of other keys' reads are sent to the primary needlessly.
 *
 * <p>Slots only grow: two threads that wrote the same key may come in either order, and the later
 * acknowledgement is the one to remember. Thread-safe, without locks.
 */
public final class WriteTimes {
  private static final int SLOTS = 1 << 14;

  private final AtomicLongArray byKey = new AtomicLongArray(SLOTS);
  private final AtomicLong everyKey = new AtomicLong();
  private final AtomicLong any = new AtomicLong();
  private final AtomicInteger unseen = new AtomicInteger();

  /** A write to one key was acknowledged at a time, or is to be treated so. */
  public void wrote(long keyHash, long time) {
    raise(slot(keyHash), time);
    raise(any, time);
  }

  /** The same of several keys. */
  public void wrote(long[] keyHashes, long time) {
    wrote(keyHashes.length, i -> keyHashes[i], time);
  }

  /**
   * The same of several keys.
   *
   * @param keyHash their hashes, from 0
   */
  public void wrote(int keys, IntToLongFunction keyHash, long time) {
    for (int i = 0; i < keys; i++) {
      raise(slot(keyHash.applyAsLong(i)), time);
    }
    raise(any, time);
  }

  /** A write to nobody knows which keys was acknowledged at a time. */
  public void wroteEverything(long time) {
    raise(everyKey, time);
    raise(any, time);
  }

  /** Somebody begins to write whom nobody sees writing. */
  public void unseenBegins() {
    unseen.incrementAndGet();
  }

  /** He has written for the last time, at this time or before. */
  public void unseenEnds(long time) {
    wroteEverything(time);
    unseen.decrementAndGet();
  }

  /** Whether anything may have been written up to this moment, whatever the other times say. */
  public boolean isWrittenUnseen() {
    return unseen.get() > 0;
  }

  /** When the key may have been written last; 0 if never. */
  public long lastWrite(long keyHash) {
    return Math.max(byKey.get(slot(keyHash)), everyKey.get());
  }

  /** When anything was written last; 0 if never. */
  public long lastWrite() {
    return any.get();
  }

  private void raise(int slot, long time) {
    long seen = byKey.get(slot);
    while (seen < time && !byKey.compareAndSet(slot, seen, time)) {
      seen = byKey.get(slot);
    }
  }

  private static void raise(AtomicLong cell, long time) {
    long seen = cell.get();
    while (seen < time && !cell.compareAndSet(seen, time)) {
      seen = cell.get();
    }
  }

  /** Keys' hashes need not be well spread; this is the finalizer of splitmix64, which is. */
  private static int slot(long keyHash) {
    long h = keyHash;
    h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
    h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
    return (int) (h ^ (h >>> 31)) & (SLOTS - 1);
  }
}
