package io.shardjdbc.tests.replication;

import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.replication.watch.Choice;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One thread's connections to a shard, used as a {@link ReplicaSet} asks for: a choice counts only
 * on a connection that it covers.
 */
final class Client implements AutoCloseable {
  private final Nodes nodes;
  private final ReplicaSet replicas;
  private final Map<NodeId, Physical> connections = new HashMap<>();

  Client(Nodes nodes, ReplicaSet replicas) {
    this.nodes = nodes;
    this.replicas = replicas;
  }

  private record Physical(Connection connection, long openedAt) {}

  /** What a read saw, and where. */
  record Seen(long value, boolean onPrimary, NodeId node) {}

  /** Reads the value of a key as the intent asks. */
  Seen read(int key, ReadIntent intent) throws SQLException {
    Choice choice = replicas.chooseRead(intent, key);
    Physical physical = physical(choice.node());
    if (!mayUse(choice, physical)) {
      // As if the read had failed there: it goes to the primary.
      choice = replicas.chooseRead(onPrimary(intent), key);
      physical = physical(choice.node());
      if (!mayUse(choice, physical)) {
        throw new SQLException("the primary is not confirmed", "08001");
      }
    }
    replicas.started(choice);
    long start = System.nanoTime();
    try {
      long value = value(physical.connection(), key);
      replicas.succeeded(choice, intent, System.nanoTime() - start);
      return new Seen(value, choice.isPrimary(), choice.node());
    } catch (SQLException e) {
      replicas.failed(choice, intent, e);
      drop(choice.node());
      throw e;
    }
  }

  private static ReadIntent onPrimary(ReadIntent intent) {
    return intent.session().map(ReadIntent.primary()::within).orElse(ReadIntent.primary());
  }

  private static boolean mayUse(Choice choice, Physical physical) throws SQLException {
    if (choice.covers(physical.openedAt())) {
      return true;
    }
    return choice.isPrimary() && !isStandby(physical.connection());
  }

  private static boolean isStandby(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** The connection to a node on which writes go now. */
  Connection connection(NodeId node) throws SQLException {
    return physical(node).connection();
  }

  private Physical physical(NodeId node) throws SQLException {
    Physical physical = connections.get(node);
    if (physical == null) {
      Connection connection = nodes.connect(node.name());
      physical = new Physical(connection, System.nanoTime());
      connections.put(node, physical);
    }
    return physical;
  }

  void drop(NodeId node) {
    Physical physical = connections.remove(node);
    if (physical != null) {
      try {
        physical.connection().abort(Runnable::run);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static long value(Connection connection, int key) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT v FROM kv WHERE k = ?")) {
      statement.setInt(1, key);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  @Override
  public void close() {
    List.copyOf(connections.keySet()).forEach(this::drop);
  }
}
