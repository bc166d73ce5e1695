package io.shardjdbc.pool;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

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

  /** Whether the shard has other nodes that might have served. */
  boolean hasReplicas();

  /** Whether it is a replica that may be stale, which the borrower tolerates. */
  boolean isStale();

  /** A request to its node, as listeners hear of it. */
  default StartedPart request(Route route, boolean inTransaction, boolean ofLibrary) {
    return new StartedPart(pool().server(), why(route, inTransaction), ofLibrary);
  }

  private StartedPart.Why why(Route route, boolean inTransaction) {
    if (!isPrimary()) {
      return isStale() ? StartedPart.Why.STALE_REPLICA : StartedPart.Why.FRESH_REPLICA;
    }
    if (!hasReplicas()) {
      return StartedPart.Why.ONLY_SERVER;
    }
    if (route.effect() != Effect.READ && route.effect() != Effect.READ_ON_PRIMARY) {
      return StartedPart.Why.WRITES;
    }
    if (!mayReadReplica(route)) {
      return StartedPart.Why.DEMANDED;
    }
    return inTransaction ? StartedPart.Why.TRANSACTION : StartedPart.Why.NO_FIT_REPLICA;
  }

  /** Whether the node still is what it was lent as: a former primary must not be written to. */
  boolean isCurrent();

  /** Refuses what comes from now on where another server has become the primary. */
  default void requireCurrent() throws SQLException {
    if (!isCurrent()) {
      throw SqlErrors.of(ErrorCode.PRIMARY_CHANGED, pool().shard());
    }
  }

  /** Whether it may serve another statement of the same borrower, too. Waits for nothing. */
  boolean serves(Route route, ReadIntent intent);

  /**
   * Whether its server is shown to have all that its shard's primary had at a position; waits for
   * that.
   */
  default boolean awaitReplayed(WalPosition position, Duration patience) {
    return true;
  }

  /**
   * Makes sure that a durability can be had on it, which is one to a primary.
   *
   * @throws SQLException if it needs a synchronous standby and there is none
   */
  void requireDurability(Durability durability) throws SQLException;

  /** After how long a read on it is worth asking another replica; empty for never. */
  Optional<Duration> hedgeDelay();

  /** A connection to another replica that would do as well; empty if there is none. */
  Optional<Loan> another(Route route, ReadIntent intent);

  /** Notes that a statement has seen what it will see. */
  void ran(ReadIntent intent);

  /** Notes what the driver or the server reported. */
  void failed(SQLException failure);

  /** Gives it back in order: no open statements, no transaction. */
  void giveBack();

  /** Gives it up: it must not be lent again. */
  void discard();
}
