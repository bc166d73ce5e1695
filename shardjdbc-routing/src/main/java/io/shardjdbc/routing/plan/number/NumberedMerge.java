package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.catalog.Catalog.CountedColumn;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.CountedText.Slot;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.MergeInto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that the INSERT of a MERGE takes from sequences for each row that it inserts.
 *
 * @param when the clause
 * @param columns the columns of the INSERT, those that it left to their defaults added
 * @param values what they get: spans and expressions of the statement, or pieces around numbers
 * @param order the places of the numbers, as one server takes them
 * @param always whether one of the columns is GENERATED ALWAYS
 */
public record NumberedMerge(
    MergeInto.When when,
    List<String> columns,
    List<CountedText> values,
    List<CountedText> order,
    boolean always) {

  public NumberedMerge {
    columns = List.copyOf(columns);
    values = List.copyOf(values);
    order = List.copyOf(order);
  }

  /** Null where it takes none, or not in a way that is certain. */
  public static @Nullable NumberedMerge of(Tables tables, MergeInto merge) {
    List<MergeInto.When> inserts =
        merge.whens().stream().filter(w -> w.action() == MergeInto.Action.INSERT).toList();
    if (tables.serversCount() || inserts.size() != 1) {
      return null;
    }
    Sequences sequences = new Sequences(tables);
    List<CountedColumn> counted = sequences.counted(merge.target());
    List<String> all = sequences.columns(merge.target());
    MergeInto.When when = inserts.get(0);
    List<Expr> given = when.values() == null ? List.of() : when.values().items();
    List<String> columns = new ArrayList<>(when.columns());
    if (columns.isEmpty()) {
      columns.addAll(all.subList(0, Math.min(given.size(), all.size())));
    }
    if (columns.size() != given.size()
        || "user".equals(when.overriding())
        || NumberedSource.stepsOf(merge) != steps(given)) {
      return null;
    }
    List<CountedText> values = new ArrayList<>();
    Map<Integer, CountedText> order = new TreeMap<>();
    boolean always = false;
    for (int i = 0; i < given.size(); i++) {
      CountedColumn column = column(counted, columns.get(i));
      Expr value = given.get(i);
      boolean left = isDefault(value);
      if (column != null && !left && column.always() && when.overriding() == null) {
        return null; // the server refuses it
      }
      CountedText text =
          left && column != null
              ? CountedText.ofDefault(column.expression(), sequences)
              : CountedText.of(value, sequences);
      boolean numbers = (left && column != null) || CountedText.steps(value);
      if (numbers && text == null) {
        return null;
      }
      always |= left && column != null && column.always();
      values.add(text == null ? new CountedText(List.of(value.span())) : text);
      if (text != null) {
        order.put(all.indexOf(columns.get(i)), text);
      }
    }
    for (CountedColumn column : counted) {
      if (!columns.contains(column.name())) {
        CountedText text = CountedText.ofDefault(column.expression(), sequences);
        if (text == null) {
          return null;
        }
        columns.add(column.name());
        values.add(text);
        order.put(all.indexOf(column.name()), text);
        always |= column.always();
      }
    }
    return order.isEmpty()
        ? null
        : new NumberedMerge(when, columns, values, List.copyOf(order.values()), always);
  }

  private static int steps(List<Expr> values) {
    return values.stream().mapToInt(NumberedSource::stepsOf).sum();
  }

  private static @Nullable CountedColumn column(List<CountedColumn> counted, String name) {
    return counted.stream().filter(column -> column.name().equals(name)).findFirst().orElse(null);
  }

  private static boolean isDefault(Expr e) {
    return e instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.DEFAULT;
  }

  /** Which of a row's numbers a column is, and nothing else; -1 where it is none. */
  public int plain(String column) {
    int at = columns.indexOf(column);
    if (at < 0 || !values.get(at).isPlain()) {
      return -1;
    }
    return indexOf(values.get(at).slots().get(0));
  }

  /** What is taken for each row that is inserted. */
  public List<Draw> draws() {
    return order.stream().flatMap(text -> text.slots().stream()).map(Slot::draw).toList();
  }

  /**
   * The clause with its numbers.
   *
   * @param numbers what stands for each number, in the order of the draws
   */
  public Edit written(List<String> numbers) {
    List<Object> pieces = new ArrayList<>();
    pieces.add("WHEN NOT MATCHED ");
    if (when.condition() != null) {
      pieces.add("AND (");
      pieces.add(when.condition().span());
      pieces.add(") ");
    }
    pieces.add(
        columns.stream()
            .map(Identifiers::quote)
            .collect(Collectors.joining(", ", "THEN INSERT (", ") ")));
    if (always || when.overriding() != null) {
      pieces.add("OVERRIDING SYSTEM VALUE ");
    }
    pieces.add("VALUES (");
    for (int i = 0; i < values.size(); i++) {
      pieces.add(i == 0 ? "" : ", ");
      for (Object piece : values.get(i).pieces()) {
        pieces.add(piece instanceof Slot slot ? numbers.get(indexOf(slot)) : piece);
      }
    }
    pieces.add(") ");
    return new Edit(when.span(), pieces);
  }

  @SuppressWarnings("ReferenceEquality") // that place, not one of the same sequence
  private int indexOf(Slot wanted) {
    int at = 0;
    for (CountedText text : order) {
      for (Slot slot : text.slots()) {
        if (slot == wanted) {
          return at;
        }
        at++;
      }
    }
    throw new IllegalStateException("a number without a place");
  }
}
