package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.CommonNames;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Utility;
import java.util.List;

/**
 * A plan of a statement that names a table without its schema, where tables of that name are
 * declared in several, or one that is not declared may be a view or a partition in some schema, of
 * rows that lie elsewhere than on the default shard.
 *
 * <p>It is planned as about the one in {@code public}. A session that has set a search path may
 * mean another.
 */
public record NamedByPath(Plan plan) implements PlanAround {

  /** The plan, or one that is for sessions without a search path of their own. */
  public static Plan over(Plan plan, Node statement, Tables tables) {
    return !tables.isAlone() && isIn(statement, tables, CommonNames.in(statement))
        ? new NamedByPath(plan)
        : plan;
  }

  private static boolean isIn(Node node, Tables tables, CommonNames common) {
    boolean here =
        node instanceof FromItem.Table table
            ? !common.has(table) && mayBeAnother(table.name(), tables)
            : node instanceof Utility utility
                && utility.tables().stream().anyMatch(name -> mayBeAnother(name, tables));
    return here || node.anyChild(child -> isIn(child, tables, common));
  }

  private static boolean mayBeAnother(Name name, Tables tables) {
    if (name.parts().size() > 1) {
      return false;
    }
    RoutingConfiguration configuration = tables.configuration();
    long declared =
        configuration.tables().values().stream()
            .filter(table -> last(table.name()).equals(name.last()))
            .limit(2)
            .count();
    return declared > 1
        || (declared == 0
            && configuration.defaultShard().isPresent()
            && !Tables.isSystem(Tables.local(name))
            && tables.catalog().namesakes(name.last()).stream()
                .anyMatch(one -> isElsewhere(one, tables, configuration.defaultShard().get())));
  }

  private static boolean isElsewhere(List<String> name, Tables tables, ShardId usual) {
    return !(tables.find(name).orNull() instanceof Table.Single single)
        || !single.shard().equals(usual);
  }

  private static String last(List<String> name) {
    return name.get(name.size() - 1);
  }

  @Override
  public boolean namesViewsByPath() {
    return true;
  }
}
