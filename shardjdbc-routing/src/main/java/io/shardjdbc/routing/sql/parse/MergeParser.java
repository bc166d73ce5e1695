package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads MERGE. */
final class MergeParser {

  private final Grammar grammar;
  private final TokenStream in;

  MergeParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  MergeInto merge(Query.@Nullable With with, int start) {
    in.expect("merge");
    in.expect("into");
    FromItem.Table target = grammar.changes.target();
    in.expect("using");
    FromItem source = grammar.from.item();
    in.expect("on");
    Expr on = grammar.expressions.expression();
    List<MergeInto.When> whens = new ArrayList<>();
    do {
      whens.add(when());
    } while (in.at("when"));
    int returningStart = in.start();
    List<Query.SelectItem> returning = grammar.selects.returning();
    return new MergeInto(
        with,
        target,
        source,
        on,
        whens,
        returning,
        grammar.selects.returningSpan(returning, returningStart),
        in.spanFrom(start));
  }

  private MergeInto.When when() {
    int start = in.start();
    in.expect("when");
    MergeInto.Match match = match();
    Expr condition = in.accept("and") ? grammar.expressions.expression() : null;
    in.expect("then");
    MergeInto.Action action = MergeInto.Action.NOTHING;
    List<String> columns = List.of();
    String overriding = null;
    Expr.Row values = null;
    List<Assignment> assignments = List.of();
    boolean insertable = match == MergeInto.Match.NOT_MATCHED;
    if (!insertable && in.accept("update")) {
      action = MergeInto.Action.UPDATE;
      in.expect("set");
      assignments = grammar.changes.assignments();
    } else if (!insertable && in.accept("delete")) {
      action = MergeInto.Action.DELETE;
    } else if (insertable && in.accept("insert")) {
      action = MergeInto.Action.INSERT;
      columns = in.at("(") ? grammar.inserts.columns().names() : List.of();
      overriding = grammar.inserts.overriding();
      if (!in.accept("default", "values")) {
        in.expect("values");
        values = grammar.selects.row();
      }
    } else {
      in.expect("do");
      in.expect("nothing");
    }
    return new MergeInto.When(
        match, condition, action, columns, overriding, values, assignments, in.spanFrom(start));
  }

  private MergeInto.Match match() {
    if (in.accept("matched")) {
      return MergeInto.Match.MATCHED;
    }
    in.expect("not");
    in.expect("matched");
    if (in.accept("by", "source")) {
      return MergeInto.Match.NOT_MATCHED_BY_SOURCE;
    }
    in.accept("by", "target");
    return MergeInto.Match.NOT_MATCHED;
  }
}
