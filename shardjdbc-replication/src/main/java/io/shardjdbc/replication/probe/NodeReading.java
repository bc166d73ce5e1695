package io.shardjdbc.replication.probe;

/**
 * What a node answered to one probe.
 *
 * @param generation which connection of the probe asked, from 1; it grows with every reconnection
 * @param standby whether the node is in recovery
 * @param systemId the cluster's system identifier
 * @param serverStart when the server process started, in microseconds of its own clock: with the
 *     system identifier it tells servers apart, whatever their addresses
 * @param timeline the timeline it writes or follows
 * @param position the end of the last record written, on a primary; replayed, on a standby
 * @param received the end of what it has on disk: what a promotion would replay. On a primary the
 *     same as the position.
 * @param standbys what is known of synchronous standbys
 * @param askedAt the time before the question was sent
 * @param answeredAt the time after the answer came
 */
public record NodeReading(
    int generation,
    boolean standby,
    long systemId,
    long serverStart,
    int timeline,
    long position,
    long received,
    Standbys standbys,
    long askedAt,
    long answeredAt) {

  /** What a primary says about its synchronous standbys. */
  public enum Standbys {
    /** It is a standby itself, or the probe's user may not see them. */
    UNKNOWN,
    /** {@code synchronous_standby_names} is empty: commits wait for nobody. */
    NONE_CHOSEN,
    /** Some are chosen and none is connected: commits wait for ever. */
    NONE_CONNECTED,
    /** At least one is connected. */
    CONNECTED
  }

  /** Whether two nodes are one server under two names. */
  public boolean sameServer(NodeReading other) {
    return systemId == other.systemId && serverStart == other.serverStart;
  }
}
