package io.shardjdbc.testkit;

import io.shardjdbc.testkit.server.Machine;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One shard of a cluster: a primary and its replicas. Thread-safe. */
public final class ClusterShard {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name;
  private final List<ClusterNode> nodes;
  private volatile ClusterNode primary;

  ClusterShard(String name, List<ClusterNode> nodes) {
    this.name = name;
    this.nodes = List.copyOf(nodes);
    this.primary = nodes.get(0);
    nodes.forEach(node -> node.joined(this));
  }

  /** The shards {@code s0}, {@code s1} and so on, of these machines. */
  static List<ClusterShard> of(List<? extends List<? extends Machine>> machines) {
    List<ClusterShard> shards = new ArrayList<>();
    for (List<? extends Machine> shard : machines) {
      shards.add(
          new ClusterShard("s" + shards.size(), shard.stream().map(ClusterNode::new).toList()));
    }
    return shards;
  }

  /** The shard's name, such as {@code s0}. */
  public String name() {
    return name;
  }

  /** The node that is the primary: the first one, or the one that was last promoted. */
  public ClusterNode primary() {
    return primary;
  }

  /** The nodes other than {@link #primary()}, running or not. */
  public List<ClusterNode> replicas() {
    ClusterNode current = primary;
    return nodes.stream().filter(node -> node != current).toList();
  }

  /** All nodes, in an order that never changes. */
  public List<ClusterNode> nodes() {
    return nodes;
  }

  /**
   * Waits until every running replica has replayed what the primary has written so far.
   *
   * @throws IllegalStateException if one has not within a minute, as when its replay is paused
   */
  public void awaitReplication() throws SQLException {
    if (replicas().stream().noneMatch(ClusterNode::isRunning)) {
      return;
    }
    String position;
    try (Connection connection = primary.connectSoon()) {
      position = Sql.value(connection, "SELECT pg_current_wal_flush_lsn()");
    }
    Deadline deadline = Deadline.in(PATIENCE);
    for (ClusterNode replica : replicas()) {
      if (replica.isRunning()) {
        replica.replay().await(position, deadline);
      }
    }
  }

  void promoted(ClusterNode node) {
    primary = node;
  }

  @Override
  public String toString() {
    return name + nodes;
  }
}
