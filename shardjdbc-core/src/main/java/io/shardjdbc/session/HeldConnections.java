package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.Loan;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The physical connections that a session holds, and how many executions use each.
 *
 * <p>They are chained in the order in which they were taken: most sessions hold one, and many none,
 * and neither needs a list.
 *
 * <p>Thread-safe: a session may be closed while another thread works with it, and then each
 * connection still goes back once. Nobody waits for a server while holding the lock.
 */
final class HeldConnections {

  private @Nullable Held first;
  private volatile boolean closed;

  boolean isClosed() {
    return closed;
  }

  void requireOpen() throws SQLException {
    if (closed) {
      throw SqlErrors.closed("the connection");
    }
  }

  /** Whether nothing is held; asked by the one who works with the session, it waits for nobody. */
  boolean isEmpty() {
    return first == null;
  }

  /** A connection to that shard which will do, in no transaction; now used once more. */
  synchronized @Nullable Held find(ShardId shard, Predicate<Loan> willDo) throws SQLException {
    requireOpen();
    for (Held candidate = first; candidate != null; candidate = candidate.next) {
      if (!candidate.inTransaction
          && !candidate.isBroken()
          && candidate.shard().equals(shard)
          && willDo.test(candidate.loan())) {
        candidate.uses++;
        return candidate;
      }
    }
    return null;
  }

  /**
   * A connection to that shard on which rows are streamed and which will do, now used once more.
   */
  synchronized @Nullable Held findStreaming(ShardId shard, Predicate<Held> willDo)
      throws SQLException {
    requireOpen();
    for (Held candidate = first; candidate != null; candidate = candidate.next) {
      if (candidate.streams() && candidate.shard().equals(shard) && willDo.test(candidate)) {
        candidate.uses++;
        return candidate;
      }
    }
    return null;
  }

  /** Whether rows are streamed on any of them. */
  synchronized boolean streams() {
    for (Held each = first; each != null; each = each.next) {
      if (each.streams()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a connection to a replica of that shard is held. */
  synchronized boolean isOnReplicaOf(ShardId shard) {
    for (Held each = first; each != null; each = each.next) {
      if (each.isOnReplica() && each.shard().equals(shard)) {
        return true;
      }
    }
    return false;
  }

  /** Uses a connection that is held once more. */
  synchronized Held again(Held known) {
    known.uses++;
    return known;
  }

  /** Holds a connection that was borrowed just now, and uses it once. */
  Held add(Held taken) throws SQLException {
    synchronized (this) {
      if (!closed) {
        taken.uses = 1;
        append(taken);
        return taken;
      }
    }
    taken.giveBack();
    throw SqlErrors.closed("the connection");
  }

  private void append(Held taken) {
    Held last = first;
    if (last == null) {
      first = taken;
      return;
    }
    while (last.next != null) {
      last = last.next;
    }
    last.next = taken;
  }

  /** Forgets a connection; whoever asked for that gives it back. */
  synchronized void detach(Held known) {
    remove(known);
  }

  private boolean remove(Held known) {
    Held before = null;
    for (Held each = first; each != null; each = each.next) {
      if (each == known) {
        if (before == null) {
          first = each.next;
        } else {
          before.next = each.next;
        }
        each.next = null;
        return true;
      }
      before = each;
    }
    return false;
  }

  /** Uses it once less; gives it back if nothing uses it and no transaction includes it. */
  void release(Held used) {
    boolean free;
    synchronized (this) {
      used.uses--;
      free = used.uses <= 0 && (!used.inTransaction || used.isBroken()) && remove(used);
    }
    if (free) {
      used.giveBack();
    }
  }

  /** Whether an execution uses it, whose rows may still be read. */
  synchronized boolean isInUse(Held one) {
    return one.uses > 0;
  }

  /** Takes it out of its transaction; gives it back if nothing uses it. */
  void endTransaction(Held participant) {
    boolean free;
    synchronized (this) {
      participant.end();
      free = participant.uses <= 0 && remove(participant);
    }
    if (free) {
      participant.giveBack();
    }
  }

  /** Holds nothing from now on, and cuts what was held, whatever runs on it. */
  void abort(Executor executor) throws SQLException {
    for (Held cut : close()) {
      cut.connection().abort(executor);
      cut.abandon();
    }
  }

  /** Holds nothing from now on, and returns what was held. */
  synchronized List<Held> close() {
    closed = true;
    if (first == null) {
      return List.of();
    }
    List<Held> all = new ArrayList<>();
    Held each = first;
    while (each != null) {
      Held behind = each.next;
      each.next = null;
      all.add(each);
      each = behind;
    }
    first = null;
    return all;
  }
}
