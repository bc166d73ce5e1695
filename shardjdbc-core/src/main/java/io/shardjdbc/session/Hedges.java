package io.shardjdbc.session;

import io.shardjdbc.routing.route.Route;
import java.util.Optional;

/** Second connections for a read that takes long, and the end of those that are not needed. */
public final class Hedges {

  private final Lending lending;
  private final HeldConnections held;
  private final SessionState state;

  Hedges(Lending lending, HeldConnections held, SessionState state) {
    this.lending = lending;
    this.held = held;
    this.state = state;
  }

  /** Takes a connection to another replica; empty if there is none that would do. */
  public Optional<Held> another(Held first, Route route) {
    return lending.another(first, route, state);
  }

  /**
   * Takes a connection out of the session, which may be closed while something runs on it still;
   * {@link #dispose} gives it back.
   */
  public void detach(Held loser) {
    held.detach(loser);
  }

  /** Gives a connection back that was detached, when nothing runs on it any more. */
  public void dispose(Held loser) {
    loser.giveBack();
  }
}
