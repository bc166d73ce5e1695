package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.Loan;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The physical connections that a session holds, and how many executions use each.
 *
 * <p>Thread-safe: a session may be closed while another thread works with it, and then each
 * connection still goes back once. Nobody waits for a server while holding the lock.
 */
final class HeldConnections {

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Held> held = new ArrayList<>(2);
  private volatile boolean closed;

  boolean isClosed() {
    return closed;
  }

  void requireOpen() throws SQLException {
    if (closed) {
      throw SqlErrors.closed("the connection");
    }
  }

  /** A connection to that shard which will do, in no transaction; now used once more. */
  @Nullable Held find(ShardId shard, Predicate<Loan> willDo) throws SQLException {
    lock.lock();
    try {
      requireOpen();
      for (int i = 0; i < held.size(); i++) {
        Held candidate = held.get(i);
        if (!candidate.inTransaction
            && !candidate.isBroken()
            && candidate.shard().equals(shard)
            && willDo.test(candidate.loan())) {
          candidate.uses++;
          return candidate;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A connection to that shard on which rows are streamed and which will do, now used once more.
   */
  @Nullable Held findStreaming(ShardId shard, Predicate<Held> willDo) throws SQLException {
    lock.lock();
    try {
      requireOpen();
      for (int i = 0; i < held.size(); i++) {
        Held candidate = held.get(i);
        if (candidate.streams() && candidate.shard().equals(shard) && willDo.test(candidate)) {
          candidate.uses++;
          return candidate;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Whether rows are streamed on any of them. */
  boolean streams() {
    lock.lock();
    try {
      return held.stream().anyMatch(Held::streams);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a connection to a replica of that shard is held. */
  boolean isOnReplicaOf(ShardId shard) {
    lock.lock();
    try {
      for (int i = 0; i < held.size(); i++) {
        if (held.get(i).isOnReplica() && held.get(i).shard().equals(shard)) {
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Uses a connection that is held once more. */
  Held again(Held known) {
    lock.lock();
    try {
      known.uses++;
      return known;
    } finally {
      lock.unlock();
    }
  }

  /** Holds a connection that was borrowed just now, and uses it once. */
  Held add(Held taken) throws SQLException {
    lock.lock();
    try {
      if (!closed) {
        taken.uses = 1;
        held.add(taken);
        return taken;
      }
    } finally {
      lock.unlock();
    }
    taken.giveBack();
    throw SqlErrors.closed("the connection");
  }

  /** Forgets a connection; whoever asked for that gives it back. */
  void detach(Held known) {
    lock.lock();
    try {
      held.remove(known);
    } finally {
      lock.unlock();
    }
  }

  /** Uses it once less; gives it back if nothing uses it and no transaction includes it. */
  void release(Held used) {
    boolean free;
    lock.lock();
    try {
      used.uses--;
      free = used.uses <= 0 && (!used.inTransaction || used.isBroken()) && held.remove(used);
    } finally {
      lock.unlock();
    }
    if (free) {
      used.giveBack();
    }
  }

  /** Takes it out of its transaction; gives it back if nothing uses it. */
  void endTransaction(Held participant) {
    boolean free;
    lock.lock();
    try {
      participant.end();
      free = participant.uses <= 0 && held.remove(participant);
    } finally {
      lock.unlock();
    }
    if (free) {
      participant.giveBack();
    }
  }

  /** Holds nothing from now on, and returns what was held. */
  List<Held> close() {
    lock.lock();
    try {
      closed = true;
      List<Held> all = List.copyOf(held);
      held.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }
}
