package io.shardjdbc.replication.set;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.choose.NodeUnavailableException;
import io.shardjdbc.replication.choose.NodeUnavailableException.Reason;
import io.shardjdbc.replication.probe.NodeReading;
import io.shardjdbc.replication.probe.StandbyPresence;
import java.sql.Connection;
import java.sql.SQLException;

/** Makes sure that a durability can be had: a commit must neither skip its standbys nor hang. */
public final class SynchronousStandbys {
  private SynchronousStandbys() {}

  /**
   * Asks a primary; one round trip if the durability needs a synchronous standby, none otherwise.
   *
   * @param shard the shard's name, for the message
   * @throws NodeUnavailableException if it needs a synchronous standby and there is none
   * @throws SQLException if the server does not answer
   */
  public static void demand(Durability durability, String shard, Connection primary)
      throws SQLException {
    if (durability.needsStandby()) {
      demand(durability, shard, StandbyPresence.ask(primary));
    }
  }

  static void demand(Durability durability, String shard, NodeReading.Standbys standbys)
      throws NodeUnavailableException {
    boolean none =
        standbys == NodeReading.Standbys.NONE_CHOSEN
            || standbys == NodeReading.Standbys.NONE_CONNECTED;
    if (durability.needsStandby() && none) {
      throw new NodeUnavailableException(shard, Reason.NO_SYNCHRONOUS_STANDBY);
    }
  }
}
