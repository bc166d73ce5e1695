package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.CountedColumn;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.number.CountedText.Slot;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that an INSERT of VALUES, or of DEFAULT VALUES, takes from sequences, and its text
 * with a place for each of them.
 *
 * <p>The places are in the order in which one server would have called {@code nextval}: row after
 * row, in several rows first what is written and then the defaults that are not; in a single row
 * column after column of the table.
 */
public final class NumberedRows {

  /** A piece of text that takes the place of another, with slots in it. */
  public record Change(Span span, List<Object> pieces) {}

  /** Where in its row a number is taken. */
  private record Placed(int order, Slot slot) {}

  private final Sequences sequences;
  private final Insert insert;
  private final List<String> columns;
  private final @Nullable ShardId only;
  private final Map<String, CountedColumn> counted = new HashMap<>();
  private final Map<String, CountedText> defaults = new HashMap<>();
  private final List<String> order;
  private final List<String> added = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private boolean overridesSystem;

  private final @Nullable PositionedNumbers positioned;

  private NumberedRows(
      Sequences sequences, Insert insert, @Nullable ShardId only, Optional<TableShape> table) {
    this.sequences = sequences;
    this.insert = insert;
    this.only = only;
    this.order =
        table.stream().flatMap(shape -> shape.columns().stream()).map(ColumnShape::name).toList();
    this.columns = columns(insert, order);
    this.positioned =
        table
            .flatMap(TableShape::carrier)
            .map(carrier -> new PositionedNumbers(carrier, columns))
            .orElse(null);
    for (CountedColumn column : sequences.counted(insert.target())) {
      CountedText text = CountedText.ofDefault(column.expression(), sequences);
      if (text != null && !text.isOn(only)) {
        counted.put(column.name(), column);
        defaults.put(column.name(), text);
      }
    }
  }

  /**
   * @param target the declaration of the table
   * @param shape empty where it is not known
   * @return null where it takes no numbers, or not in a way that is certain
   */
  public static @Nullable NumberedRows of(
      Sequences sequences, Insert insert, Table target, Optional<TableShape> shape) {
    ShardId only = target instanceof Table.Single single ? single.shard() : null;
    NumberedRows rows = new NumberedRows(sequences, insert, only, shape);
    if (rows.leavesIdentity()) {
      return null;
    }
    boolean found = insert.source() == null ? rows.defaults() : rows.values();
    return found && !rows.slots.isEmpty() ? rows : null;
  }

  /** Whether OVERRIDING USER VALUE is said of an identity column that the server counts itself. */
  private boolean leavesIdentity() {
    return "user".equals(insert.overriding())
        && sequences.counted(insert.target()).stream()
            .anyMatch(column -> column.identity() && !counted.containsKey(column.name()));
  }

  /** The numbers' places, in the order in which they are taken. */
  public List<Slot> slots() {
    return slots;
  }

  public List<Change> changes() {
    return changes;
  }

  private static List<String> columns(Insert insert, List<String> all) {
    if (!insert.columns().isEmpty()) {
      return insert.columns();
    }
    List<Expr.Row> rows = rows(insert);
    int given = rows == null ? 0 : rows.get(0).items().size();
    return all.subList(0, Math.min(given, all.size()));
  }

  /** The rows of a plain VALUES; null for any other source. */
  public static @Nullable List<Expr.Row> rows(Insert insert) {
    Query source = insert.source();
    return source != null
            && source.body() instanceof Query.Values values
            && source.with() == null
            && source.orderBy().isEmpty()
            && source.limitSpan() == null
        ? values.rows()
        : null;
  }

  private boolean defaults() {
    if (counted.isEmpty()) {
      return false;
    }
    List<Object> row = new ArrayList<>(List.of(" VALUES ("));
    for (String name : order) {
      CountedColumn column = counted.get(name);
      if (column != null) {
        CountedText text = take(name);
        row.add(added.isEmpty() ? "" : ", ");
        row.addAll(text.pieces());
        slots.addAll(text.slots());
        added.add(name);
      }
    }
    row.add(")");
    row.addAll(0, head());
    int end =
        insert.onConflict() != null
            ? insert.onConflict().span().start()
            : insert.returningSpan() != null ? insert.returningSpan().start() : insert.span().end();
    row.add(" ");
    changes.add(new Change(new Span(insert.target().span().end(), end), row));
    return true;
  }

