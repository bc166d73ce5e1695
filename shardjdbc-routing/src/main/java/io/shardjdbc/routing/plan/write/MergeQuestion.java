package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.write.MergeInserts.KeySource;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The query of the rows of a MERGE, which may ask more of each of them: whether it meets a row of
 * the target, whether it would be inserted, and under which key.
 */
final class MergeQuestion {

  /** Whether a row meets one of the target. */
  static final String MET = "shardjdbc:met";

  /** Whether it is inserted if it meets none. */
  static final String INSERTED = "shardjdbc:inserted";

  /** What the names of columns begin with that are computed for a key. */
  static final String KEY = "shardjdbc:key";

  private MergeQuestion() {}

  /** Refuses what would not be answered alike by the query of the rows; else null. */
  static @Nullable Refusal unlike(
      Tables tables, MergeInto merge, List<KeySource> keys, Analysis analysis) {
    Objections against = new Objections();
    if (alias(merge).name().isEmpty()) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, "MERGE from a source without a name");
    }
    if (merge.returning().stream()
        .anyMatch(item -> item.value() instanceof Expr.Column column && column.star())) {
      against.add(
          ErrorCode.WRITE_NOT_MERGEABLE,
          "RETURNING * of a MERGE that inserts under another key than it looks up");
    }
    List<Node> all = new ArrayList<>(merge.whens());
    all.add(merge.on());
    all.addAll(merge.returning());
    if (namesRow(all, alias(merge).name(), merge, analysis)) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, "a whole row of the source of a MERGE");
    }
    List<Node> asked = new ArrayList<>();
    asked.add(merge.on());
    for (MergeInto.When when : merge.whens()) {
      if (when.match() == MergeInto.Match.NOT_MATCHED && when.condition() != null) {
        asked.add(when.condition());
      }
    }
    keys.stream().map(KeySource::value).filter(Objects::nonNull).forEach(asked::add);
    String drawn = Calls.first(asked, tables.catalog(), kind -> kind == Volatility.VOLATILE);
    if (drawn != null) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, "volatile function " + drawn + " of a MERGE");
    }
    return against.first();
  }

  /** Whether a row of the source stands for a value, which would have more columns than it has. */
  private static boolean namesRow(
      Iterable<? extends Node> nodes, String label, MergeInto merge, Analysis analysis) {
    for (Node node : nodes) {
      if (node instanceof Expr.Column column) {
        List<String> parts = column.name().parts();
        boolean row =
            column.star()
                ? parts.contains(label)
                : parts.equals(List.of(label))
                    && !(merge.source() instanceof FromItem.Function)
                    && !analysis.namesColumn(column);
        if (row) {
          return true;
        }
      }
      if (namesRow(node.children(), label, merge, analysis)) {
        return true;
      }
    }
    return false;
  }

  static Found<SourceQuery> source(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      MergeInto merge,
      boolean asks,
      boolean tells,
      List<KeySource> keys) {
    Template text = new Template(parsed);
    FromItem item = merge.source();
    if (tells) {
      text.write("SELECT " + Identifiers.quote(alias(merge).name()) + ".*, ");
      if (asks) {
        text.write("EXISTS (SELECT 1 FROM ")
            .copy(merge.target().span())
            .write(" WHERE ")
            .copy(merge.on().span())
            .write(") AS " + Identifiers.quote(MET) + ", ");
      }
      text.write("CASE");
      inserted(text, merge);
      text.write(" ELSE false END AS " + Identifiers.quote(INSERTED));
      for (int i = 0; i < keys.size(); i++) {
        Expr value = keys.get(i).value();
        if (value != null && !keys.get(i).isConstant()) {
          text.write(", (").copy(value.span()).write(") AS " + Identifiers.quote(KEY + i));
        }
      }
      text.write(" FROM ").copy(item.span());
    } else if (item instanceof FromItem.Derived derived) {
      text.copy(derived.query().span());
    } else {
      text.write("SELECT * FROM ").copy(item.span());
    }
    return SourceQuery.of(tables, text, questionMarks);
  }

  /** Whether a row that meets none is inserted: by the first clause whose condition holds. */
  private static void inserted(Template text, MergeInto merge) {
    for (MergeInto.When when : merge.whens()) {
      if (when.match() == MergeInto.Match.NOT_MATCHED) {
        text.write(" WHEN ");
        if (when.condition() == null) {
          text.write("true");
        } else {
          text.write("(").copy(when.condition().span()).write(")");
        }
        text.write(" THEN " + (when.action() == MergeInto.Action.INSERT));
      }
    }
  }

  /** The name of the source and its columns; of no name where it has none. */
  static FromItem.Alias alias(MergeInto merge) {
    if (merge.source() instanceof FromItem.Derived derived && derived.alias() != null) {
      return derived.alias();
    }
    if (merge.source() instanceof FromItem.Table table) {
      return new FromItem.Alias(table.label(), List.of(), false);
    }
    if (merge.source() instanceof FromItem.Function function && function.alias() != null) {
      return function.alias();
    }
    return new FromItem.Alias("", List.of(), false);
  }
}
