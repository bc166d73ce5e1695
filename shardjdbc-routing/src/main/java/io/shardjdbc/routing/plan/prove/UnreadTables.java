package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tables that a statement names and never reads, as in a common table that nothing refers to.
 *
 * <p>No row of them counts, but the server that runs the statement has to know their names. So
 * those that live on one shard alone are taken for read.
 */
public final class UnreadTables {

  private UnreadTables() {}

  /** Adds them to what is known of the statement. */
  public static void add(Analyzer analyzer, Node statement) {
    Set<String> common = new HashSet<>();
    collectCommonTables(statement, common);
    if (!common.isEmpty()) {
      add(analyzer, statement, common);
    }
  }

  private static void collectCommonTables(Node node, Set<String> names) {
    if (node instanceof Query.CommonTable table) {
      names.add(table.name());
    }
    node.children().forEach(child -> collectCommonTables(child, names));
  }

  private static void add(Analyzer analyzer, Node node, Set<String> common) {
    if (node instanceof FromItem.Table table
        && !(table.name().parts().size() == 1 && common.contains(table.name().last()))
        && isOfOneShard(table, analyzer.tables())
        && !isKnown(table, analyzer.analysis().tables())) {
      analyzer.analysis().tables().add(analyzer.variable(table));
    }
    node.children().forEach(child -> add(analyzer, child, common));
  }

  private static boolean isOfOneShard(FromItem.Table node, Tables tables) {
    List<String> name = Tables.local(node.name());
    Optional<Table> table =
        Tables.isSystem(name) ? Optional.empty() : tables.configuration().table(name);
    return table.orElse(null) instanceof Table.Single;
  }

  @SuppressWarnings("ReferenceEquality") // that place in the text, not one that reads alike
  private static boolean isKnown(FromItem.Table node, List<TableVariable> known) {
    return known.stream().anyMatch(variable -> variable.node() == node);
  }
}
