package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.ClockTexts;
import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.plan.keys.Reading;
import io.shardjdbc.routing.plan.keys.Storing;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.result.Explanation;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Expr.LiteralKind;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** Whether the column keeps the key as it is. */
    boolean keeps(Key key) {
      return Storing.keeps(key, sqlType);
    }

    String typeName() {
      return type.map(KeyType::sqlName).orElse("key");
    }
  }

  /** A column of the key that ON CONFLICT DO UPDATE assigns. */
  record Assigned(int column, Expr value) {}

  private final Tables tables;
  private final ParsedSql parsed;
  private final Rows rows;
  private final Targets others;
  private final List<Assigned> assigned;
  private final boolean splittable;
  private final String placement;

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
    super(parsed, Effect.WRITE, hint, explanation(rows));
    this.tables = tables;
    this.parsed = parsed;
    this.rows = rows;
    this.others = others;
    this.assigned = assigned;
    this.splittable = splittable;
    this.placement = tables.placementOf(rows.table());
    if (rows.rows().size() == 1) {
      refuseComputedKeys();
    }
  }

  private static List<String> explanation(Rows rows) {
    int count = rows.rows().size();
    boolean computed =
        IntStream.range(0, rows.key().size())
            .anyMatch(
                i ->
                    rows.rows().stream()
                        .map(row -> value(rows, row, i))
                        .anyMatch(value -> isComputed(rows, value)));
    return List.of(
        Explanation.name(Effect.WRITE),
        "  "
            + rows.table().displayName()
            + ": "
            + (count == 1 ? "the shard of its row" : count + " rows, each to its shard")
            + (computed ? ", by keys that a server computes first" : ""));
  }

  private static boolean isComputed(Rows rows, Expr value) {
    return !Constants.isConstant(value)
        && rows.key().stream().allMatch(key -> key.sqlType() != null)
        && isComputedOnce(rows, value);
  }

  /** Whether it may be computed before the rows are written: VALUES itself takes no aggregate. */
  private static boolean isComputedOnce(Rows rows, Expr value) {
    return rows.insert().with() == null
        && !(value instanceof Expr.Literal literal && literal.kind() == LiteralKind.DEFAULT)
        && !Functions.hasAggregate(value)
        && !Functions.hasWindow(value);
  }

  /** Says at once what no value can mend. */
  private void refuseComputedKeys() {
    for (int i = 0; i < rows.key().size(); i++) {
      Expr value = value(rows, rows.rows().get(0), i);
      if (!Constants.isConstant(value) && !isComputed(rows, value)) {
        throw ComputedKeys.refusal(rows, new ComputedKeys.Place(0, i, value)).exception();
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
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    if (rows.rows().size() == 1 && rows.key().size() == 1) {
      Key key = keyColumn(value(rows, rows.rows().get(0), 0), 0, values);
      if (key != null) {
        Placement owners = map.placement(placement);
        ShardId shard =
            owners.sharesKeys() ? owners.ownerOfNew(key, SharedKeys.draw()) : owners.shardOf(key);
        if (others.isEmpty() || isAtHome(values, shard, map)) {
          return on(shard, KeyHashes.of(KeyHash.postgres().of(key)));
        }
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
      List<Key> whole = ComputedKeys.whole(keys);
      Owners owners = owners(whole, map);
      if (others.isEmpty()
          || (owners.shards().size() == 1
              && isAtHome(values, owners.shards().iterator().next(), map))) {
        return to(owners, List.of(), "", map);
      }
    }
    unread.addAll(queried(unread));
    return ComputedKeys.of(
            tables,
            parsed,
            rows,
            keys,
            unread,
            (whole, edits, before, at) -> to(owners(whole, at), edits, before, at))
        .orThrow()
        .route(effect(), map, parsed);
  }

  @Override
  public List<DirectRoute> singly(List<@Nullable Object> values, ShardMap map) {
    List<DirectRoute> singly = new ArrayList<>();
    for (int row = 0; splittable && others.isEmpty() && row < rows.rows().size(); row++) {
      List<@Nullable Key> columns = new ArrayList<>(rows.key().size());
      for (int i = 0; i < rows.key().size(); i++) {
        columns.add(keyColumn(value(rows, rows.rows().get(row), i), i, values));
      }
      if (columns.contains(null)) {
        return List.of(); // a server told the key
      }
      Key key = ComputedKeys.whole(List.of(columns)).get(0);
      ShardId shard = map.placement(placement).shardOf(key);
      ShardStatement own = template(List.of(row), List.of(), "").on(shard);
      singly.add(across(List.of(own), KeyHashes.any(), new Merge.SumOfCounts()));
    }
    return singly;
  }

  @Override
  public Optional<String> withRows(int count) {
    return RowsAtOnce.text(tables, parsed, rows, count);
  }

  /** Values with sub-queries, which rows of other shards may answer: they are asked first. */
  private List<ComputedKeys.Place> queried(List<ComputedKeys.Place> already) {
    if (others.isEmpty()) {
      return List.of();
    }
    Insert insert = rows.insert();
    List<Node> elsewhere = new ArrayList<>(insert.returning());
    if (insert.onConflict() != null) {
      elsewhere.add(insert.onConflict());
    }
    if (insert.with() != null || !splittable || Calls.hasQuery(elsewhere)) {
      throw new RoutingException(
          ErrorCode.WRITE_NOT_MERGEABLE, "a sub-query, WITH or function of the application");
    }
    List<ComputedKeys.Place> queried = new ArrayList<>();
    for (int row = 0; row < rows.rows().size(); row++) {
      for (Expr item : rows.rows().get(row).items()) {
        boolean known = already.stream().anyMatch(place -> place.value() == item);
        if (!known && Calls.hasQuery(List.of(item))) {
          queried.add(ComputedKeys.Place.of(row, item));
        }
      }
    }
    return queried;
  }

  /**
   * Where rows go.
   *
   * @param byShard the rows that each shard takes
   * @param hashes of the rows' keys
   */
  private record Owners(Map<ShardId, List<Integer>> byShard, KeyHashes hashes) {
    Set<ShardId> shards() {
      return byShard.keySet();
    }
  }

  private Owners owners(List<Key> keys, ShardMap map) {
    Placement owners = map.placement(placement);
    long draw = owners.sharesKeys() ? SharedKeys.draw() : 0;
    Map<ShardId, List<Integer>> byShard = new LinkedHashMap<>();
    long[] hashes = new long[keys.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = KeyHash.postgres().of(keys.get(i));
      byShard.computeIfAbsent(owners.ownerOfNew(keys.get(i), draw), s -> new ArrayList<>()).add(i);
    }
    return new Owners(byShard, KeyHashes.of(hashes));
  }

  private DirectRoute to(Owners owners, List<Template.Edit> edits, String before, ShardMap map) {
    Map<ShardId, List<Integer>> byShard = owners.byShard();
    if (byShard.size() == 1 && edits.isEmpty()) {
      return on(byShard.keySet().iterator().next(), owners.hashes());
    }
    return split(byShard, owners.hashes(), edits, before, map);
  }

  private boolean isAtHome(List<@Nullable Object> values, ShardId shard, ShardMap map) {
    return others.find(values, map).shards().stream().allMatch(shard::equals);
  }

  private DirectRoute split(
      Map<ShardId, List<Integer>> byShard,
      KeyHashes hashes,
      List<Template.Edit> edits,
      String before,
      ShardMap map) {
    if (!splittable && byShard.size() > 1) {
      throw new RoutingException(
          ErrorCode.WRITE_NOT_MERGEABLE, "a sub-query, WITH or function of the application");
    }
    List<ShardStatement> statements = new ArrayList<>();
    List<List<Integer>> order = new ArrayList<>();
    for (ShardId shard : map.shards()) {
      List<Integer> own = byShard.get(shard);
      if (own != null) {
        statements.add(template(own, edits, before).on(shard));
        order.add(own);
      }
    }
    return across(statements, hashes, new Merge.RowOrder(order));
  }

  private Template template(List<Integer> own, List<Template.Edit> edits, String before) {
    List<Expr.Row> all = rows.rows();
    Template template = new Template(parsed).write(before);
    template.copy(new Span(0, all.get(0).span().start()));
    for (int i = 0; i < own.size(); i++) {
      Span row = all.get(own.get(i)).span();
      List<Template.Edit> inRow =
          edits.stream()
              .filter(edit -> row.start() <= edit.span().start() && edit.span().end() <= row.end())
              .toList();
      template.write(i == 0 ? "" : ", ").copy(row, inRow);
    }
    Span last = all.get(all.size() - 1).span();
    return template.copy(new Span(last.end(), parsed.sql().length()));
  }

  /** A column of a row's key; null if a server can tell it. */
  private @Nullable Key keyColumn(Expr value, int i, List<@Nullable Object> values) {
    KeyPlace place = rows.key().get(i);
    KeyReader reader = new KeyReader(place.type(), values);
    Reading reading = reader.read(value, true);
    Key key = reading.key();
    if (key == null || !place.keeps(key)) {
      if (reading.never() && isNull(value, values)) {
        throw refusal(ErrorCode.KEY_IS_NULL, i);
      }
      if (place.sqlType() != null
          && place.type().isPresent()
          && assigned.isEmpty()
          && !ClockTexts.mayBe(value, place.type(), values)
          && !rows.questionMarks().areOperatorsIn(parsed.sql()) // which prepared are markers
          && isComputedOnce(rows, value)) {
        return null;
      }
      throw ComputedKeys.refusal(rows, new ComputedKeys.Place(0, i, value)).exception();
    }
    for (Assigned conflict : assigned) {
      if (conflict.column() == i && !key.equals(reader.read(conflict.value(), true).key())) {
        throw refusal(ErrorCode.KEY_UPDATE, i);
      }
    }
    return key;
  }

  private RoutingException refusal(ErrorCode code, int keyColumn) {
    Table.Sharded table = rows.table();
    return new RoutingException(code, table.displayName(), table.key().get(keyColumn).name());
  }

  private static boolean isNull(Expr value, List<@Nullable Object> values) {
    return value instanceof Expr.Parameter parameter
        ? values.get(parameter.index() - 1) == null
        : value instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.NULL;
  }
}
