package io.shardjdbc.replication.choose;

import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReadYourWrites;
import io.shardjdbc.replication.marks.ProcessWrites;
import io.shardjdbc.replication.marks.Ticks;
import io.shardjdbc.replication.marks.WriteTimes;
import java.util.Collection;

/**
 * The writes of this process to one shard, for as long as they are remembered.
 *
 * <p>Thread-safe, without locks.
 */
public final class RememberedWrites {
  private final ReadYourWrites level;
  private final long memory;
  private final Ticks ticks;
  private final WriteTimes times;

  /** What is added to a time of the replica set to have one of the table. */
  private final long shift;

  /**
   * @param nodes by which other replica sets of the process find the same table; none for a table
   *     of its own
   */
  public RememberedWrites(ReadSettings settings, Ticks ticks, Collection<String> nodes) {
    this.level = settings.readYourWrites();
    this.memory = Ticks.nanos(settings.writeMemory());
    this.ticks = ticks;
    this.times = nodes.isEmpty() ? new WriteTimes() : ProcessWrites.of(nodes);
    this.shift = nodes.isEmpty() ? 0 : ticks.raw(0) - ProcessWrites.ORIGIN;
  }

  public void acknowledged(long... keyHashes) {
    times.wrote(keyHashes, ticks.now() + shift);
  }

  public void acknowledgedForAll() {
    times.wroteEverything(ticks.now() + shift);
  }

  /** It may yet happen, so it counts as the last write for as long as writes are remembered. */
  public void inDoubt(long... keyHashes) {
    times.wrote(keyHashes, ticks.now() + shift + memory);
  }

  public void inDoubtForAll() {
    times.wroteEverything(ticks.now() + shift + memory);
  }

  /** From when on a read of one key must see all writes; 0 if it need not care. */
  public long since(long keyHash, long now) {
    return level == ReadYourWrites.KEY
        ? remembered(times.lastWrite(keyHash), now)
        : sinceForAll(now);
  }

  /** The same for a read of several keys, or of none that are known if there are none. */
  public long since(long[] keyHashes, long now) {
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
  public long sinceForAll(long now) {
    return remembered(times.lastWrite(), now);
  }

  /** What was written before there was a replica set counts as written when it was made. */
  private long remembered(long noted, long now) {
    if (level == ReadYourWrites.OFF) {
      return 0;
    }
    if (times.isWrittenUnseen()) {
      return now + 1; // which no replica is as fresh as
    }
    if (noted == 0) {
      return 0;
    }
    long lastWrite = noted - shift;
    return now - lastWrite <= memory ? Math.max(1, lastWrite) : 0;
  }
}
