package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Positioning;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.CommonNames;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out of a statement, on one shard, the rows that are copies of others while they move.
 *
 * <p>Where the statement reads a table that has such rows, a sub-query without them takes its
 * place; where it changes such a table, its condition excludes them. What cannot be said so is
 * refused. Parameters stay where they are.
 */
final class HiddenRows {

  private final String sql;
  private final Tables tables;
  private final Map<String, Map<ShardId, Positions>> hides;
  private final ShardId shard;
  private final CommonNames common;
  private final List<Edit> edits = new ArrayList<>();

  /** Tables whose copies the condition of their block leaves out. */
  private final Set<FromItem.Table> filtered = Collections.newSetFromMap(new IdentityHashMap<>());

  /** What stands in the place of a piece of the text. */
  private record Edit(Span span, String text) {}

  private HiddenRows(String sql, Statement statement, Tables tables, ShardId shard) {
    this.sql = sql;
    this.tables = tables;
    this.hides = tables.map().moving().hides();
    this.shard = shard;
    this.common = CommonNames.in(statement);
  }

  /** The text without what is hidden on the shard. */
  static String leftOut(String sql, QuestionMarks questionMarks, Tables tables, ShardId shard) {
    if (tables.map().moving().hides().values().stream().noneMatch(of -> of.containsKey(shard))) {
      return sql;
    }
    Statement statement;
    try {
      statement = SqlParser.parse(sql, questionMarks).statement();
    } catch (SqlSyntaxException e) {
      return sql; // the server says what is wrong with it
    }
    HiddenRows hidden = new HiddenRows(sql, statement, tables, shard);
    if (statement instanceof Utility utility && utility.verb().equals("execute")) {
      throw hidden.refused("EXECUTE, whose text may be older than the map,");
    }
    hidden.walk(statement, null);
    if (!hidden.edits.isEmpty() && (SystemColumns.in(statement) || namesSchema(statement))) {
      throw hidden.refused("a system column, or a column by the name of its schema");
    }
    return statement instanceof Utility utility && !hidden.edits.isEmpty()
        ? hidden.command(utility)
        : hidden.edited();
  }

  /** What stays, and is asked later, must not say what is hidden now. */
  private String command(Utility utility) {
    boolean view = utility.verb().equals("create") && utility.object().endsWith("view");
    if (view && !utility.temporary() && utility.object().equals("view")) {
      return sql; // whoever reads it leaves the copies out
    }
    if (view || utility.verb().equals("prepare")) {
      throw refused("PREPARE, or a materialized or temporary view,");
    }
    return edited();
  }

  private RoutingException refused(String what) {
    return new RoutingException(ErrorCode.ROWS_HIDDEN, shard, what);
  }

  private static boolean namesSchema(Node node) {
    return (node instanceof Expr.Column column && column.name().parts().size() > 2)
        || node.anyChild(HiddenRows::namesSchema);
  }

  private void walk(Node node, @Nullable Node parent) {
    if (node instanceof Update update) {
      where(update.target(), update.where(), update.returningSpan(), update.span());
    } else if (node instanceof Delete delete) {
      where(delete.target(), delete.where(), delete.returningSpan(), delete.span());
    } else if (node instanceof MergeInto merge) {
      merge(merge);
    } else if (node instanceof Query.Select select && !select.groupBy().isEmpty()) {
      groups(select);
    } else if (node instanceof FromItem.Table table
        && !filtered.contains(table)
        && !isTarget(table, parent)) {
      from(table, parent);
    }
    node.eachChild(child -> walk(child, node));
  }

  private static boolean isTarget(FromItem.Table table, @Nullable Node parent) {
    return (parent instanceof Insert insert && insert.target().equals(table))
        || (parent instanceof Update update && update.target().equals(table))
        || (parent instanceof Delete delete && delete.target().equals(table))
        || (parent instanceof MergeInto merge && merge.target().equals(table));
  }

  /** The condition that a row is no copy, as none without a key is; null for no such table. */
  private @Nullable String condition(FromItem.Table node, String prefix) {
    if (common.has(node)) {
      return null;
    }
    if (!(tables.find(Tables.local(node.name())).orNull() instanceof Table.Sharded sharded)) {
      return null;
    }
    Positions hidden =
        hides
            .getOrDefault(tables.placementOf(sharded), Map.of())
            .getOrDefault(shard, Positions.NONE);
    if (hidden.isEmpty()) {
      return null;
    }
    List<KeyColumn> key = sharded.key();
    String there =
        hidden.condition(
            positioning(sharded)
                .sql(
                    key.stream().map(column -> prefix + Identifiers.quote(column.name())).toList(),
                    key.stream().map(column -> type(sharded, column)).toList()));
    return "(" + withoutBraces(there) + ") IS NOT TRUE";
  }

