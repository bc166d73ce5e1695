package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.catalog.UserCode;
import io.shardjdbc.routing.sql.Expr;
import java.util.List;

/**
 * Refuses statements that may mean a comparison of the user's own where they seem to mean
 * PostgreSQL's: {@code CREATE OPERATOR app.= (bigint, bigint)}.
 *
 * <p>Rows are found, merged and joined by what PostgreSQL's comparisons mean. Which one a server
 * takes goes by the search path, of which a plan knows nothing. So, as with functions, an operator
 * counts wherever the types of the operands allow that it is meant.
 */
final class OwnComparisons {

  private OwnComparisons() {}

  static void check(Mentions mentions, TypeGroups types, UserCode code) {
    for (UserCode.Comparison own : code.comparisons()) {
      for (Mentions.Operator used : mentions.operators()) {
        if (used.sign().equals(own.sign()) && mayMean(used.operands(), own, types)) {
          throw new RoutingException(
              ErrorCode.COMPARISON_REPLACED, own.sign(), own.left(), own.right());
        }
      }
    }
  }

  private static boolean mayMean(List<Expr> operands, UserCode.Comparison own, TypeGroups types) {
    return operands.size() != 2
        || (!types.differ(operands.get(0), own.left())
            && !types.differ(operands.get(1), own.right()));
  }
}
