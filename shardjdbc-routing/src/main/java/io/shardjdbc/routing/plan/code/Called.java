package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.sql.Expr;
import java.util.List;

/**
 * A function that a statement may call.
 *
 * @param how what calls it, for messages: {@code "function f"}, {@code "operator ~ by function f"}
 * @param reach what it touches, as far as nothing is promised of it
 * @param promised whether something is
 * @param arguments what it is given, as far as that is known
 */
record Called(String how, Routine routine, Reach reach, boolean promised, List<Expr> arguments) {

  String saying(String opaque) {
    return "calls " + routine.name() + ", which " + opaque;
  }
}
