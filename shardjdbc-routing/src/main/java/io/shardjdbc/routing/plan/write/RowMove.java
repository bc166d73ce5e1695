package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.catalog.RowMoves;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.write.NewValues.NewValue;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * UPDATE that gives rows another shard key: they are deleted where they are, and inserted where the
 * new key belongs.
 *
 * <p>The server that has a row computes what it becomes: {@code DELETE .. RETURNING} gives, for
 * each column, the expression of SET or the column as it is, so that expressions, sub-queries and
 * FROM mean there what they mean in UPDATE. What is generated is left out, and computed again by
 * the INSERT. Constants stay in the INSERT, where they take the type of their column as in SET; the
 * others travel as text with their own type, and are assigned by the same casts.
 *
 * <p>All rows that the statement meets are deleted before one is inserted. On one server a unique
 * constraint is checked row by row, so that {@code SET k = k + 1} may meet a row that is about to
 * make room; here it does not.
 */
final class RowMove extends DistributedWrite {

  private final Update update;
  private final TableVariable target;
  private final Items items;

  /**
   * Where each column that is inserted comes from.
   *
   * @param columns their names
   * @param kept for each the constant that stays in the INSERT, or null where it is a column of the
   *     rows, in their order
   */
  private record Items(List<String> columns, List<@Nullable Expr> kept) {

    int rowColumn(int i) {
      return (int) kept.subList(0, i).stream().filter(k -> k == null).count();
    }
  }

  private RowMove(
      Tables tables,
      ParsedSql parsed,
      SourceQuery source,
      TableVariable target,
      Update update,
      Items items) {
    super(tables, parsed, source, target);
    this.update = update;
    this.target = target;
    this.items = items;
  }

  /** Refused where it would not be what UPDATE does. */
  static Found<RowMove> plan(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Update update,
      TableVariable target) {
    String table = target.table().displayName();
    Refusal unlike = unlike(tables, parsed, questionMarks, update, target);
    if (unlike != null) {
      return Found.refused(unlike);
    }
    RowMoves moves = tables.catalog().moves(update.target().name().parts()).orElse(null);
    if (moves == null) {
      return refused(table, "its columns are not known");
    }
    if (moves.obstacle().isPresent()) {
      return refused(table, moves.obstacle().get());
    }
    return NewValues.of(update, table, moves.fixed(), tables.catalog())
        .then(assigned -> plan(tables, parsed, questionMarks, update, target, moves, assigned));
  }

  private static Found<RowMove> plan(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Update update,
      TableVariable target,
      RowMoves moves,
      Map<String, NewValue> assigned) {
    Template text = new Template(parsed);
    if (update.with() != null) {
      text.copy(update.with().span()).write(" ");
    }
    text.write("DELETE FROM ").copy(update.target().span());
    if (!update.from().isEmpty()) {
      int end = update.from().get(update.from().size() - 1).span().end();
      text.write(" USING ").copy(new Span(update.from().get(0).span().start(), end));
    }
    if (update.where() != null) {
      text.write(" WHERE ").copy(update.where().span());
    }
    Set<String> columns = new LinkedHashSet<>(moves.stored());
    assigned.keySet().stream().filter(c -> !moves.fixed().contains(c)).forEach(columns::add);
    Items items = returning(text, columns, assigned, target);
    ParsedSql delete = SqlParser.parse(text.text(), questionMarks);
    return new WritePlanner(tables, delete, questionMarks, Hint.NONE)
        .plan(delete.statement())
        .map(plan -> new SourceQuery(plan, text.parameters()))
        .map(source -> new RowMove(tables, parsed, source, target, update, items));
  }

  /** Refuses what would mean something else in the INSERT that ends it; else null. */
  private static @Nullable Refusal unlike(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Update update,
      TableVariable target) {
    String table = target.table().displayName();
    if (questionMarks.areOperatorsIn(parsed.sql())) {
      return refusal(table, "a question mark in a plain Statement");
    }
    List<Node> returning = new ArrayList<>(update.returning());
    if (Calls.hasQuery(returning)) {
      return refusal(table, "a sub-query in RETURNING");
    }
    if (!returning.isEmpty() && !update.from().isEmpty()) {
      return refusal(table, "FROM together with RETURNING");
    }
    String unknown = Calls.first(returning, tables.catalog(), kind -> kind == Volatility.UNKNOWN);
    if (unknown != null) {
      return Refusal.of(ErrorCode.FUNCTION_UNKNOWN, unknown);
    }
    List<Node> expressions = new ArrayList<>(update.assignments());
    expressions.addAll(returning);
    return saysOldOrNew(expressions, target.label())
            || (update.returningSpan() != null && renamesOldAndNew(parsed, update))
        ? refusal(table, "OLD or NEW")
        : null;
  }

