package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.CountedColumn;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.CountedText.Slot;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Update;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that an UPDATE takes for each of its rows: {@code SET n = nextval('ids')}, and {@code
 * SET id = DEFAULT} where a sequence fills the column.
 *
 * @param texts what is assigned, in pieces around the numbers, by the expression of the statement
 * @param inOrder these expressions as one server computes them: in the order of the table's columns
 */
public record NumberedAssignments(Map<Expr, CountedText> texts, List<Expr> inOrder) {

  public NumberedAssignments {
    texts = Map.copyOf(texts);
    inOrder = List.copyOf(inOrder);
  }

  /**
   * Null where it takes none, or not in a way that is certain: rows are numbered by their primary
   * key, and a number is taken in SET alone.
   */
  public static @Nullable NumberedAssignments of(Tables tables, Update update) {
    if (tables.serversCount()
        || update.with() != null
        || !update.from().isEmpty()
        || update.currentOf() != null) {
      return null;
    }
    Sequences sequences = new Sequences(tables);
    Table target = sequences.target(update.target());
    TableShape shape = tables.catalog().table(Tables.local(update.target().name())).orElse(null);
    if (target == null || shape == null || shape.primaryKey().isEmpty()) {
      return null;
    }
    ShardId only = target instanceof Table.Single single ? single.shard() : null;
    Map<Expr, CountedText> texts = new HashMap<>();
    List<String> all = sequences.columns(update.target());
    Map<Integer, Expr> inOrder = new TreeMap<>();
    int calls = 0;
    for (Assignment assignment : update.assignments()) {
      List<Expr> values = values(assignment);
      for (int i = 0; i < values.size(); i++) {
        CountedText text =
            text(values.get(i), assignment.columns().get(i), update, sequences, assignment);
        if (text != null && !text.isOn(only)) {
          texts.put(values.get(i), text);
          inOrder.put(all.indexOf(assignment.columns().get(i)), values.get(i));
          calls += NumberedSource.stepsOf(values.get(i));
        }
      }
    }
    return texts.isEmpty()
            || texts.size() != inOrder.size()
            || calls != NumberedSource.stepsOf(update)
        ? null
        : new NumberedAssignments(texts, List.copyOf(inOrder.values()));
  }

  private static List<Expr> values(Assignment assignment) {
    if (assignment.columns().size() == 1) {
      return List.of(assignment.value());
    }
    return assignment.value() instanceof Expr.Row row
            && row.items().size() == assignment.columns().size()
        ? row.items()
        : List.of();
  }

  private static @Nullable CountedText text(
      Expr value, String column, Update update, Sequences sequences, Assignment assignment) {
    boolean left =
        value instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.DEFAULT;
    if (!left) {
      return CountedText.of(value, sequences);
    }
    if (assignment.subscripted()) {
      return null;
    }
    return sequences.counted(update.target()).stream()
        .filter(counted -> counted.name().equals(column) && !counted.always())
        .map(CountedColumn::expression)
        .map(expression -> CountedText.ofDefault(expression, sequences))
        .findFirst()
        .orElse(null);
  }

  /** Whether the numbers of an expression are taken first. */
  public boolean replaces(Expr value) {
    return texts.containsKey(value);
  }

  /** What is taken for each row, in the order of the expressions. */
  public List<Draw> draws(List<Expr> order) {
    List<Draw> draws = new ArrayList<>();
    for (Expr value : order) {
      texts.getOrDefault(value, new CountedText(List.of())).slots().stream()
          .map(Slot::draw)
          .forEach(draws::add);
    }
    return draws;
  }

  /**
   * An expression with its numbers as something else.
   *
   * @param numbers in the order of its places
   */
  public List<Object> written(Expr value, List<String> numbers) {
    List<Object> pieces = new ArrayList<>();
    int next = 0;
    for (Object piece : texts.getOrDefault(value, new CountedText(List.of())).pieces()) {
      pieces.add(piece instanceof Slot ? numbers.get(next++) : piece);
    }
    return pieces;
  }
}
