package io.shardjdbc.reshard;

import java.util.Locale;

/** How rows come to their new shard, and back as long as a move can be taken back. */
public enum Strategy {
  /** By PostgreSQL's own logical replication: both servers need {@code wal_level = logical}. */
  REPLICATE,
  /**
   * By writing twice: whoever writes a row that moves writes its key into a journal too, in the
   * same transaction and on the same server, and the mover brings what the journal names. It needs
   * primary keys, and nothing of the servers' settings; the mover alone connects to both.
   */
  DOUBLE_WRITE,
  /**
   * Key by key, behind the flip: whoever needs a key first brings it, and the mover brings the
   * rest. The new owner has the load of its keys at once. It needs nothing of the servers'
   * settings, and has no way back but another move.
   */
  READ_THROUGH;

  /** Its name in a command: {@code replicate}, {@code double-write}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
