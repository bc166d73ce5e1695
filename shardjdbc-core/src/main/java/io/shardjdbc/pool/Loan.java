package io.shardjdbc.pool;

import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.Effect;
import io.shardjdbc.routing.Route;
import java.sql.SQLException;

/**
 * A physical connection of a node's pool, from when it is lent until it is given back or discarded.
 *
 * <p>For one borrower; the second end of a loan does nothing.
 */
public interface Loan {

  /** Whether a replica that is fresh enough may serve a route. */
  static boolean mayReadReplica(Route route) {
    return route.effect() == Effect.READ && !route.primary();
  }

  /** The pool it comes from. */
  NodePool pool();

  PhysicalConnection physical();

  /** Whether it was lent as one of the shard's primary. */
  boolean isPrimary();

  /** Whether the node still is what it was lent as: a former primary must not be written to. */
  boolean isCurrent();

  /** Whether it may serve another statement of the same borrower, too. Waits for nothing. */
  boolean serves(Route route, ReadIntent intent);

  /** Notes that a statement has seen what it will see. */
  void ran(ReadIntent intent);

  /** Notes what the driver or the server reported. */
  void failed(SQLException failure);

  /** Gives it back in order: no open statements, no transaction. */
  void giveBack();

  /** Gives it up: it must not be lent again. */
  void discard();
}
