package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The names under which a query may have floating-point numbers, whose sums go by the order in
 * which they are added.
 *
 * <p>It goes by names: a name that is a number with a fraction anywhere in the query counts as one
 * everywhere. What is certainly none is left out.
 */
public final class FloatColumns {

  private static final Set<String> TYPES =
      Set.of("float4", "float8", "real", "double precision", "float", "double");

  /** Functions that give floating-point numbers, whatever they are given. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "acos",
          "asin",
          "atan",
          "atan2",
          "cbrt",
          "cos",
          "cosd",
          "cosh",
          "cot",
          "date_part",
          "degrees",
          "exp",
          "ln",
          "log",
          "pi",
          "power",
          "pow",
          "radians",
          "random",
          "sin",
          "sind",
          "sinh",
          "sqrt",
          "tan",
          "tand",
          "tanh",
          "ts_rank",
          "ts_rank_cd",
          "similarity",
          "word_similarity",
          "percent_rank",
          "cume_dist",
          "to_jsonb");

  private final Function<FromItem.Table, Optional<TableShape>> shapes;
  private final Set<String> names = new HashSet<>();

  private FloatColumns(Function<FromItem.Table, Optional<TableShape>> shapes) {
    this.shapes = shapes;
  }

  /** Of a query, by what a catalogue knows of its tables. */
  public static FloatColumns of(Query query, Catalog catalog) {
    return in(List.of(query), table -> catalog.table(Tables.local(table.name())));
  }

  /**
   * Of all tables, and of what the queries below make of their columns.
   *
   * @param shapes what is known of a table
   */
  public static FloatColumns in(
      List<? extends Node> nodes, Function<FromItem.Table, Optional<TableShape>> shapes) {
    FloatColumns floats = new FloatColumns(shapes);
    nodes.forEach(floats::tables);
    int before;
    do {
      before = floats.names.size();
      nodes.forEach(floats::renamed);
    } while (floats.names.size() > before);
    return floats;
  }

  private void tables(Node node) {
    if (node instanceof FromItem.Table table) {
      List<String> renamed = table.alias() == null ? List.of() : table.alias().columns();
      List<ColumnShape> columns = shapes.apply(table).map(TableShape::columns).orElse(List.of());
      for (int i = 0; i < columns.size(); i++) {
        if (TYPES.contains(columns.get(i).type())) {
          names.add(i < renamed.size() ? renamed.get(i) : columns.get(i).name());
        }
      }
    }
    node.eachChild(this::tables);
  }

  private void renamed(Node node) {
    if (node instanceof Query.SelectItem item && item.alias() != null && mayBeIn(item.value())) {
      names.add(item.alias());
    } else if (node instanceof FromItem.Derived derived
        && derived.alias() != null
        && mayBeIn(derived.query())) {
      names.addAll(derived.alias().columns());
    } else if (node instanceof Query.CommonTable table && mayBeIn(table)) {
      names.addAll(table.columns());
    }
    node.eachChild(this::renamed);
  }

  /** Whether such a number may stand in an expression. */
  boolean mayBeIn(Node node) {
    boolean here =
        (node instanceof Expr.Column column
                && (column.star() ? !names.isEmpty() : names.contains(column.name().last())))
            || (node instanceof Expr.Field field && names.contains(field.field()))
            || (node instanceof Expr.Cast cast && TYPES.contains(cast.type().name().last()))
            || (node instanceof Expr.Call call && FUNCTIONS.contains(call.name().last()));
    return here || node.anyChild(this::mayBeIn);
  }
}
