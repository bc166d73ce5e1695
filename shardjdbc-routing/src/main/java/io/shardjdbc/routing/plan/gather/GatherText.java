package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has to change in a text, beside the names in FROM, where a copy differs from the table: it
 * is in no schema, and it has no primary key.
 *
 * <p>{@code app.posts.body} becomes {@code "posts"."body"}. And where GROUP BY has a table's
 * primary key, PostgreSQL lets its other columns be used without naming them; over a copy, they are
 * named, which groups the same rows.
 */
final class GatherText {

  /** Types that have no equality to group by. */
  private static final Set<String> UNGROUPABLE =
      Set.of(
          "json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle", "jsonpath");

  private final Objections against;
  private final Map<List<String>, String> labels = new LinkedHashMap<>();
  private final List<TableVariable> copies = new ArrayList<>();
  private final Map<TableVariable, List<String>> columns = new LinkedHashMap<>();

  GatherText(Objections against) {
    this.against = against;
  }

  /**
   * Notes a place in FROM that a copy takes.
   *
   * @param copied the table's columns that the copy has, as the table calls them
   */
  void add(TableVariable table, List<String> copied) {
    if (table.node().alias() == null) {
      for (TableVariable other : copies) {
        if (other.node().alias() == null
            && other.label().equals(table.label())
            && !other.table().equals(table.table())) {
          against.add(ErrorCode.UNSUPPORTED_CLAUSE, "tables of one name in two schemas");
        }
      }
    }
    copies.add(table);
    columns.put(table, copied);
    if (table.node().alias() == null) {
      labels.put(table.node().name().parts(), table.label());
    }
  }

  List<Edit> edits(Node statement, List<Analysis.Group> groups) {
    List<Edit> edits = new ArrayList<>();
    unqualify(statement, edits);
    Set<Query.Select> done = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Analysis.Group group : groups) {
      if (done.add(group.select())) {
        spellOut(group, edits);
      }
    }
    return edits;
  }

  private void unqualify(Node node, List<Edit> edits) {
    if (node instanceof Expr.Column column) {
      List<String> parts = column.name().parts();
      List<String> qualifier = column.star() ? parts : parts.subList(0, parts.size() - 1);
      String label = qualifier.size() > 1 ? label(qualifier) : null;
      if (label != null) {
        String name = column.star() ? "*" : Identifiers.quote(column.name().last());
        edits.add(Edit.replace(column.span(), Identifiers.quote(label) + "." + name));
      }
    }
    node.eachChild(child -> unqualify(child, edits));
  }

  /** Without a schema in FROM, the one in the column's name is whichever the path has found. */
  private @Nullable String label(List<String> qualifier) {
    String exact = labels.get(qualifier);
    return exact != null
        ? exact
        : labels.get(qualifier.subList(qualifier.size() - 1, qualifier.size()));
  }

  private void spellOut(Analysis.Group group, List<Edit> edits) {
    List<Query.Grouping> groupings = group.select().groupBy();
    if (groupings.stream().anyMatch(g -> g.kind() != Query.GroupingKind.PLAIN)) {
      return;
    }
    StringBuilder more = new StringBuilder();
    for (TableVariable table : copies) {
      TableShape shape = table.shape().orElse(null);
      if (shape != null
          && !shape.primaryKey().isEmpty()
          && shape.primaryKey().stream().allMatch(key -> groups(group, table, shape, key))
          && group.select().from().stream().anyMatch(item -> has(item, table.node()))) {
        append(more, group, table, shape);
      }
    }
    if (!more.isEmpty()) {
      int end = groupings.get(groupings.size() - 1).span().end();
      edits.add(Edit.insert(end, more.toString()));
    }
  }

  private void append(
      StringBuilder more, Analysis.Group group, TableVariable table, TableShape shape) {
    for (ColumnShape column : shape.columns()) {
      boolean groupable = !UNGROUPABLE.contains(column.type().replaceFirst("^_", ""));
      if (groupable
          && columns.getOrDefault(table, List.of()).contains(column.name())
          && !groups(group, table, shape, column.name())) {
        more.append(", ")
            .append(Identifiers.quote(table.label()))
            .append('.')
            .append(Identifiers.quote(shown(table, shape, column.name())));
      }
    }
  }

  private static boolean groups(
      Analysis.Group group, TableVariable table, TableShape shape, String column) {
    return group.columns().contains(new ColumnId(table.id(), shown(table, shape, column)));
  }

  private static String shown(TableVariable table, TableShape shape, String column) {
    List<String> names = table.columns();
    for (int i = 0; names != null && i < names.size(); i++) {
      if (shape.columns().get(i).name().equals(column)) {
        return names.get(i);
      }
    }
    return column;
  }

  private static boolean has(FromItem item, FromItem.Table table) {
    if (item instanceof FromItem.Join join) {
      return join.alias() == null && (has(join.left(), table) || has(join.right(), table));
    }
    return item == table;
  }
}