  private static boolean saysOldOrNew(Iterable<? extends Node> nodes, String label) {
    for (Node node : nodes) {
      if (node instanceof Expr.Column column) {
        List<String> parts = column.name().parts();
        String first = parts.get(0);
        boolean qualifies = parts.size() > 1 || column.star();
        if (qualifies && (first.equals("old") || first.equals("new")) && !first.equals(label)) {
          return true;
        }
      }
      if (saysOldOrNew(node.children(), label)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is {@code RETURNING WITH (OLD AS o) ..}. */
  private static boolean renamesOldAndNew(ParsedSql parsed, Update update) {
    Span span = update.returningSpan();
    if (span == null || update.returning().isEmpty()) {
      return false;
    }
    String head = parsed.sql().substring(span.start(), update.returning().get(0).span().start());
    return head.contains("(");
  }

  static <T> Found<T> refused(String table, String reason) {
    return Found.refused(refusal(table, reason));
  }

  private static Refusal refusal(String table, String reason) {
    return Refusal.of(ErrorCode.ROW_MOVE, table, reason);
  }

  private static Items returning(
      Template text, Set<String> stored, Map<String, NewValue> assigned, TableVariable target) {
    List<String> columns = new ArrayList<>();
    List<@Nullable Expr> kept = new ArrayList<>();
    String between = " RETURNING ";
    for (String column : stored) {
      NewValue given = assigned.get(column);
      Expr value = given == null ? null : given.value();
      if (NewValues.isDefault(value)) {
        continue; // the INSERT fills it
      }
      columns.add(column);
      if (NewValues.takesTypeOfColumn(value) || isNumberOfKey(value, column, target)) {
        kept.add(value);
        continue;
      }
      kept.add(null);
      text.write(between);
      between = ", ";
      if (given == null) {
        text.write(Identifiers.quote(target.label()) + "." + Identifiers.quote(column));
      } else {
        given.write(text);
      }
    }
    if (!kept.contains(null)) {
      text.write(" RETURNING 1"); // to have as many rows
    }
    return new Items(columns, kept);
  }

  /**
   * Whether it is a number that is read as a key before any row is, so that a wrong one is told.
   */
  private static boolean isNumberOfKey(@Nullable Expr value, String column, TableVariable target) {
    List<KeyColumn> key = ((Table.Sharded) target.table()).key();
    return value instanceof Expr.Literal literal
        && (literal.kind() == Expr.LiteralKind.INTEGER
            || literal.kind() == Expr.LiteralKind.DECIMAL)
        && IntStream.range(0, key.size())
            .filter(i -> key.get(i).name().equals(column))
            .anyMatch(i -> target.keyType(i).equals(Optional.of(KeyType.INTEGER)));
  }

  @Override
  public boolean movesRows() {
    return true;
  }

  /** Constants that are no key are refused before a row is deleted for them. */
  private void check(List<@Nullable Object> values) {
    List<KeyPart> key = key();
    for (int i = 0; i < key.size(); i++) {
      Expr constant = key.get(i).constant();
      if (constant != null) {
        check((Table.Sharded) target.table(), constant, i, values);
      }
    }
  }

  private List<KeyPart> key() {
    List<KeyPart> parts = new ArrayList<>();
    for (KeyColumn column : ((Table.Sharded) target.table()).key()) {
      int at = items.columns().indexOf(column.name());
      if (at < 0) {
        String reason = "the shard key " + column.name() + " has no value of its own";
        throw refusal(table(), reason).exception();
      }
      parts.add(new KeyPart(items.rowColumn(at), items.kept().get(at)));
    }
    return parts;
  }

  @Override
  List<KeyPart> key(Rows rows) {
    return key();
  }

  @Override
  List<Integer> columns(Rows rows) {
    return IntStream.range(0, rows.types().size()).boxed().toList();
  }

  @Override
  void write(Template statement, Rows rows) {
    String name =
        update.target().name().parts().stream()
            .map(Identifiers::quote)
            .collect(Collectors.joining("."));
    String columns =
        items.columns().stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    FromItem.Alias alias = update.target().alias(); // it hides the name with its schema
    statement
        .write(
            "INSERT INTO " + name + (alias == null ? "" : " AS " + Identifiers.quote(alias.name())))
        .write(" (" + columns + ") OVERRIDING SYSTEM VALUE SELECT ");
    for (int i = 0; i < items.columns().size(); i++) {
      statement.write(i == 0 ? "" : ", ");
      Expr constant = items.kept().get(i);
      if (constant != null) {
        statement.copy(constant.span());
      } else {
        int column = items.rowColumn(i);
        statement.write("c" + column + "::" + rows.types().get(column));
      }
    }
    statement.write(" FROM " + ROWS + " ");
    if (update.returningSpan() != null) {
      statement.copy(update.returningSpan());
    }
  }

  @Override
  Merge merge(List<List<Integer>> rows) {
    return new Merge.SumOfCounts();
  }

  @Override
  boolean onEveryShard() {
    return false;
  }

  /** The route of an execution that the ordinary UPDATE refuses because the key changes. */
  Route moving(boolean primary, List<@Nullable Object> values, ShardMap map) {
    check(values);
    return route(Effect.WRITE, primary, values, map);
  }
}
