package io.shardjdbc.replication.failover;

import io.shardjdbc.replication.NodeId;
import java.time.Duration;

/** What one check of a {@link FailoverCommand} found and did. */
public sealed interface FailoverReport {

  /**
   * The primary answers; nothing is to be done. An error that it answers with, such as that it has
   * too many connections, is an answer too, and so is one to the probes.
   */
  record PrimaryAnswers(NodeId node) implements FailoverReport {}

  /** The primary did not answer, but not often enough yet. */
  record Counting(NodeId node, int failures) implements FailoverReport {}

  /**
   * A replica was promoted.
   *
   * @param exposure writes acknowledged by the former primary for about this long before its last
   *     answer are not proved to have reached the new one
   */
  record Promoted(NodeId node, Duration exposure) implements FailoverReport {}

  /** Nothing was promoted; the next check tries again. */
  record Refused(Reason reason) implements FailoverReport {

    /** Why nothing was promoted. */
    public enum Reason {
      /** No primary was ever seen, so that nobody knows which history to continue. */
      NO_PRIMARY_KNOWN,
      /** A node is a primary already. */
      PRIMARY_EXISTS,
      /**
       * A replica hears from the primary, or is connected to it and has not been silent for long
       * enough: it may be only this process that cannot reach it.
       */
      PRIMARY_FEEDS_REPLICAS,
      /** A node was not seen since the primary failed, so it may hear from it; see next time. */
      TOO_EARLY,
      /** Fewer than a majority of the other nodes can be reached. */
      NO_MAJORITY,
      /** Another process is promoting. */
      OTHER_PROCESS,
      /** No replica of the primary's history can be reached. */
      NO_CANDIDATE,
      /** The best replica is further behind than allowed, or nothing is known of it. */
      TOO_FAR_BEHIND,
      /** The former primary could not be fenced. */
      NOT_FENCED,
      /** The server refused, or did not become a primary in time. */
      PROMOTION_FAILED
    }
  }
}
