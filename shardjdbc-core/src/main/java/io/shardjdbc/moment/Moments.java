package io.shardjdbc.moment;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.AtOnce;
import io.shardjdbc.transaction.Decisions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds moments at which all shards agree on which transactions are decided.
 *
 * <p>Shards have no common clock and no common snapshot. What a two-phase transaction has written
 * shows on one shard before it shows on another, and a read of both in between sees half of it. A
 * moment at which that cannot be is made in four steps:
 *
 * <ol>
 *   <li>On every shard that may decide, also those that are not to be read, the {@linkplain
 *       io.shardjdbc.transaction.DecisionLock lock of deciders} is taken alone. It waits for
 *       decisions under way and keeps new ones out: which transactions are decided is fixed now.
 *   <li>What is decided and still prepared on a shard that is to be read is waited for, see {@link
 *       io.shardjdbc.transaction.DecidedParts}, or told if nobody tells it.
 *   <li>The snapshots are taken: the first look in a transaction of REPEATABLE READ. Each shows all
 *       that is decided, and nothing that is not, for that could not be decided meanwhile.
 *   <li>The locks are let go. That each of them was still there proves all of it.
 * </ol>
 *
 * <p>So a read sees a two-phase transaction on all shards or on none, and sees whatever was
 * acknowledged before it asked. Two moments are one after the other, because the locks keep them
 * apart: the later one sees all that the earlier one has seen. Commits of one shard alone go on
 * meanwhile, so they have no common order; docs/guide.md says what that allows.
 *
 * <p>It costs who asks for it; who decides pays for a lock that is free. Neither starves: whoever
 * takes moments stands in line first, so a decider waits behind one of them at most; they wait for
 * a short time only before they let deciders pass, and longer the next time. Those who ask in one
 * process share a moment.
 *
 * <p>Thread-safe.
 */
public final class Moments implements AutoCloseable {

  /** How often who waits for others looks up whether he was cancelled. */
  private static final Duration LOOK_UP = Duration.ofMillis(100);

  private final CurrentMap maps;
  private final HeldStill still;
  private final Executor executor;
  private final Duration patience;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final List<Request> waiting = new ArrayList<>();

  /**
   * @param decisions to tell what nobody else tells
   * @param executor for what is said to several servers at once
   * @param patience how long a moment may be looked for
   */
  public Moments(
      CurrentMap maps,
      ShardNodes nodes,
      Decisions decisions,
      Executor executor,
      Duration patience) {
    this.maps = maps;
    this.still = new HeldStill(nodes, decisions, executor);
    this.executor = executor;
    this.patience = patience;
  }

  /**
   * Lets these connections look at one moment, which is after the call.
   *
   * @param limit how long it may be looked for, if that is less than usual; zero for no limit
   * @param asker may cancel it; null where nobody can
   * @throws SQLException if there is none in time; the transactions have seen something else then,
   *     and are to be rolled back
   */
  public void see(List<? extends Sight> sights, Duration limit, @Nullable Asker asker)
      throws SQLException {
    boolean isLess = !limit.isZero() && limit.compareTo(patience) < 0;
    Request own = new Request(sights, isLess ? limit : patience);
    if (asker == null) {
      see(own);
      return;
    }
    asker.waits(own::cancel);
    try {
      see(own);
    } finally {
      asker.waitsNoMore();
    }
  }

  private void see(Request own) throws SQLException {
    synchronized (waiting) {
      waiting.add(own);
    }
    takeTurn(own);
    try {
      if (!own.isOver()) {
        lead(own);
      }
    } finally {
      turn.unlock();
    }
    own.throwFailure();
  }

  /** Runs what is said to several servers, all at the same time; what fails is its own affair. */
  public void together(List<Runnable> tasks) {
    AtOnce all = new AtOnce(executor);
    tasks.forEach(task -> all.add(task::run));
    if (all.run() instanceof RuntimeException bug) {
      throw bug;
    }
  }

  /** Whoever has the turn looks for all that wait, so that most find that it is over. */
  private void takeTurn(Request own) throws SQLException {
    boolean interrupted = false;
    boolean taken = false;
    try {
      taken = tryTurn(own);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (!taken) {
      synchronized (waiting) {
        if (waiting.remove(own)) {
          if (interrupted) {
            Thread.currentThread().interrupt();
          }
          throw own.isUnwanted()
              ? own.cancelled()
              : SqlErrors.of(ErrorCode.SNAPSHOT_BUSY, own.patience(), "others take snapshots");
        }
      }
      turn.lock(); // somebody looks for it, with its connections
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** In short waits, since nothing wakes who is cancelled; whoever has the turn takes all along. */
  private boolean tryTurn(Request own) throws InterruptedException {
    while (own.left() > 0 && !own.isUnwanted()) {
      if (turn.tryLock(Math.min(own.left(), LOOK_UP.toNanos()), TimeUnit.NANOSECONDS)) {
        return true;
      }
    }
    return false;
  }

  private void lead(Request own) {
    SQLException failure =
        SqlErrors.of(ErrorCode.SNAPSHOT_BUSY, own.patience(), "a fault of the library");
    List<Request> group = new ArrayList<>();
    try {
      new Attempts(still, own).run(() -> shards(group), () -> join(group));
      failure = null;
    } catch (SQLException e) {
      failure = e;
    } finally {
      if (group.isEmpty()) {
        synchronized (waiting) {
          waiting.remove(own);
        }
        group.add(own);
      }
      boolean busy =
          failure != null
              && (CodedError.is(failure, ErrorCode.SNAPSHOT_BUSY)
                  || CodedError.is(failure, ErrorCode.CANCELLED));
      for (Request request : group) {
        if (busy && request != own) {
          again(request);
        } else {
          request.over(failure);
        }
      }
    }
  }

  /** It has seen nothing, and has patience left, or finds out when its turn comes. */
  private void again(Request request) {
    synchronized (waiting) {
      waiting.add(request);
    }
  }

  /** All that have asked until now: nobody who asks later may see an earlier moment. */
  private List<Request> join(List<Request> group) {
    synchronized (waiting) {
      group.addAll(waiting);
      waiting.clear();
    }
    return group;
  }

  /**
   * All that may decide: by the map of now, by one that somebody still works by, and those that are
   * to be read, which may have joined since.
   */
  private Set<ShardId> shards(List<Request> group) {
    Set<ShardId> all = new LinkedHashSet<>();
    if (!Fence.ALL_DECIDERS.isOut()) {
      all.addAll(maps.shards());
      all.addAll(maps.oldestInUse().shards());
    }
    group.forEach(request -> all.addAll(request.shards()));
    synchronized (waiting) {
      waiting.forEach(request -> all.addAll(request.shards()));
    }
    return all;
  }

  /** Closes its connections. */
  @Override
  public void close() {
    boolean mine = false;
    try {
      mine = turn.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      still.close();
    } finally {
      if (mine) {
        turn.unlock();
      }
    }
  }
}
