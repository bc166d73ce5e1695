package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;

/**
 * A call that no server can answer, and that becomes a marker for what is found out first.
 *
 * @param item whether it is an item of a list without a name, which is that of the function
 */
record AskedCall(Expr.Call call, boolean item) {

  /**
   * @param parent what the call stands in
   */
  static AskedCall in(Node parent, Expr.Call call) {
    return new AskedCall(call, parent instanceof Query.SelectItem item && item.alias() == null);
  }

  /**
   * The calls as markers.
   *
   * @param before how many numbers come before theirs
   */
  static List<Edit> edits(List<AskedCall> calls, int before) {
    List<Edit> edits = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      AskedCall asked = calls.get(i);
      edits.add(
          Edit.replace(
              asked.call().span(),
              new Template.Marker(-(before + i + 1)),
              asked.item() ? "::int8 AS " + asked.call().name().last() : "::int8"));
    }
    return edits;
  }
}
