package io.shardjdbc.map.stored;

import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each primary for its epoch, again and again, and tells it what the process goes by.
 *
 * <p>A shard that does not answer keeps none of the others from being asked. Thread-safe.
 */
final class MapProbes implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MapProbes.class);

  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final Duration WHILE_MOVING = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MOST_THREADS = 4;
  private static final String EPOCH = "SELECT epoch FROM shardjdbc.map";

  private final ShardNodes nodes;
  private final CurrentMap maps;
  private final Enrolment enrolment;
  private final MapKeeper keeper;
  private final Map<ShardId, Probe> all = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor threads;

  MapProbes(ShardNodes nodes, CurrentMap maps, Enrolment enrolment, MapKeeper keeper) {
    this.nodes = nodes;
    this.maps = maps;
    this.enrolment = enrolment;
    this.keeper = keeper;
    AtomicInteger numbers = new AtomicInteger();
    this.threads =
        new ScheduledThreadPoolExecutor(
            MOST_THREADS,
            task -> {
              Thread made = new Thread(task, "shardjdbc-map-" + numbers.incrementAndGet());
              made.setDaemon(true);
              return made;
            });
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Begins; what was open before is opened anew, so that it says whose it is. */
  void start() {
    run(keeper::renewConnections, Duration.ZERO);
    follow();
  }

  /** Asks all at once, for somebody who waits. */
  void look() {
    follow();
    all.values().forEach(Probe::soon);
  }

  /** Begins to ask shards that have joined. */
  private void follow() {
    for (ShardId shard : enrolment.shards()) {
      Probe probe = new Probe(shard);
      if (all.putIfAbsent(shard, probe) == null) {
        run(probe, Duration.ZERO);
      }
    }
  }

  private void run(Runnable task, Duration delay) {
    try {
      var unused = threads.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The DataSource is closed.
    }
  }

  /** One shard's. */
  private final class Probe implements Runnable {
    private final ShardId shard;
    private final AtomicBoolean asked = new AtomicBoolean();
    private @Nullable Connection connection;
    private @Nullable PreparedStatement question;
    private long installed = -1;
    private long quiesced = -1;

    Probe(ShardId shard) {
      this.shard = shard;
    }

    void soon() {
      if (asked.compareAndSet(false, true)) {
        MapProbes.this.run(this::ask, Duration.ZERO);
      }
    }

    @Override
    public void run() {
      ask();
      follow();
      if (maps.withLeaving().contains(shard)) {
        boolean moving = maps.get().moving().isUnderWay();
        MapProbes.this.run(this, moving ? WHILE_MOVING : INTERVAL);
      } else {
        all.remove(shard, this);
        end();
      }
    }

    private synchronized void ask() {
      asked.set(false);
      try {
        Connection primary = connection();
        if (epoch() > keeper.installed()) {
          StoredMap stored = StoredMap.read(primary);
          if (stored != null) {
            keeper.learn(stored);
          }
        }
        acknowledge(primary);
      } catch (SQLException e) {
        LOG.debug("shard {} cannot be asked for its epoch", shard, e);
        drop();
      } catch (RuntimeException e) {
        LOG.warn("the map of shard {} cannot be followed", shard, e);
      }
    }

    private Connection connection() throws SQLException {
      Connection open = connection;
      if (open == null) {
        open = nodes.primary(shard).openKept();
        open.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
        connection = open;
        question = open.prepareStatement(EPOCH); // asked so often that the server keeps its plan
        installed = -1;
        quiesced = -1;
      }
      return open;
    }

    private void acknowledge(Connection primary) throws SQLException {
      long ours = keeper.installed(); // read first: what is quiesced is no later
      long oldest = number(maps.oldestInUse());
      if (ours == installed && oldest == quiesced) {
        return;
      }
      if (!enrolment.acknowledge(shard, primary, ours, oldest)) {
        enrolment.forget(shard); // somebody has struck it off; the next connection enrols anew
        drop();
        nodes.primary(shard).renew();
        return;
      }
      installed = ours;
      quiesced = oldest;
    }

    private static long number(ShardMap map) {
      return map.epoch().mapId().equals(MapEpoch.STATIC.mapId()) ? -1 : map.epoch().number();
    }

    private long epoch() throws SQLException {
      try (ResultSet row = Objects.requireNonNull(question).executeQuery()) {
        return row.next() ? row.getLong(1) : -1;
      }
    }

    synchronized void end() {
      Connection open = connection;
      if (open != null) {
        try {
          enrolment.leave(shard, open);
        } catch (SQLException e) {
          LOG.debug("the slot on shard {} stays", shard, e);
        }
      }
      drop();
    }

    private void drop() {
      Connection open = connection;
      connection = null;
      if (open != null) {
        try {
          open.close();
        } catch (SQLException e) {
          // It is gone either way.
        }
      }
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    all.values().forEach(Probe::end);
  }
}
