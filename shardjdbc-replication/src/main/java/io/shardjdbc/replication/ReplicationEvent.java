package io.shardjdbc.replication;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that happened to a shard's nodes. */
public sealed interface ReplicationEvent {

  /** The shard's name. */
  String shard();

  /** The shard's level changed; recovery comes one level at a time. */
  record LevelChanged(String shard, DegradationLevel from, DegradationLevel to)
      implements ReplicationEvent {}

  /**
   * Writes go to another node now, or to none.
   *
   * @param from the former primary, if there was one
   * @param to the new primary, if there is one
   * @param timeline the new primary's timeline; 0 if there is none
   * @param exposure writes acknowledged by the former primary for about this long before its end
   *     are not proved to have reached the new one; empty if nothing is known
   */
  record PrimaryChanged(
      String shard,
      Optional<NodeId> from,
      Optional<NodeId> to,
      int timeline,
      Optional<Duration> exposure)
      implements ReplicationEvent {}

  /** Several nodes claim to be primary; {@code kept} is the one that counts, if one does. */
  record SplitBrain(String shard, Optional<NodeId> kept, List<NodeId> fenced)
      implements ReplicationEvent {}

  /** A node that claims to be primary is not the one that counts; nothing is sent to it. */
  record NodeFenced(String shard, NodeId node, int timeline) implements ReplicationEvent {}

  /** A node answers but must not be used. */
  record NodeRefused(String shard, NodeId node, Cause cause) implements ReplicationEvent {

    /** Why it must not be used. */
    public enum Cause {
      /** Its system identifier differs from the primary's: it is a node of another shard. */
      OTHER_SYSTEM,
      /** It follows another timeline than the primary's. */
      OTHER_TIMELINE,
      /** It has replayed more than the primary has written: its history is another one. */
      AHEAD_OF_PRIMARY,
      /** Two primaries share one timeline number: replicas cannot be told apart. */
      AMBIGUOUS_TIMELINE
    }
  }

  /** A node answers and may be used again. */
  record NodeUp(String shard, NodeId node) implements ReplicationEvent {}

  /** A node does not answer. */
  record NodeDown(String shard, NodeId node) implements ReplicationEvent {}

  /**
   * A node has not answered for {@link ReadSettings#silenceLimit()}: what is under way on it may
   * never end, and is to be cut.
   */
  record NodeSilent(String shard, NodeId node) implements ReplicationEvent {}

  /** Tolerant reads stay on replicas however stale, to spare the primary; or no longer. */
  record BreakerChanged(String shard, boolean open) implements ReplicationEvent {}
}
