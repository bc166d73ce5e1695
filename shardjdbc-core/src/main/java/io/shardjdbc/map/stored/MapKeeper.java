package io.shardjdbc.map.stored;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.map.Bringing;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.map.MapNews;
import io.shardjdbc.pool.Greeting;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a process by the map in the databases.
 *
 * <p>It begins when the first connection to a server finds that there is one. It enrols, installs
 * the newest epoch of all shards, and from then on has each primary asked for its epoch; a newer
 * one is installed as a whole or not at all, and is acknowledged when it is. Ownership itself is
 * each shard's own word: a process that does not know yet is refused by the shard, and comes here
 * to wait for the map by which it knows.
 *
 * <p>Thread-safe.
 */
public final class MapKeeper implements Greeting, MapNews, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MapKeeper.class);

  /** A new owner may know a moment later than the old one that it is one. */
  private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(5);

  /** Gives the process another map. */
  @FunctionalInterface
  public interface Installing {

    /**
     * Installs a map.
     *
     * @param joining how to reach the shards that are new in it
     */
    void install(ShardMap next, List<ShardConfiguration> joining) throws SQLException;
  }

  private final ShardNodes nodes;
  private final CurrentMap maps;
  private final Reached reached;
  private final Installing installing;
  private final RuledMap ruled;
  private final BroughtKeys arrivals;
  private final Enrolment enrolment = new Enrolment();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private boolean starting;
  private @Nullable StoredMap refused;

  private volatile @Nullable StoredMap current;
  private volatile @Nullable MapProbes probes;

  /**
   * @param configuration how to log in to shards that the map brings
   */
  public MapKeeper(
      ShardNodes nodes, CurrentMap maps, Configuration configuration, Installing installing) {
    this.nodes = nodes;
    this.maps = maps;
    this.reached = new Reached(configuration);
    this.installing = installing;
    this.arrivals = new BroughtKeys(nodes);
    this.ruled = new RuledMap(configuration.routing(), this::hasReplicas);
  }

  @Override
  public void mapIsThere() throws SQLException {
    if (current != null) {
      return;
    }
    lock.lock();
    try {
      if (current == null && !starting) {
        starting = true;
        try {
          start();
        } finally {
          starting = false;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void start() throws SQLException {
    StoredMap newest = null;
    ShardId of = maps.get().first();
    List<Connection> primaries = new ArrayList<>();
    List<ShardId> enrolling = new ArrayList<>();
    try {
      for (ShardId shard : maps.shards()) {
        Connection primary = open(shard);
        if (primary == null) {
          continue;
        }
        primaries.add(primary);
        StoredMap stored = StoredMap.read(primary);
        if (stored == null) {
          continue;
        }
        enrolling.add(shard);
        enrolment.enrol(shard, primary);
        if (newest != null && !stored.epoch().mapId().equals(newest.epoch().mapId())) {
          throw SqlErrors.of(ErrorCode.MAPS_DIFFER, of, shard);
        }
        if (newest == null || stored.epoch().follows(newest.epoch())) {
          newest = stored;
          of = shard;
        }
      }
      if (newest != null) {
        install(newest);
        MapProbes probing = new MapProbes(nodes, maps, enrolment, this);
        probes = probing;
        probing.start();
      }
    } catch (SQLException | RuntimeException e) {
      enrolling.forEach(enrolment::forget);
      throw e;
    } finally {
      for (Connection primary : primaries) {
        primary.close();
      }
    }
  }

  private @Nullable Connection open(ShardId shard) {
    try {
      return nodes.primary(shard).open();
    } catch (SQLException e) {
      LOG.warn("shard {} cannot be asked for the map: {}", shard, e.getMessage());
      return null;
    }
  }

  /** Installs an epoch, if it is newer than the one that is known. */
  void learn(StoredMap stored) {
    lock.lock();
    try {
      StoredMap now = current;
      if (now != null && !stored.epoch().follows(now.epoch())) {
        return;
      }
      install(stored);
    } catch (SQLException e) {
      if (refused == null || !refused.epoch().equals(stored.epoch())) {
        LOG.error("{} cannot be installed, this process keeps the one before", stored.epoch(), e);
      }
      refused = stored;
    } finally {
      lock.unlock();
    }
  }

  private void install(StoredMap stored) throws SQLException {
    ShardMap next = Asking.of(() -> ruled.of(stored, maps.get()));
    List<ShardConfiguration> joining = new ArrayList<>();
    for (ShardId shard : next.shards()) {
      Reach reach = stored.document().shards().get(shard);
      if (!maps.shards().contains(shard) && reach != null) {
        joining.add(reached.of(shard, reach));
      }
    }
    installing.install(next, joining);
    current = stored;
    if (next.moving().comes().isEmpty()) {
      arrivals.rest();
    }
    changed.signalAll();
  }

  private boolean hasReplicas(ShardId shard) {
    try {
      return !maps.shards().contains(shard) || nodes.replicas(shard).isPresent();
    } catch (SQLException e) {
      return true; // closed
    }
  }

  /** The number of the epoch that is installed. */
  long installed() {
    StoredMap now = current;
    return now == null ? NO_EPOCH : now.epoch().number();
  }

  @Override
  public long greet(Connection driver, ShardId shard) throws SQLException {
    if (current == null) {
      return NO_EPOCH;
    }
    if (!enrolment.isOn(shard)) {
      enrol(driver, shard);
      if (!enrolment.isOn(shard)) {
        return NO_EPOCH; // which has no map
      }
    }
    long epoch = enrolment.say(shard, driver);
    MapProbes probing = probes;
    if (epoch > installed() && probing != null) {
      probing.look();
    }
    return epoch;
  }

  private void enrol(Connection driver, ShardId shard) throws SQLException {
    if (!StoredMap.isThere(driver)) {
      return;
    }
    lock.lock();
    try {
      if (enrolment.isOn(shard)) {
        return;
      }
      enrolment.enrol(shard, driver);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void awaitAfter(ShardMap used) {
    MapProbes probing = probes;
    if (probing == null) {
      return;
    }
    probing.look();
    lock.lock();
    try {
      long left = MOMENT;
      while (left > 0 && maps.get().epoch().equals(used.epoch())) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void reopen(ShardId shard) {
    try {
      nodes
          .primary(shard)
          .ask(
              connection -> {
                try (Statement statement = connection.createStatement()) {
                  return statement.execute("SELECT shardjdbc.reopen()");
                }
              });
    } catch (SQLException e) {
      LOG.debug("what is held on shard {} stays so", shard, e);
    }
  }

  /** What brings rows that come key by key. */
  public Bringing bringing() {
    return arrivals;
  }

  /** Opens all connections anew which were opened before the map was known. */
  void renewConnections() {
    nodes.pools().forEach(NodePool::renew);
  }

  @Override
  public void close() {
    MapProbes probing = probes;
    if (probing != null) {
      probing.close();
    }
  }
}
