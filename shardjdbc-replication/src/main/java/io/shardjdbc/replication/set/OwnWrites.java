package io.shardjdbc.replication.set;

import io.shardjdbc.replication.marks.ProcessWrites;
import io.shardjdbc.replication.marks.WriteTimes;
import java.util.Collection;
import java.util.function.IntToLongFunction;

/**
 * Notes writes to a shard for whoever else in this process reads its replicas, on behalf of
 * somebody who has none and needs no {@link ReplicaSet}.
 */
public final class OwnWrites {

  private final WriteTimes times;

  private OwnWrites(WriteTimes times) {
    this.times = times;
  }

  /** The writes to the shard that has these nodes, see {@link ReplicaSetBuilder#places}. */
  public static OwnWrites at(Collection<String> places) {
    return new OwnWrites(ProcessWrites.of(places));
  }

  /**
   * A write to some shard keys was acknowledged.
   *
   * @param keyHash their hashes, from 0
   */
  public void wrote(int keys, IntToLongFunction keyHash) {
    times.wrote(keys, keyHash, System.nanoTime() - ProcessWrites.ORIGIN);
  }

  /**
   * Somebody may write anything from now on, and nobody sees when. Reads go to the primary until
   * what is returned is run, once.
   */
  public Runnable unseen() {
    times.unseenBegins();
    return () -> times.unseenEnds(System.nanoTime() - ProcessWrites.ORIGIN);
  }

  /** A write to nobody knows which keys was acknowledged. */
  public void wroteAll() {
    times.wroteEverything(System.nanoTime() - ProcessWrites.ORIGIN);
  }
}
