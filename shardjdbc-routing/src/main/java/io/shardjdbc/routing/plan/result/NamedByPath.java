package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Utility;
import java.util.Collection;
import java.util.List;

/**
 * A plan of a statement that names a table without its schema, where tables of that name are
 * declared in several.
 *
 * <p>It is planned as about the one in {@code public}. A session that has set a search path may
 * mean another.
 */
public record NamedByPath(Plan plan) implements PlanAround {

  /** The plan, or one that is for sessions without a search path of their own. */
  public static Plan over(Plan plan, Node statement, Tables tables) {
    return !tables.isAlone() && isIn(statement, tables.configuration().tables().values())
        ? new NamedByPath(plan)
        : plan;
  }

  private static boolean isIn(Node node, Collection<Table> declared) {
    boolean here =
        node instanceof FromItem.Table table
            ? isOfSeveral(table.name(), declared)
            : node instanceof Utility utility
                && utility.tables().stream().anyMatch(name -> isOfSeveral(name, declared));
    return here || node.anyChild(child -> isIn(child, declared));
  }

  private static boolean isOfSeveral(Name name, Collection<Table> declared) {
    return name.parts().size() == 1
        && declared.stream().filter(t -> last(t.name()).equals(name.last())).limit(2).count() > 1;
  }

  private static String last(List<String> name) {
    return name.get(name.size() - 1);
  }

  @Override
  public boolean namesViewsByPath() {
    return true;
  }
}
