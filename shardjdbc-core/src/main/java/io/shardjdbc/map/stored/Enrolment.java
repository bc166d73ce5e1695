package io.shardjdbc.map.stored;

import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * This process among those that go by the map: on each shard it has a slot, by which its sessions
 * say whose they are, on replicas too. Thread-safe.
 */
final class Enrolment {

  /** Class of the locks by which sessions say to which process they belong. */
  private static final int SESSIONS = 747_100_002;

  private static final String ENROL =
      "INSERT INTO shardjdbc.process (instance, name) VALUES (?, ?)"
          + " ON CONFLICT (instance) DO UPDATE SET seen = now() RETURNING slot";

  private static final String ACKNOWLEDGE =
      "UPDATE shardjdbc.process SET installed = ?, quiesced = ?, seen = now()"
          + " WHERE slot = ? AND instance = ?";

  private static final String LEAVE = "DELETE FROM shardjdbc.process WHERE slot = ?";

  /** The lock comes first, and the epoch is read by a snapshot that was taken after it. */
  private static final String SAY =
      "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_lock_shared("
          + SESSIONS
          + ", %d); SELECT epoch FROM shardjdbc.map; COMMIT";

  private final UUID instance = UUID.randomUUID();
  private final String name = "process " + ProcessHandle.current().pid();
  private final Map<ShardId, Integer> slots = new ConcurrentHashMap<>();

  /** The shards on which it is enrolled. */
  Set<ShardId> shards() {
    return slots.keySet();
  }

  boolean isOn(ShardId shard) {
    return slots.containsKey(shard);
  }

  /** Takes a slot, on a connection to the shard's primary. */
  void enrol(ShardId shard, Connection primary) throws SQLException {
    try (PreparedStatement enrol = primary.prepareStatement(ENROL)) {
      enrol.setObject(1, instance);
      enrol.setString(2, name);
      try (ResultSet row = enrol.executeQuery()) {
        row.next();
        slots.put(shard, row.getInt(1));
      }
    }
  }

  /**
   * Says to a server whose session this is, for as long as the session lasts.
   *
   * @return the epoch of its map
   */
  long say(ShardId shard, Connection session) throws SQLException {
    Integer slot = slots.get(shard);
    if (slot == null) {
      throw new IllegalStateException("not enrolled on " + shard);
    }
    long epoch = -1;
    try (Statement statement = session.createStatement()) {
      boolean rows = statement.execute(SAY.formatted(slot));
      while (rows || statement.getUpdateCount() >= 0) {
        if (rows) {
          try (ResultSet row = statement.getResultSet()) {
            if (row.next() && row.getMetaData().getColumnName(1).equals("epoch")) {
              epoch = row.getLong(1);
            }
          }
        }
        rows = statement.getMoreResults();
      }
    }
    return epoch;
  }

  /**
   * Says what the process goes by.
   *
   * @param installed what is routed from now on goes by this epoch or a later one
   * @param quiesced nothing runs any more that was routed by an earlier epoch than this
   * @return false if the slot is gone, and with it the word of the process
   */
  boolean acknowledge(ShardId shard, Connection primary, long installed, long quiesced)
      throws SQLException {
    Integer slot = slots.get(shard);
    if (slot == null) {
      return false;
    }
    try (PreparedStatement acknowledge = primary.prepareStatement(ACKNOWLEDGE)) {
      acknowledge.setLong(1, installed);
      acknowledge.setLong(2, quiesced);
      acknowledge.setInt(3, slot);
      acknowledge.setObject(4, instance);
      return acknowledge.executeUpdate() == 1;
    }
  }

  /** Gives the slot back. */
  void leave(ShardId shard, Connection primary) throws SQLException {
    Integer slot = slots.remove(shard);
    if (slot != null) {
      try (PreparedStatement leave = primary.prepareStatement(LEAVE)) {
        leave.setInt(1, slot);
        leave.executeUpdate();
      }
    }
  }

  /** Forgets a slot that is gone; the sessions that said it have to be opened anew. */
  void forget(ShardId shard) {
    slots.remove(shard);
  }
}
