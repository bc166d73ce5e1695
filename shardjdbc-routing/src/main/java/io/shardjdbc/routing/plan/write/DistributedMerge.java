package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.Catalog.Volatility;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge.SumOfCounts;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.parse.QuestionMarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * MERGE whose source lies elsewhere, and which inserts source rows under the key that it looks them
 * up by.
 *
 * <p>The source's rows are split by that key: the shard that owns it has every row of the target
 * that they can meet, and is where they belong if they meet none.
 */
final class DistributedMerge extends DistributedWrite {

  private final MergeInto merge;
  private final List<String> keyColumns;

  private DistributedMerge(
      ParsedSql parsed,
      SourceQuery source,
      TableVariable target,
      MergeInto merge,
      List<String> keyColumns) {
    super(parsed, source, target);
    this.merge = merge;
    this.keyColumns = keyColumns;
  }

  /**
   * @param inserted for each INSERT, the columns of the source that it takes the key from
   * @return refused where it cannot be done so
   */
  static Found<Detour> plan(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      MergeInto merge,
      WriteAnalysis.Result write,
      Analysis analysis,
      Set<List<ColumnId>> inserted) {
    if (inserted.size() != 1 || !(write.target().table() instanceof Table.Sharded)) {
      return refused("MERGE that inserts under another key than it looks up");
    }
    List<ColumnId> columns = inserted.iterator().next();
    List<ColumnId> key = write.target().key();
    for (int i = 0; i < columns.size(); i++) {
      if (key.isEmpty()
          || !analysis.facts().reachable(Set.of(columns.get(i))).contains(key.get(i))) {
        return refused("MERGE that inserts under another key than it looks up");
      }
    }
    if (merge.with() != null || merge.source() instanceof FromItem.Join) {
      return refused("MERGE with WITH or a join as its source");
    }
    List<Node> outside = new ArrayList<>(merge.whens());
    outside.add(merge.on());
    outside.addAll(merge.returning());
    if (Calls.hasQuery(outside)) {
      return refused("a sub-query of MERGE");
    }
    String unknown = Calls.first(outside, tables.catalog(), kind -> kind == Volatility.UNKNOWN);
    if (unknown != null) {
      return Found.refused(ErrorCode.FUNCTION_UNKNOWN, unknown);
    }
    boolean collated =
        analysis.tables().stream()
            .flatMap(table -> table.shape().stream())
            .flatMap(shape -> shape.columns().stream())
            .anyMatch(column -> !column.collation().isEmpty());
    if (collated) {
      return refused("MERGE from a table with a collation of its own");
    }
    if (questionMarks.areOperatorsIn(parsed.sql())) {
      return refused("a question mark in a plain Statement");
    }
    List<String> names = columns.stream().map(ColumnId::column).toList();
    return source(tables, parsed, questionMarks, merge.source())
        .map(source -> new DistributedMerge(parsed, source, write.target(), merge, names));
  }

  private static <T> Found<T> refused(String what) {
    return Found.refused(ErrorCode.WRITE_NOT_MERGEABLE, what);
  }

  private static Found<SourceQuery> source(
      Tables tables, ParsedSql parsed, QuestionMarks questionMarks, FromItem item) {
    Template text = new Template(parsed);
    if (item instanceof FromItem.Derived derived) {
      text.copy(derived.query().span());
    } else {
      text.write("SELECT * FROM ").copy(item.span());
    }
    return SourceQuery.of(tables, text, questionMarks);
  }

  @Override
  List<KeyPart> key(Rows rows) {
    List<String> names = names(rows);
    List<KeyPart> parts = new ArrayList<>();
    for (String column : keyColumns) {
      int at = names.indexOf(column);
      if (at < 0 || names.lastIndexOf(column) != at) {
        throw new RoutingException(
            ErrorCode.WRITE_NOT_MERGEABLE, "MERGE with an ambiguous column " + column);
      }
      parts.add(new KeyPart(at, null));
    }
    return parts;
  }

  private List<String> names(Rows rows) {
    List<String> names = new ArrayList<>(rows.names());
    FromItem.Alias alias = alias();
    if (merge.source() instanceof FromItem.Derived && alias != null) {
      for (int i = 0; i < Math.min(alias.columns().size(), names.size()); i++) {
        names.set(i, alias.columns().get(i));
      }
    }
    return names;
  }

  private FromItem.Alias alias() {
    if (merge.source() instanceof FromItem.Derived derived && derived.alias() != null) {
      return derived.alias();
    }
    if (merge.source() instanceof FromItem.Table table) {
      return new FromItem.Alias(table.label(), List.of(), false);
    }
    if (merge.source() instanceof FromItem.Function function && function.alias() != null) {
      return function.alias();
    }
    return new FromItem.Alias("source", List.of(), false);
  }

  @Override
  List<Integer> columns(Rows rows) {
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < rows.types().size(); i++) {
      columns.add(i);
    }
    return columns;
  }

  @Override
  void write(Template statement, Rows rows) {
    List<String> names = names(rows);
    String items =
        columns(rows).stream()
            .map(
                i ->
                    "c" + i + "::" + rows.types().get(i) + " AS " + Identifiers.quote(names.get(i)))
            .collect(Collectors.joining(", "));
    statement
        .copy(new Span(merge.span().start(), merge.source().span().start()))
        .write("(SELECT " + items + " FROM " + ROWS + ") AS " + Identifiers.quote(alias().name()))
        .copy(new Span(merge.source().span().end(), parsed().sql().length()));
  }

  @Override
  io.shardjdbc.routing.route.Merge merge(List<List<Integer>> rows) {
    return new SumOfCounts();
  }

  @Override
  boolean onEveryShard() {
    return merge.whens().stream().anyMatch(w -> w.match() == MergeInto.Match.NOT_MATCHED_BY_SOURCE);
  }
}
