package io.shardjdbc.replication.failover;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * What a server says of itself when a failover looks.
 *
 * @param standby whether it is in recovery
 * @param systemId the cluster's system identifier
 * @param timeline the timeline it follows or writes
 * @param received the end of the WAL that it has, as an unsigned number
 * @param heardAt when its WAL receiver heard from its sender last, in microseconds of its own
 *     clock; 0 if that is not known
 * @param receiver its WAL receiver
 * @param address where it can be reached, as it sees that itself; empty for a Unix socket
 * @param port the port that it listens on
 */
record StandbyState(
    boolean standby,
    long systemId,
    int timeline,
    long received,
    long heardAt,
    Receiver receiver,
    String address,
    int port) {

  /**
   * A WAL receiver.
   *
   * @param running whether there is one, which has a connection to its sender
   * @param silentMillis for how long it has heard nothing; negative if that is not known
   * @param pingMillis after how much silence it asks its sender for an answer; 0 for never
   * @param senderHost whom it is connected to
   */
  public record Receiver(
      boolean running, long silentMillis, long pingMillis, String senderHost, int senderPort) {

    /**
     * Whether its sender may be alive. A receiver that hears nothing for half of {@code
     * wal_receiver_timeout} asks for an answer, which every live sender gives at once. So only a
     * longer silence, or a broken connection, is a sign of death; an idle primary sends nothing for
     * just as long.
     */
    boolean mayBeFed(Duration patience) {
      return running
          && (silentMillis < 0
              || pingMillis == 0
              || silentMillis < pingMillis + patience.toMillis());
    }
  }

  /** Whether it heard from its sender since an earlier look. */
  boolean heardSince(StandbyState earlier) {
    return heardAt > earlier.heardAt || Long.compareUnsigned(received, earlier.received) > 0;
  }

  /** Whether its receiver is connected to this other server. */
  boolean isFedBy(StandbyState other) {
    if (receiver.senderPort != other.port || other.address.isEmpty()) {
      return false;
    }
    try {
      InetAddress address = InetAddress.getByName(other.address);
      for (InetAddress sender : InetAddress.getAllByName(receiver.senderHost)) {
        if (sender.equals(address)) {
          return true;
        }
      }
      return false;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
