package io.shardjdbc.tests.reshard;

import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A small process that goes by the map in the databases and keeps all that a mover expects of it:
 * it enrols, takes its lock before it reads the epoch, acknowledges, holds, and routes anew.
 *
 * <p>Each thread that works has a {@link Worker} of its own.
 */
final class MapProcess implements AutoCloseable {
  private static final long HOLD = Duration.ofMillis(500).toNanos();

  private final Map<ShardId, String> urls;
  private final UUID instance = UUID.randomUUID();
  private final Duration probe;
  private final Map<ShardId, Integer> slots = new HashMap<>();
  private final ConcurrentSkipListMap<Long, AtomicInteger> uses = new ConcurrentSkipListMap<>();
  private final Thread prober;
  private volatile Stored current;
  private volatile boolean closed;
  private volatile boolean deaf;

  /** A process that looks for a new epoch every so often. */
  MapProcess(Map<ShardId, String> urls, String name, Duration probe) throws SQLException {
    this.urls = urls;
    this.probe = probe;
    Stored newest = null;
    for (ShardId shard : urls.keySet()) {
      try (Connection connection = DriverManager.getConnection(urls.get(shard))) {
        Stored stored = Objects.requireNonNull(MapStore.read(connection));
        if (newest == null || stored.epoch().follows(newest.epoch())) {
          newest = stored;
        }
        slots.put(
            shard,
            (int)
                Sql.number(
                    connection,
                    "INSERT INTO shardjdbc.process (instance, name) VALUES (?, ?) RETURNING slot",
                    instance,
                    name));
      }
    }
    this.current = Objects.requireNonNull(newest);
    this.prober = new Thread(this::probe, "probe of " + name);
    this.prober.start();
  }

  Worker worker() {
    return new Worker();
  }

  /** From now on it asks for no epoch and acknowledges none, as if it were stopped. */
  void goDeaf() {
    deaf = true;
  }

  /** The number of the epoch that it goes by. */
  long epoch() {
    return current.epoch().number();
  }

  private void probe() {
    Map<ShardId, Connection> sessions = new HashMap<>();
    long told = -1;
    while (!closed) {
      if (deaf) {
        LockSupport.parkNanos(probe.toNanos());
        continue;
      }
      try {
        for (ShardId shard : urls.keySet()) {
          Connection session = sessions.get(shard);
          if (session == null) {
            session = open(shard);
            sessions.put(shard, session);
          }
          learn(session);
        }
        long installed = current.epoch().number();
        long quiesced = quiesced(installed);
        if (installed + quiesced != told) {
          for (Map.Entry<ShardId, Connection> session : sessions.entrySet()) {
            Sql.run(
                session.getValue(),
                "UPDATE shardjdbc.process SET installed = ?, quiesced = ?, seen = now()"
                    + " WHERE slot = ? AND instance = ?",
                installed,
                quiesced,
                slots.get(session.getKey()),
                instance);
          }
          told = installed + quiesced;
        }
      } catch (SQLException e) {
        told = -1;
        sessions.values().forEach(MapProcess::end);
        sessions.clear();
      }
      LockSupport.parkNanos(probe.toNanos());
    }
    sessions.values().forEach(MapProcess::end);
  }

  private long quiesced(long installed) {
    for (Map.Entry<Long, AtomicInteger> use : uses.headMap(installed).entrySet()) {
      if (use.getValue().get() > 0) {
        return use.getKey();
      }
    }
    return installed;
  }

  private void learn(Connection session) throws SQLException {
    if (Sql.number(session, "SELECT epoch FROM shardjdbc.map") > current.epoch().number()) {
      install(Objects.requireNonNull(MapStore.read(session)));
    }
  }

  private synchronized void install(Stored stored) {
    if (stored.epoch().follows(current.epoch())) {
      uses.computeIfAbsent(stored.epoch().number(), number -> new AtomicInteger());
      current = stored;
    }
  }

  /** The lock, and then the epoch. */
  private Connection open(ShardId shard) throws SQLException {
    Connection connection = DriverManager.getConnection(Objects.requireNonNull(urls.get(shard)));
    try {
      Sql.text(
          connection,
          "SELECT pg_advisory_lock_shared(" + ControlSchema.PROCESS_LOCKS + ", ?)",
          slots.get(shard));
      learn(connection);
      return connection;
    } catch (SQLException e) {
      end(connection);
      throw e;
    }
  }

