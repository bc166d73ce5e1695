package io.shardjdbc.routing.route;

import org.jspecify.annotations.Nullable;

/** A route of several steps: rows are fetched first, and the statement runs with them. */
public sealed interface SteppedRoute extends Route
    permits Gather, Regroup, Broadcast, Distribute, InTurn {

  @Override
  default @Nullable SessionCommand session() {
    return null;
  }

  @Override
  default boolean isCallersText() {
    return false;
  }

  @Override
  default boolean isAlikeOnAll() {
    return false;
  }

  @Override
  default @Nullable DirectRoute direct() {
    return null;
  }

  /** What writes, or locks, reads on primaries as it is. */
  @Override
  default Route onPrimary() {
    return this;
  }

  @Override
  default Route withRowsToChange() {
    return this;
  }
}
