package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.NumberedMerge;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.SameExpression;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.plan.write.MergeInserts.KeySource;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge.SumOfCounts;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * MERGE whose source lies elsewhere than its target, and which inserts rows of it.
 *
 * <p>Where it inserts them under the key that it looks them up by, the source's rows are split by
 * that key: the shard that owns it has every row of the target that they can meet, and is where
 * they belong if they meet none. Else the query of the rows asks of each of them whether it meets a
 * row, wherever that is. Those that do go to every shard, which insert nothing for them; those that
 * do not go to the shard that they are inserted on.
 */
final class DistributedMerge extends DistributedWrite {

  private static final String NUMBER = "shardjdbc:number";

  private final MergeInto merge;
  private final List<KeySource> keys;
  private final boolean asks;
  private final boolean tells;
  private final @Nullable NumberedMerge numbered;

  private DistributedMerge(
      Tables tables,
      ParsedSql parsed,
      SourceQuery source,
      TableVariable target,
      MergeInto merge,
      List<KeySource> keys,
      boolean asks,
      boolean tells,
      @Nullable NumberedMerge numbered) {
    super(tables, parsed, source, target);
    this.merge = merge;
    this.keys = keys;
    this.asks = asks;
    this.tells = tells;
    this.numbered = numbered;
  }

  /**
   * @param keys where an INSERT takes each column of the key from
   * @param numbered the numbers that it takes for each row, or null
   * @return refused where it cannot be done so
   */
  static Found<Detour> plan(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      MergeInto merge,
      WriteAnalysis.Result write,
      Analysis analysis,
      List<KeySource> keys,
      @Nullable NumberedMerge numbered) {
    if (!(write.target().table() instanceof Table.Sharded)) {
      return refused("MERGE that inserts under another key than it looks up");
    }
    SameExpression same = new SameExpression(parsed.sql(), write.scope());
    boolean asks = numbered != null || !looksUp(keys, write.target().key(), analysis.facts(), same);
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
    boolean chooses =
        merge.whens().stream()
            .anyMatch(w -> w.match() == MergeInto.Match.NOT_MATCHED && w.condition() != null);
    Refusal unlike = asks || chooses ? MergeQuestion.unlike(tables, merge, keys, analysis) : null;
    if (asks && unlike != null) {
      return Found.refused(unlike);
    }
    boolean tells = asks || (chooses && unlike == null);
    return MergeQuestion.source(tables, parsed, questionMarks, merge, asks, tells, keys)
        .map(
            source ->
                new DistributedMerge(
                    tables, parsed, source, write.target(), merge, keys, asks, tells, numbered));
  }

  /** Whether a row of the source can meet rows of the target under the key alone it is given. */
  private static boolean looksUp(
      List<KeySource> keys, List<ColumnId> target, Facts facts, SameExpression same) {
    for (int i = 0; i < keys.size(); i++) {
      ColumnId column = keys.get(i).column();
      Expr value = keys.get(i).value();
      boolean its =
          !target.isEmpty()
              && (column != null
                  ? facts.reachable(Set.of(column)).contains(target.get(i))
                  : value != null
                      && keys.get(i).isConstant()
                      && isIn(facts.domain(target.get(i)), value, same));
      if (!its) {
        return false;
      }
    }
    return !keys.isEmpty();
  }

  /** Whether a column is known to have this constant. */
  private static boolean isIn(@Nullable Domain domain, Expr constant, SameExpression same) {
    return domain instanceof Domain.Terms terms
        && terms.terms().size() == 1
        && same.test(terms.terms().get(0), constant);
  }

  private static <T> Found<T> refused(String what) {
    return Found.refused(ErrorCode.WRITE_NOT_MERGEABLE, what);
  }

  @Override
  List<KeyPart> key(Rows rows) {
    List<String> names = names(rows);
    List<KeyPart> parts = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      KeySource source = keys.get(i);
      if (source.number() >= 0) {
        parts.add(new KeyPart(names.size() - numbers().size() + source.number(), null));
        continue;
      }
      if (source.isConstant()) {
        parts.add(new KeyPart(0, source.value()));
        continue;
      }
      ColumnId from = source.column();
      String column = from == null ? MergeQuestion.KEY + i : from.column();
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
    if (!tells && merge.source() instanceof FromItem.Derived) {
      List<String> columns = MergeQuestion.alias(merge).columns();
      for (int i = 0; i < Math.min(columns.size(), names.size()); i++) {
        names.set(i, columns.get(i));
      }
    }
    for (int i = names.size() - numbers().size(); i < names.size(); i++) {
      names.set(i, NUMBER + i);
    }
    return names;
  }

  private String label() {
    String name = MergeQuestion.alias(merge).name();
    return Identifiers.quote(name.isEmpty() ? "source" : name);
  }

  @Override
  List<Integer> columns(Rows rows) {
    return IntStream.range(0, rows.types().size()).boxed().toList();
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
    List<Edit> edits = new ArrayList<>();
    if (asks) {
      // What has met a row on one shard is not inserted on another.
      edits.add(
          Edit.insert(
              merge.whens().get(0).span().start(),
              "WHEN NOT MATCHED AND "
                  + label()
                  + "."
                  + Identifiers.quote(MergeQuestion.MET)
                  + " THEN DO NOTHING "));
    }
    if (numbered != null) {
      int width = names.size() - numbers().size();
      List<String> numbers =
          names.subList(width, names.size()).stream()
              .map(name -> label() + "." + Identifiers.quote(name))
              .toList();
      edits.add(numbered.written(numbers));
    }
    statement
        .copy(new Span(merge.span().start(), merge.source().span().start()))
        .write("(SELECT " + items + " FROM " + ROWS + ") AS " + label() + " ")
        .copy(new Span(merge.source().span().end(), parsed().sql().length()), edits);
  }

  @Override
  public List<Draw> numbers() {
    return numbered == null ? List.of() : numbered.draws();
  }

  @Override
  public boolean takesNumbers(Rows rows, int row) {
    return reach(rows, row) == Reach.OWNER;
  }

  @Override
  Reach reach(Rows rows, int row) {
    if (!tells) {
      return Reach.OWNER;
    }
    if (!asks) {
      // Without a key it meets no row, and unless it is inserted it is no matter.
      boolean lost = key(rows).stream().anyMatch(part -> isNull(rows, row, part));
      return lost && !is(rows, row, MergeQuestion.INSERTED) ? Reach.NONE : Reach.OWNER;
    }
    if (is(rows, row, MergeQuestion.MET)) {
      return Reach.ALL;
    }
    return is(rows, row, MergeQuestion.INSERTED) ? Reach.OWNER : Reach.NONE;
  }

  private static boolean isNull(Rows rows, int row, KeyPart part) {
    return part.constant() == null && rows.value(row, part.column()) == null;
  }

  private static boolean is(Rows rows, int row, String column) {
    return "t".equals(rows.value(row, rows.names().indexOf(column)));
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
