package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.catalog.UserCode.Place;
import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments of a call at the places of the parameters that they are for. */
final class Placed {

  private Placed() {}

  /**
   * What a function is given, in the order of its parameters, up to the first one that it is not
   * given: arguments may be named, and those that come out have a place in a CALL, or as parameters
   * of the driver's.
   */
  static List<Expr> of(Expr.Call call, Routine routine) {
    boolean all = routine.kind() == 'p' || call.arguments().size() > routine.parameters().size();
    if (call.names().isEmpty() && routine.in().places().stream().allMatch(Place::in)) {
      return call.arguments();
    }
    List<Place> places = routine.in().places().stream().filter(place -> all || place.in()).toList();
    List<Expr> placed = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      if (places.get(i).in()) {
        Expr given = given(call, places.get(i).name(), i);
        if (given == null) {
          break;
        }
        placed.add(given);
      }
    }
    return placed;
  }

  private static @Nullable Expr given(Expr.Call call, String name, int place) {
    for (int i = 0; i < call.arguments().size(); i++) {
      String by = i < call.names().size() ? call.names().get(i) : "";
      if (by.isEmpty() ? i == place : by.equals(name)) {
        return call.arguments().get(i);
      }
    }
    return null;
  }
}
