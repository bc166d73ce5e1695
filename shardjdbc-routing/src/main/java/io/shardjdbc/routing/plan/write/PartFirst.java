package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.code.OwnCode;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.prove.WrittenTables;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.RowDistribution;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A query over what one part of its WITH writes: {@code WITH taken AS (DELETE FROM jobs WHERE id IN
 * (SELECT id FROM jobs ORDER BY id LIMIT 10) RETURNING *) SELECT count(*) FROM taken}.
 *
 * <p>The part is carried out first, as the statement that it is, by whichever way that has; one
 * server then answers the query, with the rows that the part returned in its place. On one server
 * both see the rows of before. So the query may read reference tables only, and what the part
 * returns; code of users, which might write these, must not run.
 */
public final class PartFirst implements RowDistribution, Detour {

  private static final String RETURNED = "\"shardjdbc:returned\"";

  private final ParsedSql parsed;
  private final Query.With with;
  private final Query.CommonTable part;
  private final List<Query.CommonTable> before;
  private final String table;
  private final Plan source;
  private final List<Integer> sourceParameters;

  private PartFirst(
      ParsedSql parsed,
      Query.With with,
      Query.CommonTable part,
      List<Query.CommonTable> before,
      String table,
      Plan source,
      List<Integer> sourceParameters) {
    this.parsed = parsed;
    this.with = with;
    this.part = part;
    this.before = before;
    this.table = table;
    this.source = source;
    this.sourceParameters = sourceParameters;
  }

  /** The way, or null where the query has another form, or might see what the part writes. */
  public static @Nullable PartFirst plan(
      Tables tables, ParsedSql parsed, QuestionMarks questionMarks, Query query) {
    Query.With with = query.with();
    if (with == null || with.recursive() || questionMarks.areOperatorsIn(parsed.sql())) {
      return null;
    }
    List<Query.CommonTable> writing =
        with.tables().stream().filter(t -> !(t.statement() instanceof SelectStatement)).toList();
    if (writing.size() != 1 || OwnCode.runsIn(query, tables)) {
      return null;
    }
    Query.CommonTable part = writing.get(0);
    List<Query.CommonTable> before = before(part, with);
    Table target = target(part.statement(), tables);
    if (target == null
        || target instanceof Table.Reference
        || (!before.isEmpty() && StagedWrite.with(part.statement()) != null)
        || !keepsTypes(part, before, tables)
        || !isApart(query, part, before, tables)) {
      return null;
    }
    Template first = new Template(parsed);
    for (int i = 0; i < before.size(); i++) {
      first.write(i == 0 ? "WITH " : ", ").copy(before.get(i).span());
    }
    first.write(before.isEmpty() ? "" : " ").copy(part.statement().span());
    Plan source =
        TwoSteps.write(tables, SqlParser.parse(first.text(), QuestionMarks.PARAMETERS)).orNull();
    return source == null
        ? null
        : new PartFirst(
            parsed, with, part, before, target.displayName(), source, first.parameters());
  }

  /** The common tables that the part needs, in their order. */
  private static List<Query.CommonTable> before(Query.CommonTable part, Query.With with) {
    List<Query.CommonTable> needed = new ArrayList<>();
    List<Query.CommonTable> earlier = with.tables().subList(0, with.tables().indexOf(part));
    for (int i = earlier.size() - 1; i >= 0; i--) {
      Query.CommonTable table = earlier.get(i);
      if (names(part.statement(), table) || needed.stream().anyMatch(t -> names(t, table))) {
        needed.add(0, table);
      }
    }
    return needed;
  }

  private static boolean names(Node node, Query.CommonTable common) {
    return (node instanceof FromItem.Table table
            && table.name().parts().size() == 1
            && table.name().last().equals(common.name()))
        || node.anyChild(child -> names(child, common));
  }

  /** The table that a part writes and returns rows of; null where it returns none. */
  private static @Nullable Table target(Statement statement, Tables tables) {
    FromItem.Table target = null;
    if (statement instanceof Insert insert && !insert.returning().isEmpty()) {
      target = insert.target();
    } else if (statement instanceof Update update && !update.returning().isEmpty()) {
      target = update.target();
    } else if (statement instanceof Delete delete && !delete.returning().isEmpty()) {
      target = delete.target();
    }
    return target == null ? null : tables.find(Tables.local(target.name())).orNull();
  }

  /** Whether what is returned as text is the same again: a collation would not come along. */
  private static boolean keepsTypes(
      Query.CommonTable part, List<Query.CommonTable> before, Tables tables) {
    return isPlain(part.statement(), part, before, tables)
        && before.stream().allMatch(table -> isPlain(table.statement(), part, before, tables));
  }

