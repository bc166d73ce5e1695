package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks into aggregates of users, which any one server can compute that has all their rows. */
public final class OwnAggregates {

  private OwnAggregates() {}

  /**
   * What an aggregate does that a call means; empty where it may mean something else, and where the
   * functions that make the aggregate touch tables: another server has other rows there.
   */
  public static Optional<Volatility> volatility(Expr.Call call, Tables tables) {
    List<Routine> meant = tables.catalog().userCode().named(call.name().last());
    boolean certain =
        !meant.isEmpty()
            && !Functions.isBuiltIn(call)
            && meant.stream().allMatch(routine -> routine.kind() == 'a');
    if (!certain) {
      return Optional.empty();
    }
    // Who says that a function needs its shard's rows alone says that it reads them.
    Reaches reaches =
        new Reaches(tables.configuration(), tables.catalog(), statement -> Set.of(), false);
    Reach reach = Reach.either(meant.stream().map(reaches::of).toList());
    if (reach.touchesTables()) {
      return Optional.empty();
    }
    return Optional.of(reach.own() ? Volatility.VOLATILE : Volatility.IMMUTABLE);
  }
}
