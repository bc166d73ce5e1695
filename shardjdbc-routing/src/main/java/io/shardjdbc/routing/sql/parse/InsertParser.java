package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.TokenKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads INSERT. */
final class InsertParser {

  private final Grammar grammar;
  private final TokenStream in;

  InsertParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /** The columns of a target list, and whether one of them has a field or subscript. */
  record Columns(List<String> names, boolean subscripted, @Nullable Span span) {
    static final Columns NONE = new Columns(List.of(), false, null);
  }

  Insert insert(Query.@Nullable With with, int start) {
    in.expect("insert");
    in.expect("into");
    FromItem.Table target = target();
    Columns columns = in.at("(") && !atQueryInParentheses() ? columns() : Columns.NONE;
    String overriding = overriding();
    Query source = null;
    if (in.at("default", "values") && columns.span() == null && overriding == null) {
      in.skip(2);
    } else {
      source = source();
    }
    Insert.OnConflict onConflict = in.at("on") ? onConflict() : null;
    int returningStart = in.start();
    List<Query.SelectItem> returning = grammar.selects.returning();
    return new Insert(
        with,
        target,
        columns.names(),
        columns.span(),
        columns.subscripted(),
        overriding,
        source,
        onConflict,
        returning,
        grammar.selects.returningSpan(returning, returningStart),
        in.spanFrom(start));
  }

  private FromItem.Table target() {
    int start = in.start();
    Name name = in.qualifiedName();
    FromItem.Alias alias = null;
    if (in.accept("as")) {
      alias = new FromItem.Alias(in.name(), List.of(), false);
    }
    return new FromItem.Table(name, false, alias, null, in.spanFrom(start));
  }

  private boolean atQueryInParentheses() {
    return switch (in.fixed(1)) {
      case "(", "select", "with", "table" -> true;
      case "values" -> in.isNext(2, "(");
      default -> false;
    };
  }

  private Query source() {
    if (!in.at("(") && !grammar.queries.atQuery()) {
      throw in.unexpected("VALUES or a query");
    }
    return grammar.queries.query();
  }

  Columns columns() {
    int start = in.start();
    in.expect("(");
    List<String> names = new ArrayList<>();
    boolean subscripted = false;
    do {
      names.add(in.name());
      subscripted |= grammar.primaries.targetIndirection() != null;
    } while (in.accept(","));
    in.expect(")");
    return new Columns(names, subscripted, in.spanFrom(start));
  }

  /** {@code system} or {@code user} of OVERRIDING; null where it does not stand here. */
  @Nullable String overriding() {
    if (!in.accept("overriding")) {
      return null;
    }
    String kind = in.at("system") ? "system" : "user";
    in.expect(kind);
    in.expect("value");
    return kind;
  }

  private Insert.OnConflict onConflict() {
    int start = in.start();
    in.expect("on");
    in.expect("conflict");
    List<Expr> targets = new ArrayList<>();
    Expr targetWhere = null;
    String constraint = null;
    if (in.accept("(")) {
      do {
        targets.add(conflictTarget());
      } while (in.accept(","));
      in.expect(")");
      targetWhere = in.accept("where") ? grammar.expressions.expression() : null;
    } else if (in.accept("on")) {
      in.expect("constraint");
      constraint = in.name();
    }
    in.expect("do");
    if (in.accept("nothing")) {
      return new Insert.OnConflict(
          targets, targetWhere, constraint, false, List.of(), null, in.spanFrom(start));
    }
    in.expect("update");
    in.expect("set");
    List<Assignment> assignments = grammar.changes.assignments();
    Expr where = in.accept("where") ? grammar.expressions.expression() : null;
    return new Insert.OnConflict(
        targets, targetWhere, constraint, true, assignments, where, in.spanFrom(start));
  }

  /** An element of an index, with its collation and operator class. */
  private Expr conflictTarget() {
    boolean group = in.at("(");
    Expr target = grammar.primaries.primary();
    boolean column =
        target instanceof Expr.Column name && !name.star() && name.name().parts().size() == 1;
    if (!group && !column && !(target instanceof Expr.Call)) {
      throw in.unexpected("a column, a call or an expression in parentheses");
    }
    if (in.accept("collate")) {
      in.qualifiedName();
    }
    if (in.atName() || in.kind() == TokenKind.TYPE_FUNCTION) {
      in.label();
      while (in.accept(".")) {
        in.label();
      }
    }
    if (!in.accept("asc")) {
      in.accept("desc");
    }
    if (in.accept("nulls") && !in.accept("first")) {
      in.expect("last");
    }
    return target;
  }
}
