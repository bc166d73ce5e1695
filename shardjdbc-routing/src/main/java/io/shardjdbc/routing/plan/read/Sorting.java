package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.prove.ValueShape;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge.SortKey;
import io.shardjdbc.routing.route.Merge.TextOrder;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds each ORDER BY item among the columns that the shards return, or has it returned, hidden
 * behind the caller's columns.
 */
final class Sorting {

  private final ParsedSql parsed;
  private final Query query;
  private final Query.@Nullable Select select;
  private final List<Expr> hidden = new ArrayList<>();
  private final List<SortKey> keys = new ArrayList<>();
  private final Objections against = new Objections();
  private boolean certain = true;

  /**
   * Refused where an item cannot be placed.
   *
   * @param select the query's block; null for a set operation, which sorts by its output alone
   * @param scope what the names in that block mean; null for a set operation
   */
  static Found<Sorting> of(
      ParsedSql parsed,
      Query query,
      Query.@Nullable Select select,
      @Nullable Scope scope,
      Origins origins) {
    Sorting sorting = new Sorting(parsed, query, select, scope, origins);
    return sorting.against.unless(() -> sorting);
  }

  private Sorting(
      ParsedSql parsed,
      Query query,
      Query.@Nullable Select select,
      @Nullable Scope scope,
      Origins origins) {
    this.parsed = parsed;
    this.query = query;
    this.select = select;
    List<Place> found = new ArrayList<>();
    for (Query.SortItem item : query.orderBy()) {
      if (item.using() != null) {
        against.add(ErrorCode.UNSUPPORTED_CLAUSE, "ORDER BY USING");
      }
      found.add(find(item));
    }
    for (int i = 0; i < found.size(); i++) {
      Query.SortItem item = query.orderBy().get(i);
      certain &= KnownTypes.isSorted(found.get(i).value(), scope, origins);
      keys.add(
          new SortKey(
              found.get(i).column(hidden.size()),
              item.descending(),
              nullsFirst(item),
              item.value().span().of(parsed.sql()),
              textOrder(found.get(i).value(), scope, origins)));
    }
  }

  private static boolean nullsFirst(Query.SortItem item) {
    return switch (item.nulls()) {
      case FIRST -> true;
      case LAST -> false;
      case DEFAULT -> item.descending();
    };
  }

  private static TextOrder textOrder(@Nullable Expr value, @Nullable Scope scope, Origins origins) {
    if (value == null || scope == null) {
      return TextOrder.UNKNOWN;
    }
    ValueShape shape = ValueShape.of(value, scope, origins);
    if (shape.byteOrder()) {
      return TextOrder.BYTES;
    }
    boolean text =
        value instanceof Expr.Collate || (value instanceof Expr.Column && isText(shape.type()));
    return text ? TextOrder.COLLATED : TextOrder.UNKNOWN;
  }

  private static boolean isText(String sqlType) {
    return sqlType.equals("text") || sqlType.startsWith("character");
  }

  /** The expressions of the hidden columns. */
  List<Expr> hidden() {
    return hidden;
  }

  List<SortKey> keys() {
    return keys;
  }

  /** Whether Java certainly has the order of all of them. */
  boolean isCertain() {
    return certain;
  }

  int hiddenColumns() {
    return hidden.size();
  }

  /** Where an item is: from the left, from the right of the caller's columns, or hidden. */
  private record Place(int fromLeft, int fromRight, int hiddenIndex, @Nullable Expr value) {
    int column(int hiddenCount) {
      if (fromLeft > 0) {
        return fromLeft;
      }
      return fromRight > 0 ? -(hiddenCount + fromRight) : -(hiddenCount - hiddenIndex);
    }
  }

  private Place find(Query.SortItem item) {
    int position = Positions.number(item.value());
    if (position > 0) {
      Query.SelectItem numbered = select == null ? null : Positions.item(item.value(), select);
      return new Place(position, 0, 0, numbered == null ? null : numbered.value());
    }
    if (select == null) {
      return outputOfCombined(item);
    }
    List<Query.SelectItem> items = select.items();
    int index = named(item.value(), items);
    if (index < 0) {
      index = same(item.value(), items);
    }
    if (index >= 0) {
      Place visible = visible(items, index);
      return visible != null ? visible : hide(items.get(index).value());
    }
    if (select.distinct() != Query.Distinct.NONE && !hasStar(items)) {
      against.add(
          ErrorCode.UNSUPPORTED_CLAUSE,
          "ORDER BY of an expression that is not in the list of SELECT DISTINCT");
    }
    if (select.distinct() != Query.Distinct.NONE) {
      against.add(ErrorCode.UNSUPPORTED_CLAUSE, "SELECT DISTINCT * with ORDER BY");
    }
    return hide(item.value());
  }

  private Place hide(Expr value) {
    hidden.add(value);
    return new Place(0, 0, hidden.size() - 1, value);
  }

  /** A bare name means the output column of that name, before any input column. */
  private static int named(Expr value, List<Query.SelectItem> items) {
    if (!(value instanceof Expr.Column column) || column.name().parts().size() > 1) {
      return -1;
    }
    int found = -1;
    for (int i = 0; i < items.size(); i++) {
      if (!Positions.isStar(items.get(i).value())
          && column.name().last().equals(Positions.outputName(items.get(i)))) {
        if (found >= 0) {
          return found;
        }
        found = i;
      }
    }
    return found;
  }

  private int same(Expr value, List<Query.SelectItem> items) {
    String text = value.span().of(parsed.sql());
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i).value().span().of(parsed.sql()).equals(text)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean hasStar(List<Query.SelectItem> items) {
    return items.stream().anyMatch(item -> Positions.isStar(item.value()));
  }

  private static @Nullable Place visible(List<Query.SelectItem> items, int index) {
    if (!hasStar(items.subList(0, index))) {
      return new Place(index + 1, 0, 0, items.get(index).value());
    }
    return hasStar(items.subList(index, items.size()))
        ? null
        : new Place(0, items.size() - index, 0, items.get(index).value());
  }

  private Place outputOfCombined(Query.SortItem item) {
    Query leftmost = query;
    while (leftmost.body() instanceof Query.SetOperation operation) {
      leftmost = operation.left();
    }
    if (leftmost.body() instanceof Query.Nested nested) {
      leftmost = nested.query();
    }
    if (leftmost.body() instanceof Query.Select first && !hasStar(first.items())) {
      int index = named(item.value(), first.items());
      if (index >= 0) {
        return new Place(index + 1, 0, 0, null);
      }
    }
    against.add(
        ErrorCode.UNSUPPORTED_CLAUSE, "ORDER BY of a set operation by a column we cannot place");
    return new Place(1, 0, 0, null);
  }

  /** What has to change in the text so that the hidden columns are returned. */
  List<Edit> edits() {
    if (hidden.isEmpty() || select == null) {
      return List.of();
    }
    List<Object> pieces = new ArrayList<>();
    Span list = select.itemsSpan();
    if (select.table()) {
      pieces.add("SELECT *");
    }
    for (int i = 0; i < hidden.size(); i++) {
      pieces.add(select.items().isEmpty() && i == 0 ? " (" : ", (");
      pieces.add(hidden.get(i).span());
      pieces.add(") AS \"shardjdbc:" + (i + 1) + "\"");
    }
    if (select.table()) {
      pieces.add(" FROM ");
      return List.of(
          new Edit(new Span(select.span().start(), select.from().get(0).span().start()), pieces));
    }
    return List.of(new Edit(new Span(list.end(), list.end()), pieces));
  }
}
