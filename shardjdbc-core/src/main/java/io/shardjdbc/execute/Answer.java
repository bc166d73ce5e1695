package io.shardjdbc.execute;

import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the shards answered: physical statements, open until this is closed.
 *
 * <p>Closing gives the connections back, unless a transaction or another execution needs them.
 */
public final class Answer implements AutoCloseable {

  private final Session session;
  private final DirectRoute route;
  private final List<ShardCall> calls;
  private List<Held> cursors;
  private final @Nullable List<Held> held;
  private List<Missing> missing = List.of();
  private boolean closed;

  /**
   * @param cursors connections in a transaction of their own, which keeps cursors open to read from
   */
  Answer(Session session, DirectRoute route, List<ShardCall> calls, List<Held> cursors) {
    this(session, route, calls, cursors, null);
  }

  private Answer(
      Session session,
      DirectRoute route,
      List<ShardCall> calls,
      List<Held> cursors,
      @Nullable List<Held> held) {
    this.session = session;
    this.route = route;
    this.calls = calls;
    this.cursors = cursors;
    this.held = held;
  }

  /**
   * An answer of rows that several calls have brought, which merge as the route says, one call's
   * rows too.
   *
   * @param held the connections to give back
   */
  public static Answer ofRows(
      Session session, DirectRoute route, List<ShardCall> calls, List<Held> held) {
    return new Answer(session, route, calls, List.of(), held);
  }

  /** Whether it is what one shard answered, as it stands. */
  public boolean isOfOneShard() {
    return route.isSingle() && held == null;
  }

  public DirectRoute route() {
    return route;
  }

  /** In the order of the route's statements. */
  public List<ShardCall> calls() {
    return calls;
  }

  public ShardCall first() {
    return calls.get(0);
  }

  /** How many rows it has written, each copy of a row counted once. */
  public long updateCount() throws SQLException {
    if (route.isSingle() || !route.merge().ofParts()) {
      return first().updateCount();
    }
    long sum = 0;
    for (ShardCall call : calls) {
      sum += call.updateCount();
    }
    return sum;
  }

  /** Ends these transactions, too, when it is closed: its rows are still read in them. */
  public void alsoEnds(List<Held> transactions) {
    cursors = List.copyOf(transactions);
  }

  /** Names shards whose rows are not in it. */
  public Answer without(List<Missing> shards) {
    missing = List.copyOf(shards);
    return this;
  }

  /** The shards whose rows are not in it, because the caller allowed that. */
  public List<Missing> missing() {
    return missing;
  }

  /** Whether rows came back, and not an update count. */
  public boolean returnsRows() {
    return first().returnsRows();
  }

  @Override
  public void close() {
    if (!session.turn().tryToBegin()) {
      return; // whoever closes the session gives all back
    }
    try {
      closeInTurn();
    } finally {
      session.turn().end();
    }
  }

  /** One thread has its turn, so that each connection is released once. */
  private void closeInTurn() {
    if (closed) {
      return;
    }
    closed = true;
    for (int i = 0; i < calls.size(); i++) {
      calls.get(i).close();
    }
    for (int i = 0; i < cursors.size(); i++) {
      cursors.get(i).rollback();
      session.endApart(cursors.get(i));
    }
    if (held != null) {
      held.forEach(session::release);
      return;
    }
    for (int i = 0; i < calls.size(); i++) {
      session.release(calls.get(i).held());
    }
  }
}
