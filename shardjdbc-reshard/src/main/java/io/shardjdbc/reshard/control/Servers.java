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
import java.util.stream.Collectors;

/**
 * A mover's connections: one for each shard that it keeps, with the mover's lock, and others for a
 * step.
 *
 * <p>All of them bear the mover's name, by which another mover ends them before it takes over.
 */
public final class Servers implements AutoCloseable {
  private static final String NAME = "shardjdbc mover ";
  private static final Duration END = Duration.ofSeconds(5);

  private static final int WITH_IDLE_SESSIONS = 14;
  private static final int WITH_TRANSACTIONS = 17;

  /** The class of errors of a server that is not reached, or not ready. */
  private static final String AWAY = "08";

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
    if (servers.replicas().isEmpty()) {
      return open(servers.primary(), servers);
    }
    try {
      Connection connection = open(servers.primary(), servers);
      if (Primaries.is(connection)) {
        return connection;
      }
      connection.close();
    } catch (SQLException e) {
      if (!String.valueOf(e.getSQLState()).startsWith(AWAY)) {
        throw e;
      }
    }
    find(shard);
    return open(of(shard).primary(), servers);
  }

  /** Looks which of a shard's servers is its primary, and says so from now on. */
  private void find(ShardId shard) throws SQLException {
    ShardServers before = of(shard);
    ShardServers found = Primaries.found(before, url -> open(url, before));
    if (!found.primary().equals(before.primary())) {
      shards.put(shard, found);
      Connection old = kept.remove(shard);
      if (old != null) {
        old.close();
      }
    }
  }

  /**
   * The lines of the log that two shards' primaries write. A failover of one of them changes it,
   * and so does putting back a database.
   */
  public String lines(ShardId one, ShardId other) throws SQLException {
    return Primaries.line(kept(one)) + " " + Primaries.line(kept(other));
  }

  /**
   * Connections to a shard's replicas.
   *
   * @throws ReshardException {@link ErrorCode#REPLICA_AWAY} when one does not answer: somebody may
   *     read there still
   */
  public Replicas openReplicas(ShardId shard) throws SQLException {
    ShardServers servers = of(shard);
    List<Connection> replicas = new ArrayList<>();
    String asked = "";
    try {
      for (String url : servers.replicas()) {
        asked = url;
        replicas.add(open(url, servers));
      }
      return new Replicas(shard, replicas);
    } catch (SQLException e) {
      closeAll(replicas);
      if (String.valueOf(e.getSQLState()).startsWith(AWAY)) {
        ReshardException away =
            new ReshardException(ErrorCode.REPLICA_AWAY, ShardServers.shown(asked), shard);
        away.initCause(e);
        throw away;
      }
      throw e;
    }
  }

  private Connection open(String url, ShardServers servers) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(servers.properties());
    properties.setProperty("ApplicationName", NAME + mover);
    Connection connection = DriverManager.getConnection(url, properties);
    try {
      Sql.run(connection, noLimits(connection.getMetaData().getDatabaseMajorVersion()));
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Takes away what a database or a role allows its users, which would end a copy again and again.
   * A command is done at once, however little time a session has; a query of all settings is not.
   */
  private static String noLimits(int version) {
    List<String> limits = new ArrayList<>();
    limits.add("statement_timeout");
    limits.add("lock_timeout");
    limits.add("idle_in_transaction_session_timeout");
    if (version >= WITH_IDLE_SESSIONS) {
      limits.add("idle_session_timeout");
    }
    if (version >= WITH_TRANSACTIONS) {
      limits.add("transaction_timeout");
    }
    return limits.stream().map(limit -> "SET " + limit + " = 0").collect(Collectors.joining("; "));
  }

  /**
   * Makes this mover the only one, on all shards.
   *
   * @param byForce ends the sessions of another mover that is there
   * @throws ReshardException {@link ErrorCode#MOVER_BUSY} when another one is there
   */
  public void claim(boolean byForce) throws SQLException {
    for (ShardId shard : shards()) {
      if (!of(shard).replicas().isEmpty()) {
        find(shard);
      }
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

  static void closeAll(Iterable<Connection> connections) throws SQLException {
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
