package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.Computable;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.plan.keys.Reading;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.result.Explanation;
import io.shardjdbc.routing.plan.result.Hint;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.parse.QuestionMarks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The plan of INSERT .. VALUES into a sharded table: each row goes to the shard of its key. */
final class InsertRowsPlan extends StatementPlan {

  /** The rows, and where the columns of the key are in each. */
  record Rows(
      Insert insert,
      QuestionMarks questionMarks,
      Table.Sharded table,
      List<KeyPlace> key,
      List<Expr.Row> rows) {}

  /**
   * A column of the key.
   *
   * @param position where it is in a row
   * @param sqlType its type as a cast names it, or null where nobody knows
   */
  record KeyPlace(int position, Optional<KeyType> type, @Nullable String sqlType) {

    /** Whether storing may cut trailing blanks of the key: varchar(n) does. */
    boolean mayCut(Key key) {
      return key instanceof Key.OfText text
          && text.value().endsWith(" ")
          && (sqlType == null || sqlType.contains("("));
    }

    String typeName() {
      return type.map(KeyType::sqlName).orElse("key");
    }
  }

  /** A column of the key that ON CONFLICT DO UPDATE assigns. */
  record Assigned(int column, Expr value) {}

  private final Tables tables;
  private final Rows rows;
  private final Targets others;
  private final List<Assigned> assigned;
  private final boolean splittable;
  private final List<ShardId> shards;

  /**
   * @param others the tables that sub-queries read
   * @param splittable whether the statement may be cut into several
   */
  InsertRowsPlan(
      Tables tables,
      ParsedSql parsed,
      Hint hint,
      Rows rows,
      Targets others,
      List<Assigned> assigned,
      boolean splittable) {
    super(parsed, Effect.WRITE, hint, tables.configuration().shards(), explanation(tables, rows));
    this.tables = tables;
    this.rows = rows;
    this.others = others;
    this.assigned = assigned;
    this.splittable = splittable;
    this.shards = tables.configuration().shards();
    if (rows.rows().size() == 1) {
      refuseComputedKeys();
    }
  }

  private static List<String> explanation(Tables tables, Rows rows) {
    int count = rows.rows().size();
    boolean computed =
        IntStream.range(0, rows.key().size())
            .anyMatch(
                i ->
                    rows.rows().stream()
                        .map(row -> value(rows, row, i))
                        .anyMatch(value -> isComputed(tables, rows, value)));
    return List.of(
        Explanation.name(Effect.WRITE),
        "  "
            + rows.table().displayName()
            + ": "
            + (count == 1 ? "the shard of its row" : count + " rows, each to its shard")
            + (computed ? ", by keys that a server computes first" : ""));
  }

  private static boolean isComputed(Tables tables, Rows rows, Expr value) {
    return !Constants.isConstant(value)
        && rows.key().stream().allMatch(key -> key.sqlType() != null)
        && Computable.isAnywhereAlike(value, tables.catalog());
  }

  /** Says at once what no value can mend. */
  private void refuseComputedKeys() {
    for (int i = 0; i < rows.key().size(); i++) {
      Expr value = value(rows, rows.rows().get(0), i);
      if (!Constants.isConstant(value) && !isComputed(tables, rows, value)) {
        throw ComputedKeys.refusal(rows, new ComputedKeys.Place(0, i, value));
      }
    }
  }

  private static Expr value(Rows rows, Expr.Row row, int keyColumn) {
    int position = rows.key().get(keyColumn).position();
    if (position >= row.items().size()) {
      throw new RoutingException(
          ErrorCode.KEY_MISSING_IN_INSERT,
          rows.table().displayName(),
          rows.table().key().get(keyColumn).name());
    }
    return row.items().get(position);
  }

  @Override
  protected Route routed(List<@Nullable Object> values) {
    if (rows.rows().size() == 1 && rows.key().size() == 1) {
      Key key = keyColumn(value(rows, rows.rows().get(0), 0), 0, values);
      if (key != null) {
        ShardId shard = rows.table().placement().shardOf(key);
        refuseElsewhere(values, shard);
        return on(shard, KeyHashes.of(KeyHash.postgres().of(key)));
      }
    }
    List<List<@Nullable Key>> keys = new ArrayList<>(rows.rows().size());
    List<ComputedKeys.Place> unread = new ArrayList<>();
    for (int row = 0; row < rows.rows().size(); row++) {
      List<@Nullable Key> columns = new ArrayList<>(rows.key().size());
      for (int i = 0; i < rows.key().size(); i++) {
        Expr value = value(rows, rows.rows().get(row), i);
        Key key = keyColumn(value, i, values);
        columns.add(key);
        if (key == null) {
          unread.add(new ComputedKeys.Place(row, i, value));
        }
      }
      keys.add(columns);
    }
    if (unread.isEmpty()) {
      return to(ComputedKeys.whole(keys), values);
    }
    return new ComputedKeys(tables, parsed(), rows, keys, unread, computed -> to(computed, values))
        .route(effect(), shards, parsed());
  }