  private Stored take() {
    while (true) {
      Stored now = current;
      AtomicInteger count =
          uses.computeIfAbsent(now.epoch().number(), number -> new AtomicInteger());
      count.incrementAndGet();
      if (now.epoch().equals(current.epoch())) {
        return now;
      }
      count.decrementAndGet();
    }
  }

  private void release(Stored map) {
    Objects.requireNonNull(uses.get(map.epoch().number())).decrementAndGet();
  }

  private static void end(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // it was at its end
    }
  }

  @Override
  public void close() {
    closed = true;
    join(prober);
  }

  static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is done on a shard. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** What of a read over all shards is done on one, for rows of which this is true. */
  @FunctionalInterface
  interface Part<T> {
    T on(Connection connection, String shown) throws SQLException;
  }

  /** One thread's sessions. */
  final class Worker implements AutoCloseable {
    private final Map<ShardId, Connection> sessions = new HashMap<>();

    /** Does something with the rows of a user, in a transaction of its own. */
    <T> T on(long user, Work<T> work) throws SQLException {
      long position = KeyHash.postgres().of(Key.of(user));
      long begun = System.nanoTime();
      while (true) {
        Stored map = take();
        ShardId shard = placement(map).placement().shardOf(Key.of(user));
        try {
          if (waits(map, shard, Positions.of(position), begun)) {
            continue;
          }
          Connection session = session(shard, map);
          if (session == null) {
            continue;
          }
          T result = work.on(session);
          session.commit();
          return result;
        } catch (SQLException e) {
          retry(shard, e);
        } finally {
          release(map);
        }
      }
    }

    /** Asks all shards under one map. */
    <T> List<T> everywhere(Part<T> part) throws SQLException {
      long begun = System.nanoTime();
      while (true) {
        Stored map = take();
        ShardId shard = urls.keySet().iterator().next();
        List<T> parts = new ArrayList<>();
        try {
          boolean stops = false;
          for (ShardId each : urls.keySet()) {
            stops |= waits(map, each, Positions.ALL, begun);
          }
          for (ShardId each : urls.keySet()) {
            shard = each;
            Connection session = stops ? null : session(each, map);
            if (session == null) {
              stops = true;
              break;
            }
            Positions hidden = placement(map).hides().getOrDefault(each, Positions.NONE);
            parts.add(part.on(session, "NOT " + hidden.condition("hashint8extended(id, 0)")));
            session.commit();
          }
          if (!stops) {
            return parts;
          }
        } catch (SQLException e) {
          retry(shard, e);
        } finally {
          release(map);
        }
      }
    }

    private Positioned placement(Stored map) {
      return map.document().placement("users");
    }

    private boolean waits(Stored map, ShardId shard, Positions touched, long begun)
        throws SQLException {
      Positions held = placement(map).holds().getOrDefault(shard, Positions.NONE);
      if (held.and(touched).isEmpty()) {
        return false;
      }
      LockSupport.parkNanos(2_000_000);
      if (System.nanoTime() - begun > HOLD) {
        try (Connection connection =
            DriverManager.getConnection(Objects.requireNonNull(urls.get(shard)))) {
          Sql.number(connection, "SELECT shardjdbc.reopen()");
        }
      }
      return true;
    }

    /** A session by whose shard the map is not an old one, or null. */
    private @Nullable Connection session(ShardId shard, Stored map) throws SQLException {
      Connection session = sessions.get(shard);
      if (session == null) {
        session = open(shard);
        session.setAutoCommit(false);
        sessions.put(shard, session);
        return current.epoch().follows(map.epoch()) ? null : session;
      }
      return session;
    }

    /** Refused for the moment, or not at all; what was lost on its way may have been done. */
    private void retry(ShardId shard, SQLException e) throws SQLException {
      String state = Objects.requireNonNullElse(e.getSQLState(), "");
      boolean elsewhere = state.equals(ErrorCode.MOVED_ELSEWHERE.sqlState());
      Connection session = sessions.get(shard);
      if (elsewhere || state.startsWith("40")) {
        Objects.requireNonNull(session).rollback();
        learn(session);
        session.rollback();
        LockSupport.parkNanos(2_000_000);
      } else {
        sessions.remove(shard);
        end(session);
        throw e;
      }
    }

    @Override
    public void close() {
      sessions.values().forEach(MapProcess::end);
    }
  }
}
