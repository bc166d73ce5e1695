package io.shardjdbc.replication;

import io.shardjdbc.replication.choose.WriteTimes;

/**
 * The writes of this process to one shard, for as long as they are remembered.
 *
 * <p>Thread-safe, without locks.
 */
final class RememberedWrites {
  private final ReadYourWrites level;
  private final long memory;
  private final Ticks ticks;
  private final WriteTimes times = new WriteTimes();

  RememberedWrites(ReadSettings settings, Ticks ticks) {
    this.level = settings.readYourWrites();
    this.memory = ReadSettings.nanos(settings.writeMemory());
    this.ticks = ticks;
  }

  void acknowledged(long keyHash) {
    times.wrote(keyHash, ticks.now());
  }

  void acknowledgedForAll() {
    times.wroteEverything(ticks.now());
  }

  /** It may yet happen, so it counts as the last write for as long as writes are remembered. */
  void inDoubt(long keyHash) {
    times.wrote(keyHash, ticks.now() + memory);
  }

  void inDoubtForAll() {
    times.wroteEverything(ticks.now() + memory);
  }

  /** From when on a read of one key must see all writes; 0 if it need not care. */
  long since(long keyHash, long now) {
    return level == ReadYourWrites.KEY
        ? remembered(times.lastWrite(keyHash), now)
        : sinceForAll(now);
  }

  /** The same for a read of several keys, or of none that are known if there are none. */
  long since(long[] keyHashes, long now) {
    if (keyHashes.length == 0) {
      return sinceForAll(now);
    }
    long since = 0;
    for (long keyHash : keyHashes) {
      since = Math.max(since, since(keyHash, now));
    }
    return since;
  }

  /** The same for a read that is not pinned to keys. */
  long sinceForAll(long now) {
    return remembered(times.lastWrite(), now);
  }

  private long remembered(long lastWrite, long now) {
    return level != ReadYourWrites.OFF && now - lastWrite <= memory ? lastWrite : 0;
  }
}
