package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.CommonNames;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.List;
import java.util.Optional;

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
    if (hasCommonTable(statement)) {
      add(analyzer, statement, CommonNames.in(statement));
    }
  }

  private static boolean hasCommonTable(Node node) {
    return node instanceof Query.CommonTable || node.anyChild(UnreadTables::hasCommonTable);
  }

  private static void add(Analyzer analyzer, Node node, CommonNames common) {
    if (node instanceof FromItem.Table table
        && !common.has(table)
        && isOfOneShard(table, analyzer.tables())
        && !isKnown(table, analyzer.analysis().tables())) {
      analyzer.analysis().tables().add(analyzer.variable(table));
    }
    node.eachChild(child -> add(analyzer, child, common));
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
