package io.shardjdbc.replication;

import io.shardjdbc.replication.probe.PrimaryPosition;
import java.sql.Connection;
import java.sql.SQLException;

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

  /**
   * Where the server of a connection stands, for a causal token: on a primary after a write it
   * covers the write, on a replica after a read it covers what was seen. One round trip.
   *
   * @throws SQLException if the server does not answer
   */
  public static WalPosition of(Connection connection) throws SQLException {
    PrimaryPosition position = PrimaryPosition.ask(connection);
    return new WalPosition(position.timeline(), new Lsn(position.position()));
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
