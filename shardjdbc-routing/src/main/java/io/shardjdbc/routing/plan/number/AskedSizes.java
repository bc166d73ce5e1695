package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Numbering.Size;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a statement that ask how much room a relation takes which it names, or the database.
 * Each shard has a part; so they become markers for the sum. Of copies one counts.
 */
final class AskedSizes {

  private static final Set<String> OF_RELATIONS =
      Set.of("pg_relation_size", "pg_total_relation_size", "pg_table_size", "pg_indexes_size");

  private record Asked(AskedCall call, Size size) {}

  private final List<Asked> calls = new ArrayList<>();

  private AskedSizes() {}

  static AskedSizes none() {
    return new AskedSizes();
  }

  static AskedSizes of(Node statement, Tables tables) {
    AskedSizes sizes = new AskedSizes();
    sizes.collect(statement, tables);
    return sizes;
  }

  private void collect(Node node, Tables tables) {
    node.eachChild(child -> collect(child, node, tables));
  }

  private void collect(Node child, Node parent, Tables tables) {
    boolean inFrom = parent instanceof FromItem; // where a marker cannot stand
    Size size = !inFrom && child instanceof Expr.Call call ? size(call, tables) : null;
    if (size == null) {
      collect(child, tables);
    } else {
      calls.add(new Asked(AskedCall.in(parent, (Expr.Call) child), size));
    }
  }

  private static @Nullable Size size(Expr.Call call, Tables tables) {
    String name = call.name().last();
    boolean asks = OF_RELATIONS.contains(name) || name.equals("pg_database_size");
    if (!asks || !Functions.isBuiltIn(call) || call.arguments().isEmpty()) {
      return null;
    }
    Expr first = call.arguments().get(0);
    if (name.equals("pg_database_size")) {
      boolean own =
          first instanceof Expr.Call database
              && Functions.isBuiltIn(database)
              && database.name().last().equals("current_database");
      return own ? new Size("SELECT pg_database_size(current_database())", null, false) : null;
    }
    String relation = Sequences.text(first);
    String fork = call.arguments().size() == 2 ? Sequences.text(call.arguments().get(1)) : "";
    if (relation == null || fork == null || call.arguments().size() > 2) {
      return null;
    }
    List<Table> behind = Identifiers.find(relation.strip()).map(tables::behind).orElse(List.of());
    if (behind.size() != 1) {
      return null;
    }
    String more = fork.isEmpty() ? "" : ", " + quoted(fork);
    String query = "SELECT " + name + "(to_regclass(" + quoted(relation) + ")" + more + ")";
    Table table = behind.get(0);
    return new Size(
        query,
        table instanceof Table.Single single ? single.shard() : null,
        table instanceof Table.Reference);
  }

  private static String quoted(String text) {
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  List<Size> sizes() {
    return calls.stream().map(Asked::size).toList();
  }

  /**
   * The calls as markers.
   *
   * @param before how many numbers come before theirs
   */
  List<Edit> edits(int before) {
    return AskedCall.edits(calls.stream().map(Asked::call).toList(), before);
  }
}