  private DirectRoute to(List<Key> keys, List<@Nullable Object> values) {
    Map<ShardId, List<Integer>> byShard = new LinkedHashMap<>();
    long[] hashes = new long[keys.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = KeyHash.postgres().of(keys.get(i));
      byShard
          .computeIfAbsent(rows.table().placement().shardOf(keys.get(i)), s -> new ArrayList<>())
          .add(i);
    }
    if (byShard.size() == 1) {
      ShardId shard = byShard.keySet().iterator().next();
      refuseElsewhere(values, shard);
      return on(shard, KeyHashes.of(hashes));
    }
    return split(byShard, KeyHashes.of(hashes));
  }

  private void refuseElsewhere(List<@Nullable Object> values, ShardId shard) {
    if (others.isEmpty()) {
      return;
    }
    for (ShardId other : others.find(values).shards()) {
      if (!other.equals(shard)) {
        throw new RoutingException(
            ErrorCode.WRITE_NOT_MERGEABLE, "a sub-query over rows of other shards");
      }
    }
  }

  private DirectRoute split(Map<ShardId, List<Integer>> byShard, KeyHashes hashes) {
    if (!splittable || !others.isEmpty()) {
      throw new RoutingException(
          ErrorCode.WRITE_NOT_MERGEABLE, "a sub-query, WITH or function of the application");
    }
    List<ShardStatement> statements = new ArrayList<>();
    List<List<Integer>> order = new ArrayList<>();
    for (ShardId shard : shards) {
      List<Integer> own = byShard.get(shard);
      if (own != null) {
        statements.add(template(own).on(shard));
        order.add(own);
      }
    }
    boolean everyRowReturns = rows.insert().onConflict() == null;
    Merge merge = everyRowReturns ? new Merge.RowOrder(order) : new Merge.SumOfCounts();
    return across(statements, hashes, merge);
  }

  private Template template(List<Integer> own) {
    List<Expr.Row> all = rows.rows();
    Template template = new Template(parsed());
    template.copy(new Span(0, all.get(0).span().start()));
    for (int i = 0; i < own.size(); i++) {
      template.write(i == 0 ? "" : ", ").copy(all.get(own.get(i)).span());
    }
    Span last = all.get(all.size() - 1).span();
    return template.copy(new Span(last.end(), parsed().sql().length()));
  }

  /** A column of a row's key; null if a server can tell it. */
  private @Nullable Key keyColumn(Expr value, int i, List<@Nullable Object> values) {
    String table = rows.table().displayName();
    String column = rows.table().key().get(i).name();
    KeyPlace place = rows.key().get(i);
    KeyReader reader = new KeyReader(place.type(), values);
    Reading reading = reader.read(value, true);
    Key key = reading.key();
    if (key == null || place.mayCut(key)) {
      if (reading.never() && isNull(value, values)) {
        throw new RoutingException(ErrorCode.KEY_IS_NULL, table, column);
      }
      if (place.sqlType() != null
          && place.type().isPresent()
          && assigned.isEmpty()
          && !hasOperatorMark()
          && Computable.isAnywhereAlike(value, tables.catalog())) {
        return null;
      }
      throw ComputedKeys.refusal(rows, new ComputedKeys.Place(0, i, value));
    }
    for (Assigned conflict : assigned) {
      if (conflict.column() == i && !key.equals(reader.read(conflict.value(), true).key())) {
        throw new RoutingException(ErrorCode.KEY_UPDATE, table, column);
      }
    }
    return key;
  }

  /** Whether a question mark of a plain Statement would become a marker where it is prepared. */
  private boolean hasOperatorMark() {
    return rows.questionMarks().areOperatorsIn(parsed().sql());
  }

  private static boolean isNull(Expr value, List<@Nullable Object> values) {
    return value instanceof Expr.Parameter parameter
        ? values.get(parameter.index() - 1) == null
        : value instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.NULL;
  }
}
