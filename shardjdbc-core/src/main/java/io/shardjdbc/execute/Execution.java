package io.shardjdbc.execute;

import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.time.Duration;

/**
 * One execution: all that those who carry it out need to know.
 *
 * <p>Immutable. What needs several steps makes other executions of it, which have the same session,
 * the same map and the same cancellation: parts of a scatter, the stages of a gather, the rows of a
 * write.
 *
 * @param session on whose behalf it runs
 * @param map by which it was routed, and its parts are
 * @param route where it goes
 * @param work what it does there: text, values, options
 * @param running hears of what runs, so that another thread can cancel it
 */
public record Execution<R extends Route>(
    Session session, ShardMap map, R route, Work work, Running running) {

  /** The same on another way. */
  @SuppressWarnings("unchecked") // it is of the type of its route
  public <T extends Route> Execution<T> on(T other) {
    if (other == route) {
      return (Execution<T>) this;
    }
    return new Execution<>(session, map, other, work, running);
  }

  /** The same, doing something else. */
  public Execution<R> doing(Work other) {
    return new Execution<>(session, map, route, other, running);
  }

  /** What it does, where that is one statement. */
  public Invocation invocation() {
    if (work instanceof Invocation one) {
      return one;
    }
    throw new IllegalStateException("a batch runs as it stands");
  }

  boolean inTransaction() {
    return session.inTransaction();
  }

  /** How long it may take; zero for no end. */
  Duration timeout() {
    return work.timeout();
  }

  /** Refuses what the open transaction cannot run; to be asked before anything is held. */
  public void admit() throws SQLException {
    session.admit(route);
  }
}
