package io.shardjdbc.session;

import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.routing.route.Route;

/** A request that begins on a connection which a session holds, as listeners hear of it. */
public final class PartStart {

  private PartStart() {}

  /** Of a route that the connection runs. */
  public static StartedPart of(Held held, Route route, boolean ofLibrary) {
    return held.loan().request(route, held.inTransaction, ofLibrary);
  }
}