  private static boolean isPlain(
      Node node, Query.CommonTable part, List<Query.CommonTable> before, Tables tables) {
    if (node instanceof Expr.Collate) {
      return false;
    }
    if (node instanceof FromItem.Table table
        && before.stream().noneMatch(common -> names(table, common))) {
      Optional<TableShape> shape = tables.catalog().table(Tables.local(table.name()));
      return shape.isPresent()
          && shape.get().columns().stream().allMatch(column -> column.collation().isEmpty());
    }
    return node.allChildren(child -> isPlain(child, part, before, tables));
  }

  /** Whether the rest of the query reads nothing that the part, or its statement, may change. */
  private static boolean isApart(
      Query query, Query.CommonTable part, List<Query.CommonTable> before, Tables tables) {
    if (SystemColumns.shownIn(query) != null) {
      return false;
    }
    List<Query.CommonTable> earlier = new ArrayList<>(); // of one name a later one is another table
    for (Query.CommonTable common : with(query)) {
      boolean first = common.equals(part) || before.contains(common);
      if (!first && !reads(common.statement(), earlier, before, tables)) {
        return false;
      }
      earlier.add(common);
    }
    return query.locking().isEmpty()
        && query.children().stream()
            .filter(child -> !(child instanceof Query.With))
            .allMatch(child -> reads(child, earlier, before, tables));
  }

  private static List<Query.CommonTable> with(Query query) {
    Query.With with = query.with();
    return with == null ? List.of() : with.tables();
  }

  private static boolean reads(
      Node node, List<Query.CommonTable> visible, List<Query.CommonTable> before, Tables tables) {
    if (node instanceof FromItem.Table table) {
      return visible.stream().anyMatch(common -> names(table, common))
          ? before.stream().noneMatch(common -> names(table, common))
          : tables.find(Tables.local(table.name())).orNull() instanceof Table.Reference;
    }
    return (!(node instanceof Query inner) || inner.locking().isEmpty())
        && node.allChildren(child -> reads(child, visible, before, tables));
  }

  private Template text(Rows rows) {
    int width = rows.types().size();
    String columns =
        IntStream.range(0, width).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    String arrays =
        IntStream.range(0, width).mapToObj(i -> "?::text[]").collect(Collectors.joining(", "));
    String list =
        IntStream.range(0, width)
            .mapToObj(
                i ->
                    "c"
                        + i
                        + "::"
                        + rows.types().get(i)
                        + " AS "
                        + Identifiers.quote(rows.names().get(i)))
            .collect(Collectors.joining(", "));
    Template text = new Template(parsed);
    text.write("WITH " + RETURNED + " AS (SELECT * FROM unnest(" + arrays + ")");
    text.write(" AS returned(" + columns + "))");
    for (Query.CommonTable common : with.tables()) {
      if (before.contains(common)) {
        continue;
      }
      text.write(", ");
      if (common.equals(part)) {
        Span written = part.statement().span();
        text.copy(new Span(common.span().start(), written.start()))
            .write("SELECT " + list + " FROM " + RETURNED)
            .copy(new Span(written.end(), common.span().end()));
      } else {
        text.copy(common.span());
      }
    }
    return text.copy(new Span(with.span().end(), parsed.sql().length()));
  }

  @Override
  public Route route(Effect effect, boolean primary, List<@Nullable Object> values, ShardMap map) {
    return new Distribute(
        effect, map.shards(), this, primary, WrittenTables.of(parsed.statement()));
  }

  @Override
  public String description() {
    return "the part of WITH that writes first, and one server over the rows that it returns";
  }

  @Override
  public Plan source() {
    return source;
  }

  @Override
  public List<Integer> sourceParameters() {
    return sourceParameters;
  }

  @Override
  public boolean locksRows() {
    return true;
  }

  @Override
  public boolean writesFirst() {
    return true;
  }

  @Override
  public String table() {
    return table;
  }

  @Override
  public Deal deal(Rows rows, List<@Nullable Object> values, ShardMap map) {
    DirectRoute route =
        new OneShard(
            Effect.WRITE,
            text(rows).on(map.first()),
            KeyHashes.any(),
            true,
            null,
            WrittenTables.of(part.statement()));
    List<Integer> all = IntStream.range(0, rows.count()).boxed().toList();
    List<Integer> columns = IntStream.range(0, rows.types().size()).boxed().toList();
    return new Deal(route, List.of(all), columns);
  }
}
