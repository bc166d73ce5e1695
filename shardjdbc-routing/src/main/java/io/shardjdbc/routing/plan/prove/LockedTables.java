package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables whose rows the locking clauses of a statement lock.
 *
 * <p>A clause reaches what stands in FROM of its own query, into sub-queries there, and neither
 * into those of conditions nor into WITH. An OF restricts it to the items it names.
 */
public final class LockedTables {

  private final List<FromItem.Table> found = new ArrayList<>();

  private LockedTables() {}

  public static List<FromItem.Table> in(Node statement) {
    LockedTables locked = new LockedTables();
    locked.visit(statement);
    return locked.found;
  }

  private void visit(Node node) {
    if (node instanceof Query query) {
      for (Query.Locking locking : query.locking()) {
        body(query.body(), locking.of().stream().map(Name::last).toList());
      }
    }
    node.eachChild(this::visit);
  }

  private void body(Query.Body body, List<String> of) {
    if (body instanceof Query.Select select) {
      select.from().forEach(item -> item(item, of));
    } else if (body instanceof Query.Nested nested) {
      body(nested.query().body(), of);
    }
  }

  /**
   * @param of the labels that are meant; empty for all
   */
  private void item(FromItem item, List<String> of) {
    if (item instanceof FromItem.Table table && (of.isEmpty() || of.contains(table.label()))) {
      found.add(table);
    } else if (item instanceof FromItem.Derived derived
        && (of.isEmpty() || isNamed(derived.alias(), of))) {
      body(derived.query().body(), List.of());
    } else if (item instanceof FromItem.Join join) {
      List<String> inside = isNamed(join.alias(), of) ? List.of() : of;
      item(join.left(), inside);
      item(join.right(), inside);
    }
  }

  private static boolean isNamed(FromItem.@Nullable Alias alias, List<String> of) {
    return alias != null && of.contains(alias.name());
  }
}
