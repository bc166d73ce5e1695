package io.shardjdbc.replication;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known about one node at one moment, for people and metrics.
 *
 * @param id which node
 * @param state what it can be used for
 * @param position its timeline and WAL position at the last answer: inserted on a primary, replayed
 *     on a replica; empty before the first answer
 * @param lag an upper bound of how far it is behind the primary; zero for the primary; empty if
 *     nothing is proved
 * @param sinceAnswer the time since its last answer; empty before the first
 * @param failures probes failed in a row
 * @param outstanding reads and writes under way that were reported to the replica set
 */
public record NodeHealth(
    NodeId id,
    State state,
    Optional<WalPosition> position,
    Optional<Duration> lag,
    Optional<Duration> sinceAnswer,
    int failures,
    int outstanding) {

  /** What a node can be used for. */
  public enum State {
    /** Not probed yet. */
    UNKNOWN,
    /** It takes the writes. */
    PRIMARY,
    /** It serves reads, as far as it is fresh enough. */
    REPLICA,
    /** It does not answer. */
    DOWN,
    /** It claims to be a primary and is not the one that counts; nothing is sent to it. */
    FENCED,
    /** It belongs to another cluster or to another history; nothing is sent to it. */
    REFUSED
  }
}
