package io.shardjdbc.replication;

import io.shardjdbc.replication.marks.Labels;

/**
 * The name of one server of a shard, such as {@code primary} or {@code replica-1}.
 *
 * <p>It names the server, not its role: after a promotion the node {@code replica-1} is the
 * primary.
 *
 * @param name 1 to 63 letters, digits, {@code _}, {@code -} and {@code .}
 */
public record NodeId(String name) {

  public NodeId {
    Labels.check("a node name", name);
  }

  @Override
  public String toString() {
    return name;
  }
}
