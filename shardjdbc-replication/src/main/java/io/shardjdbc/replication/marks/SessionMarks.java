package io.shardjdbc.replication.marks;

/**
 * How far a session has seen one shard.
 *
 * <p>How new the state is that a replica shows is known only as a lower bound, its freshness. The
 * upper bound of what a read has seen is the state of the primary when the read ended. So after a
 * read that ended at time {@code e}, any node with freshness {@code e} may serve the next one. That
 * would drive every second read to the primary; but the node of the last read itself may always
 * serve, since one server process never goes back. Hence the marks: the node of the last read, when
 * reads on it ended, and when reads elsewhere ended.
 *
 * <p>Times are those of {@link Ticks}; 0 is before all.
 */
public final class SessionMarks {
  private int node = -1;
  private int generation;
  private long endedHere;
  private long endedElsewhere;
  private long wroteAt;
  private long wroteInTerm;

  /** Whether a node may serve the next read. */
  public synchronized boolean admits(int index, int itsGeneration, long freshness) {
    if (endedElsewhere == 0 && endedHere == 0) {
      return true;
    }
    if (index == node && itsGeneration == generation) {
      return endedElsewhere == 0 || freshness >= endedElsewhere;
    }
    return freshness >= Math.max(endedHere, endedElsewhere);
  }

  /** The next read goes to this node. */
  public synchronized void chose(int index, int itsGeneration) {
    if (index != node || itsGeneration != generation) {
      endedElsewhere = Math.max(endedElsewhere, endedHere);
      endedHere = 0;
      node = index;
      generation = itsGeneration;
    }
  }

  /** A read on the node has ended, well or not. */
  public synchronized void ended(int index, int itsGeneration, long now) {
    if (index == node && itsGeneration == generation) {
      endedHere = Math.max(endedHere, now);
    } else {
      endedElsewhere = Math.max(endedElsewhere, now);
    }
  }

  /** A write of the session was acknowledged by the primary of a term. */
  public synchronized void wrote(long now, long term) {
    wroteAt = now;
    wroteInTerm = term;
  }

  public synchronized void forgetWrites() {
    wroteAt = 0;
  }

  /** Whether the session's last write may be missing on the primary of the current term. */
  public synchronized boolean mayHaveLostWrites(Reigns terms) {
    return wroteAt > 0 && wroteAt > terms.provedSince(wroteInTerm);
  }
}
