package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Update;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads UPDATE and DELETE. */
final class ChangeParser {

  private final Grammar grammar;
  private final TokenStream in;

  ChangeParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  Update update(Query.@Nullable With with, int start) {
    in.expect("update");
    FromItem.Table target = target();
    in.expect("set");
    List<Assignment> assignments = assignments();
    List<FromItem> from = in.accept("from") ? grammar.from.list() : List.of();
    Where where = where();
    int returningStart = in.start();
    List<Query.SelectItem> returning = grammar.selects.returning();
    return new Update(
        with,
        target,
        assignments,
        from,
        where.condition(),
        where.cursor(),
        returning,
        grammar.selects.returningSpan(returning, returningStart),
        in.spanFrom(start));
  }

  Delete delete(Query.@Nullable With with, int start) {
    in.expect("delete");
    in.expect("from");
    FromItem.Table target = target();
    List<FromItem> using = in.accept("using") ? grammar.from.list() : List.of();
    Where where = where();
    int returningStart = in.start();
    List<Query.SelectItem> returning = grammar.selects.returning();
    return new Delete(
        with,
        target,
        using,
        where.condition(),
        where.cursor(),
        returning,
        grammar.selects.returningSpan(returning, returningStart),
        in.spanFrom(start));
  }

  /** The target of UPDATE, DELETE and MERGE; a SET behind it is never its alias. */
  FromItem.Table target() {
    int start = in.start();
    FromItem.Table table = grammar.from.relation(start);
    if (!in.accept("as") && (!in.atName() || in.at("set"))) {
      return table;
    }
    FromItem.Alias alias = new FromItem.Alias(in.name(), List.of(), false);
    return new FromItem.Table(table.name(), table.only(), alias, null, in.spanFrom(start));
  }

  private record Where(@Nullable Expr condition, @Nullable String cursor) {}

  private Where where() {
    if (!in.accept("where")) {
      return new Where(null, null);
    }
    if (in.accept("current", "of")) {
      return new Where(null, in.name());
    }
    return new Where(grammar.expressions.expression(), null);
  }

  /** What stands behind SET. */
  List<Assignment> assignments() {
    List<Assignment> assignments = new ArrayList<>();
    do {
      assignments.add(assignment());
    } while (in.accept(","));
    return assignments;
  }

  private Assignment assignment() {
    int start = in.start();
    List<String> columns = new ArrayList<>(1);
    List<Expr> subscripts = new ArrayList<>(0);
    boolean subscripted = false;
    boolean several = in.accept("(");
    do {
      columns.add(in.name());
      List<Expr> indirection = grammar.primaries.targetIndirection();
      if (indirection != null) {
        subscripted = true;
        subscripts.addAll(indirection);
      }
    } while (several && in.accept(","));
    if (several) {
      in.expect(")");
    }
    in.expect("=");
    Expr value = grammar.expressions.expression();
    return new Assignment(columns, subscripted, subscripts, value, in.spanFrom(start));
  }
}
