package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Effect;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyHashes;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Merge;
import io.shardjdbc.routing.Route;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardStatement;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The plan of INSERT .. VALUES into a sharded table: each row goes to the shard of its key. */
final class InsertRowsPlan extends StatementPlan {

  /**
   * The rows.
   *
   * @param positions where the columns of the key are in each row
   * @param cuts for each of them, whether storing may cut trailing blanks
   */
  record Rows(
      Insert insert,
      Table.Sharded table,
      List<Integer> positions,
      List<Optional<KeyType>> types,
      List<Boolean> cuts,
      List<Expr.Row> rows) {}

  /** A column of the key that ON CONFLICT DO UPDATE assigns. */
  record Assigned(int column, Expr value) {}

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
      ParsedSql parsed,
      Hint hint,
      List<ShardId> shards,
      Rows rows,
      Targets others,
      List<Assigned> assigned,
      boolean splittable) {
    super(parsed, Effect.WRITE, hint, shards, explanation(rows));
    this.rows = rows;
    this.others = others;
    this.assigned = assigned;
    this.splittable = splittable;
    this.shards = shards;
    if (rows.rows().size() == 1) {
      refuseComputedKeys(rows);
    }
  }

  private static List<String> explanation(Rows rows) {
    int count = rows.rows().size();
    return List.of(
        Explanation.name(Effect.WRITE),
        "  "
            + rows.table().displayName()
            + ": "
            + (count == 1 ? "the shard of its row" : count + " rows, each to its shard"));
  }

  /** Says at once what no value can mend. */
  private static void refuseComputedKeys(Rows rows) {
    for (int i = 0; i < rows.positions().size(); i++) {
      Expr value = value(rows, rows.rows().get(0), i);
      if (!Constants.isConstant(value)) {
        throw new RoutingException(
            ErrorCode.KEY_NOT_CONSTANT,
            rows.table().displayName(),
            rows.table().key().get(i).name());
      }
    }
  }

  private static Expr value(Rows rows, Expr.Row row, int keyColumn) {
    int position = rows.positions().get(keyColumn);
    if (position >= row.items().size()) {
      throw new RoutingException(
          ErrorCode.KEY_MISSING_IN_INSERT,
          rows.table().displayName(),
          rows.table().key().get(keyColumn).name());
    }
    return row.items().get(position);
  }

  @Override
  Route routed(List<@Nullable Object> values) {
    if (rows.rows().size() == 1) {
      Key key = key(rows.rows().get(0), values);
      ShardId shard = rows.table().placement().shardOf(key);
      refuseElsewhere(values, shard);
      return on(shard, KeyHashes.of(KeyHash.postgres().of(key)), SINGLE);
    }
    Map<ShardId, List<Integer>> byShard = new LinkedHashMap<>();
    long[] hashes = new long[rows.rows().size()];
    for (int i = 0; i < rows.rows().size(); i++) {
      Key key = key(rows.rows().get(i), values);
      hashes[i] = KeyHash.postgres().of(key);
      byShard.computeIfAbsent(rows.table().placement().shardOf(key), s -> new ArrayList<>()).add(i);
    }
    if (byShard.size() == 1) {
      ShardId shard = byShard.keySet().iterator().next();
      refuseElsewhere(values, shard);
      return on(shard, KeyHashes.of(hashes), SINGLE);
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

  private Route split(Map<ShardId, List<Integer>> byShard, KeyHashes hashes) {
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

  private Key key(Expr.Row row, List<@Nullable Object> values) {
    if (rows.positions().size() == 1) {
      return keyColumn(row, 0, values);
    }
    List<Key> columns = new ArrayList<>();
    for (int i = 0; i < rows.positions().size(); i++) {
      columns.add(keyColumn(row, i, values));
    }
    return Key.ofColumns(columns);
  }

  private Key keyColumn(Expr.Row row, int i, List<@Nullable Object> values) {
    String table = rows.table().displayName();
    String column = rows.table().key().get(i).name();
    Expr value = value(rows, row, i);
    KeyReader reader = new KeyReader(rows.types().get(i), values);
    Reading reading = reader.read(value, true);
    boolean cut =
        rows.cuts().get(i)
            && reading.key() instanceof Key.OfText text
            && text.value().endsWith(" ");
    if (reading.key() == null || cut) {
      if (reading.never()) {
        throw new RoutingException(ErrorCode.KEY_IS_NULL, table, column);
      }
      if (!Constants.isConstant(value)) {
        throw new RoutingException(ErrorCode.KEY_NOT_CONSTANT, table, column);
      }
      throw new RoutingException(
          ErrorCode.KEY_OF_UNKNOWN_TYPE,
          table,
          column,
          rows.types().get(i).map(KeyType::sqlName).orElse("key"));
    }
    for (Assigned conflict : assigned) {
      if (conflict.column() == i
          && !reading.key().equals(reader.read(conflict.value(), true).key())) {
        throw new RoutingException(ErrorCode.KEY_UPDATE, table, column);
      }
    }
    return reading.key();
  }
}
