package io.shardjdbc.replication.watch;

import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadIntent;

/**
 * The node that serves a request, and what is known about it.
 *
 * <p>What is known about a server ends when it restarts: a replica that crashed comes back with an
 * older state than it had shown, a former primary may come back as a replica. A physical connection
 * ends with it, too. So a choice speaks about a physical connection only if that was open already
 * when the server was last asked, which {@link #covers} tells.
 */
public final class Choice {
  private final NodeId node;
  private final int index;
  private final int generation;
  private final boolean primary;
  private final boolean stale;
  private final long askedAt;

  /** What is known about a node. */
  public Choice(
      NodeId node, int index, int generation, boolean primary, boolean stale, long askedAt) {
    this.node = node;
    this.index = index;
    this.generation = generation;
    this.primary = primary;
    this.stale = stale;
    this.askedAt = askedAt;
  }

  /** Which node. */
  public NodeId node() {
    return node;
  }

  /** Whether it is the shard's primary. */
  public boolean isPrimary() {
    return primary;
  }

  /**
   * Whether the read may miss more than its lag bound allows, and this process's own last writes:
   * only for {@linkplain ReadIntent#tolerant tolerant} reads.
   */
  public boolean isStale() {
    return stale;
  }

  /**
   * Whether the choice holds for a physical connection to the node.
   *
   * <p>If not, because the connection is younger than the last answer of the node, a read from a
   * replica goes to the primary instead; a connection to the primary is first asked whether its
   * server is in recovery (pgjdbc knows without a round trip: {@code in_hot_standby} in {@code
   * PGConnection.getParameterStatus}).
   *
   * @param openedAt when opening the connection was finished, by the replica set's clock ({@link
   *     System#nanoTime()} unless another was given)
   */
  public boolean covers(long openedAt) {
    return generation > 0 && askedAt - openedAt > 0;
  }

  /** The node's place in the configuration. */
  public int index() {
    return index;
  }

  /** Which of the probe's connections stood behind it, from 1; 0 if none has answered yet. */
  public int generation() {
    return generation;
  }

  @Override
  public String toString() {
    return node + (primary ? " (primary)" : stale ? " (stale replica)" : " (replica)");
  }
}