  private boolean values() {
    List<Expr.Row> rows = rows(insert);
    if (rows == null || rows.stream().anyMatch(row -> row.items().size() != columns.size())) {
      return false;
    }
    if (isRefusedByServer(rows)) {
      return false;
    }
    order.stream()
        .filter(name -> counted.containsKey(name) && !columns.contains(name))
        .forEach(added::add);
    for (Expr.Row row : rows) {
      List<Placed> placed = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        CountedText text = item(columns.get(i), row, i);
        if (text != null && !text.isOn(only)) {
          changes.add(new Change(row.items().get(i).span(), text.pieces()));
          place(text, rows.size() > 1 ? i : order.indexOf(columns.get(i)), placed);
        }
      }
      List<Object> rest = new ArrayList<>();
      for (String name : added) {
        CountedText text = take(name, row);
        rest.add(", ");
        rest.addAll(text.pieces());
        place(text, order.indexOf(name) + (rows.size() > 1 ? columns.size() : 0), placed);
      }
      int end = row.span().end() - 1;
      changes.add(new Change(new Span(end, end), rest));
      placed.sort(Comparator.comparingInt(Placed::order));
      placed.forEach(p -> slots.add(p.slot()));
    }
    if (!added.isEmpty() || overridesSystem || insert.overriding() != null) {
      int start = insert.target().span().end();
      int end = rows.get(0).span().start();
      List<Object> head = head();
      head.add(" VALUES ");
      changes.add(new Change(new Span(start, end), head));
    }
    return true;
  }

  private static void place(CountedText text, int order, List<Placed> placed) {
    text.slots().forEach(slot -> placed.add(new Placed(order, slot)));
  }

  /** A column that is GENERATED ALWAYS takes no value, but for the word DEFAULT in every row. */
  private boolean isRefusedByServer(List<Expr.Row> rows) {
    if (insert.overriding() != null) {
      return false;
    }
    for (int i = 0; i < columns.size(); i++) {
      CountedColumn column = counted.get(columns.get(i));
      int at = i;
      if (column != null
          && column.always()
          && !rows.stream().allMatch(row -> isDefault(row.items().get(at)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDefault(Expr e) {
    return e instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.DEFAULT;
  }

  private @Nullable CountedText item(String name, Expr.Row row, int i) {
    Expr given = row.items().get(i);
    CountedColumn column = counted.get(name);
    boolean ignored = column != null && column.identity() && "user".equals(insert.overriding());
    if (column != null && (ignored || isDefault(given))) {
      return take(name, row);
    }
    return CountedText.of(given, sequences);
  }

  private CountedText take(String name, Expr.Row row) {
    CountedText text = take(name);
    return positioned != null && positioned.carrier().column().equals(name)
        ? positioned.id(text, row)
        : text;
  }

  private CountedText take(String name) {
    CountedColumn column = counted.get(name);
    CountedText text = defaults.get(name);
    if (column == null || text == null) {
      throw new IllegalStateException("column " + name + " is not counted");
    }
    overridesSystem |= column.always();
    return text.again();
  }

  /** What stands between the name of the table and the rows. */
  private List<Object> head() {
    List<Object> head = new ArrayList<>();
    String rest = added.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    Span list = insert.columnsSpan();
    if (list != null) {
      head.add(" ");
      head.add(new Span(list.start(), list.end() - 1));
      head.add(rest.isEmpty() ? ")" : ", " + rest + ")");
    } else {
      head.add(
          Stream.concat(columns.stream(), added.stream())
              .map(Identifiers::quote)
              .collect(Collectors.joining(", ", " (", ")")));
    }
    if (overridesSystem || insert.overriding() != null) {
      head.add(" OVERRIDING SYSTEM VALUE");
    }
    return head;
  }
}
