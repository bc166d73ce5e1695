package io.shardjdbc.ids;

import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes ids of 63 bits that grow with time and are never made twice: 41 bits of milliseconds, 10 of
 * the node, 12 of a sequence.
 *
 * <p>The layout is that of Twitter's Snowflake (2010). What it leaves open, who gives out the
 * numbers of nodes and what a clock that goes back does, is answered by {@link NodeLeases}: each
 * holder of a node makes its ids in milliseconds that no other holder of the node uses. Ids of one
 * instance grow strictly. Ids of several instances grow as the database's clock does, to about the
 * time that a lease takes.
 *
 * <p>One instance makes at most 4,096 ids a millisecond; a caller waits for the next millisecond
 * when these are used up. It has no thread: the caller who finds half of the leased time used up
 * renews the lease, which is one UPDATE. While the database is away, ids go on to the end of the
 * lease. Then, and when another process has leased the node since, it leases a node anew.
 *
 * <p>Thread-safe. A virtual machine that is cloned while it runs has two holders of one lease; make
 * another instance after a clone.
 */
public final class Snowflake implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Snowflake.class);
  private static final long CLOSED = Long.MAX_VALUE;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final NodeLeases leases;
  private final long epoch;
  private final UUID holder = UUID.randomUUID();
  private final ReentrantLock leasing = new ReentrantLock();

  /** Milliseconds of the Unix epoch and the sequence's number of the latest id. */
  private final AtomicLong latest = new AtomicLong();

  private volatile Window window;
  private volatile long renewedAt = System.nanoTime();

  private Snowflake(NodeLeases leases, Instant epoch) {
    this.leases = leases;
    this.epoch = epoch.toEpochMilli();
    this.window = claim(0);
  }

  /**
   * Leases a node, for ids whose time begins at {@link SnowflakeId#EPOCH}.
   *
   * @throws IdsUnavailableException if no node can be leased
   */
  public static Snowflake over(NodeLeases leases) {
    return over(leases, SnowflakeId.EPOCH);
  }

  /**
   * Leases a node.
   *
   * @param epoch where the time of the ids begins; 69 years can be said from there
   * @throws IdsUnavailableException if no node can be leased
   */
  public static Snowflake over(NodeLeases leases, Instant epoch) {
    return new Snowflake(leases, epoch);
  }

  /**
   * Another id.
   *
   * @throws IdsUnavailableException if the lease has ended and no node can be leased, or after
   *     {@link #close()}
   */
  public long next() {
    while (true) {
      Window now = window;
      long nanos = System.nanoTime();
      long clock = now.clock(nanos);
      long before = latest.get();
      if (before == CLOSED) {
        throw new IdsUnavailableException("this source of ids is closed");
      }
      long tick = Math.max(before + 1, clock << SnowflakeId.SEQUENCE_BITS);
      long millis = tick >>> SnowflakeId.SEQUENCE_BITS;
      if (millis >= now.until()) {
        lease(now);
      } else if (millis > clock + 1) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
      } else if (latest.compareAndSet(before, tick)) {
        if (clock >= now.renewAt() && nanos - renewedAt > RETRY_NANOS) {
          renewEarly(now);
        }
        return SnowflakeId.compose(tick - (epoch << SnowflakeId.SEQUENCE_BITS), now.node());
      }
    }
  }

  /** Gives the node back. Ids that were made stay what they are. */
  @Override
  public void close() throws SQLException {
    leasing.lock();
    try {
      long last = latest.getAndSet(CLOSED);
      if (last != CLOSED) {
        leases.release(window.node(), holder, (last >>> SnowflakeId.SEQUENCE_BITS) + 1);
      }
    } finally {
      leasing.unlock();
    }
  }

  /** Renews while there is time left; whoever comes meanwhile goes on with what is left. */
  private void renewEarly(Window old) {
    if (!leasing.tryLock()) {
      return;
    }
    try {
      if (window.equals(old) && latest.get() != CLOSED) {
        renewedAt = System.nanoTime();
        Window renewed = leases.renew(old.node(), holder, old.clock(System.nanoTime()));
        if (renewed != null) {
          window = renewed;
        }
      }
    } catch (SQLException e) {
      LOG.warn("the lease of id node {} could not be renewed yet", old.node(), e);
    } finally {
      leasing.unlock();
    }
  }

  private void lease(Window old) {
    leasing.lock();
    try {
      if (window.equals(old) && latest.get() != CLOSED) {
        long clock = old.clock(System.nanoTime());
        @Nullable Window renewed = leases.renew(old.node(), holder, clock);
        window = renewed == null ? claim(clock) : renewed;
      }
    } catch (SQLException e) {
      throw new IdsUnavailableException(
          "the lease of id node " + old.node() + " has ended and could not be renewed", e);
    } finally {
      leasing.unlock();
    }
  }

  private Window claim(long notBefore) {
    try {
      Window claimed = leases.claim(holder, notBefore);
      if (claimed == null) {
        throw new IdsUnavailableException(
            "all " + SnowflakeId.NODES + " id nodes are leased; close what is not used");
      }
      return claimed;
    } catch (SQLException e) {
      throw new IdsUnavailableException("no id node could be leased", e);
    }
  }
}
