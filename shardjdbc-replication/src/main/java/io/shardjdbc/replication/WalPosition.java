package io.shardjdbc.replication;

/**
 * A point in a shard's history: a timeline and a position on it.
 *
 * <p>The order is by timeline first: every promotion starts a higher timeline, so of two points the
 * one on the higher timeline belongs to the history that goes on.
 *
 * @param timeline PostgreSQL's timeline number, from 1
 * @param lsn the position on that timeline
 */
public record WalPosition(int timeline, Lsn lsn) implements Comparable<WalPosition> {

  public WalPosition {
    if (timeline < 1) {
      throw new IllegalArgumentException("a timeline is 1 or higher");
    }
  }

  @Override
  public int compareTo(WalPosition other) {
    int byTimeline = Integer.compare(timeline, other.timeline);
    return byTimeline != 0 ? byTimeline : lsn.compareTo(other.lsn);
  }

  @Override
  public String toString() {
    return timeline + ":" + lsn;
  }
}
