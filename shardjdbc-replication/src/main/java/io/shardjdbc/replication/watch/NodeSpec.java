package io.shardjdbc.replication.watch;

import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.NodeUse;
import io.shardjdbc.replication.ReadPolicy;
import org.jspecify.annotations.Nullable;

/**
 * One server of a shard as it is configured: a name, how to reach it, where it stands, what it is
 * for. Whether it is the primary is not configured but found out.
 *
 * @param id its name, unique in the shard
 * @param connector opens connections for probing it
 * @param zone where it stands, for {@link ReadPolicy#ZONE}; null if nobody said
 * @param use what it is kept for while it is a replica
 */
public record NodeSpec(NodeId id, NodeConnector connector, @Nullable String zone, NodeUse use) {

  /** A node for ordinary reads, in no particular zone. */
  public static NodeSpec of(String name, NodeConnector connector) {
    return new NodeSpec(new NodeId(name), connector, null, NodeUse.GENERAL);
  }

  /** The same node in a zone. */
  public NodeSpec inZone(String name) {
    return new NodeSpec(id, connector, name, use);
  }

  /** The same node, kept for something else. */
  public NodeSpec usedFor(NodeUse other) {
    return new NodeSpec(id, connector, zone, other);
  }

  /** Name, zone and use; never an address. */
  @Override
  public String toString() {
    return id + (zone == null ? "" : " in " + zone) + " (" + use + ")";
  }
}