  /** The driver ends an outer join's escape at the first brace, even at one within quotes. */
  private String withoutBraces(String condition) {
    return sql.toLowerCase(Locale.ROOT).contains("{oj")
        ? condition.replace("'{", "E'\\x7b").replace("}'", "\\x7d'")
        : condition;
  }

  private Positioning positioning(Table.Sharded table) {
    return tables.map().placement(tables.placementOf(table)).positioning().orElseThrow();
  }

  private KeyType type(Table.Sharded table, KeyColumn key) {
    return tables
        .catalog()
        .table(table.name())
        .flatMap(shape -> shape.column(key.name()))
        .flatMap(column -> KeyType.named(column.type()))
        .or(key::type)
        .orElseThrow(() -> refused("a key of unknown type"));
  }

  /** A copy is joined with nothing; so what is done to rows without a partner must not meet it. */
  private void merge(MergeInto merge) {
    String condition = condition(merge.target(), Identifiers.quote(merge.target().label()) + ".");
    if (condition == null) {
      return;
    }
    if (merge.whens().stream()
        .anyMatch(when -> when.match() == MergeInto.Match.NOT_MATCHED_BY_SOURCE)) {
      throw refused("MERGE with NOT MATCHED BY SOURCE");
    }
    and(merge.on(), condition);
  }

  /**
   * Of a table with a primary key, GROUP BY of that alone allows all columns, and of a sub-query it
   * does not. So the condition is one of the block where that leaves out the same rows.
   */
  private void groups(Query.Select select) {
    List<String> conditions = new ArrayList<>();
    select.from().forEach(item -> groups(item, conditions));
    if (conditions.isEmpty()) {
      return;
    }
    String condition = String.join(" AND ", conditions);
    if (select.where() == null) {
      int end = select.from().get(select.from().size() - 1).span().end();
      edits.add(new Edit(new Span(end, end), " WHERE " + condition));
    } else {
      and(select.where(), condition);
    }
  }

  private void groups(FromItem item, List<String> conditions) {
    if (item instanceof FromItem.Table table) {
      boolean renamed = table.alias() != null && !table.alias().columns().isEmpty();
      String condition = renamed ? null : condition(table, Identifiers.quote(table.label()) + ".");
      if (condition != null) {
        filtered.add(table);
        conditions.add(condition);
      }
    } else if (item instanceof FromItem.Join join
        && join.alias() == null
        && (join.kind() == FromItem.JoinKind.INNER || join.kind() == FromItem.JoinKind.CROSS)) {
      groups(join.left(), conditions);
      groups(join.right(), conditions);
    }
  }

  private void and(Expr known, String condition) {
    edits.add(new Edit(new Span(known.span().start(), known.span().start()), "("));
    edits.add(new Edit(new Span(known.span().end(), known.span().end()), ") AND " + condition));
  }

  private void where(
      FromItem.Table target, @Nullable Expr where, @Nullable Span returning, Span whole) {
    String condition = condition(target, Identifiers.quote(target.label()) + ".");
    if (condition == null) {
      return;
    }
    if (where == null) {
      int end = returning == null ? whole.end() : returning.start();
      edits.add(new Edit(new Span(end, end), " WHERE " + condition + " "));
    } else {
      and(where, condition);
    }
  }

  private void from(FromItem.Table table, @Nullable Node parent) {
    String condition = condition(table, "");
    if (condition == null) {
      return;
    }
    FromItem.@Nullable Sample sample = table.sample();
    String drawn =
        sample == null ? "" : " " + sql.substring(sample.span().start(), sample.span().end());
    String name =
        table.name().parts().stream().map(Identifiers::quote).collect(Collectors.joining("."));
    String rows =
        "(SELECT * FROM "
            + (table.only() ? "ONLY " : "")
            + name
            + drawn
            + " WHERE "
            + condition
            + ")";
    String label = " AS " + Identifiers.quote(table.label());
    if (parent instanceof Query.Select select && select.table()) {
      edits.add(new Edit(select.span(), "SELECT * FROM " + rows + label));
      return;
    }
    FromItem.Alias alias = table.alias();
    String columns =
        alias == null || alias.columns().isEmpty()
            ? ""
            : alias.columns().stream()
                .map(Identifiers::quote)
                .collect(Collectors.joining(", ", " (", ")"));
    edits.add(new Edit(table.span(), rows + label + columns));
  }

  private String edited() {
    edits.sort(Comparator.comparingInt(edit -> edit.span().start()));
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (Edit edit : edits) {
      text.append(sql, at, edit.span().start()).append(edit.text());
      at = edit.span().end();
    }
    return text.append(sql, at, sql.length()).toString();
  }
}
