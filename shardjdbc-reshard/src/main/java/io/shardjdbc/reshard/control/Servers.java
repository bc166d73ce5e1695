package io.shardjdbc.reshard.control;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;

/**
 * A mover's connections: one for each shard that it keeps, with the mover's lock, and others for a
 * step.
 *
 * <p>All of them bear the mover's name, by which another mover ends them before it takes over.
 */
public final class Servers implements AutoCloseable {
  private static final String NAME = "shardjdbc mover ";
  private static final Duration END = Duration.ofSeconds(5);

  private final Map<ShardId, ShardServers> shards;
  private final UUID mover = UUID.randomUUID();
  private final Map<ShardId, Connection> kept = new LinkedHashMap<>();

  public Servers(Map<ShardId, ShardServers> shards) {
    this.shards = new LinkedHashMap<>(shards);
  }

  /** Who this mover is. */
  public UUID mover() {
    return mover;
  }

  /** The shards, in the order in which they were given. */
  public List<ShardId> shards() {
    return List.copyOf(shards.keySet());
  }

  /** How a shard is reached. */
  public ShardServers of(ShardId shard) throws SQLException {
    ShardServers servers = shards.get(shard);
    if (servers == null) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE, "it was not said how to reach shard " + shard);
    }
    return servers;
  }

  /** The connection to a shard's primary that is kept. */
  public Connection kept(ShardId shard) throws SQLException {
    Connection connection = kept.get(shard);
    if (connection == null || connection.isClosed()) {
      connection = open(shard);
      kept.put(shard, connection);
    }
    return connection;
  }

  /** Another connection to a shard's primary, which the caller closes. */
  public Connection open(ShardId shard) throws SQLException {
    ShardServers servers = of(shard);
    return open(servers.primary(), servers);
  }

  /** Connections to a shard's replicas, which the caller closes. */
  public List<Connection> openReplicas(ShardId shard) throws SQLException {
    ShardServers servers = of(shard);
    List<Connection> replicas = new ArrayList<>();
    try {
      for (String url : servers.replicas()) {
        replicas.add(open(url, servers));
      }
      return replicas;
    } catch (SQLException e) {
      closeAll(replicas);
      throw e;
    }
  }

  private Connection open(String url, ShardServers servers) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(servers.properties());
    properties.setProperty("ApplicationName", NAME + mover);
    return DriverManager.getConnection(url, properties);
  }

  /**
   * Makes this mover the only one, on all shards.
   *
   * @param byForce ends the sessions of another mover that is there
   * @throws ReshardException {@link ErrorCode#MOVER_BUSY} when another one is there
   */
  public void claim(boolean byForce) throws SQLException {
    for (ShardId shard : shards.keySet()) {
      Connection connection = kept(shard);
      if (byForce && !Patience.of(END).awaitClosely(() -> areAway(connection))) {
        throw new ReshardException(ErrorCode.MOVER_BUSY, shard);
      }
      if (!Sql.isTrue(
          connection, "SELECT pg_try_advisory_lock(" + ControlSchema.MOVER_LOCKS + ", 0)")) {
        throw new ReshardException(ErrorCode.MOVER_BUSY, shard);
      }
    }
  }

  /** Ends what sessions of other movers there are; whether there were none. */
  private boolean areAway(Connection connection) throws SQLException {
    return Sql.rows(
            connection,
            row -> row.getBoolean(1),
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                + " AND starts_with(application_name, ?) AND application_name <> ?",
            NAME,
            NAME + mover)
        .isEmpty();
  }

  /** Ends all kept connections, and with them the mover's lock. */
  @Override
  public void close() throws SQLException {
    closeAll(kept.values());
    kept.clear();
  }

  private static void closeAll(Iterable<Connection> connections) throws SQLException {
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
