package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.plan.keys.Reading;
import io.shardjdbc.routing.plan.keys.StoredKeys;
import io.shardjdbc.routing.plan.prove.WrittenTables;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.RowDistribution;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A write of the rows of a query that is answered first: each row is handled once, on the shard
 * that owns its key, or on every shard where the table is copied.
 *
 * <p>The rows travel as arrays of text, with the types that the query gave them, so that they are
 * converted to the columns' types by the same casts as on one server.
 */
abstract sealed class DistributedWrite implements Detour, RowDistribution
    permits DistributedInsert, DistributedMerge, NumberedUpdate, RowMove {

  static final String ROWS = "\"shardjdbc:rows\"";

  private static final int MOST_KEYS = 1000;

  /** Where a column of the key is: in a column of the rows, or a constant of the statement. */
  record KeyPart(int column, @Nullable Expr constant) {}

  private final AskedKeys asked;
  private final ParsedSql parsed;
  private final SourceQuery source;
  private final TableVariable target;

  DistributedWrite(Tables tables, ParsedSql parsed, SourceQuery source, TableVariable target) {
    this.asked = new AskedKeys(tables, parsed, target);
    this.parsed = parsed;
    this.source = source;
    this.target = target;
  }

  final ParsedSql parsed() {
    return parsed;
  }

  /** The parts of the key of a sharded table. */
  abstract List<KeyPart> key(Rows rows);

  /** Which columns of the rows the shards are given. */
  abstract List<Integer> columns(Rows rows);

  /** The statement over the rows, behind the common table that they are. */
  abstract void write(Template statement, Rows rows);

  /** How the answers become one, where rows went to several shards. */
  abstract Merge merge(List<List<Integer>> rows);

  /** Whether a shard without rows takes part. */
  abstract boolean onEveryShard();

  /** Which shards a row is for. */
  enum Reach {
    OWNER,
    ALL,
    NONE
  }

  /** Which shards are given a row: mostly the one that owns its key. */
  Reach reach(Rows rows, int row) {
    return Reach.OWNER;
  }

  @Override
  public final Plan source() {
    return source.plan();
  }

  @Override
  public final List<Integer> sourceParameters() {
    return source.parameters();
  }

  @Override
  public final String table() {
    return target.table().displayName();
  }

  @Override
  public final Route route(
      Effect effect, boolean primary, List<@Nullable Object> values, ShardMap map) {
    List<ShardId> where =
        target.table() instanceof Table.Single single
            ? List.of(map.having(single.shard()))
            : map.shards();
    return new Distribute(effect, where, this, primary, WrittenTables.of(parsed.statement()));
  }

  @Override
  public final String description() {
    String where =
        target.table() instanceof Table.Sharded
            ? "each row to its shard"
            : "all rows to each shard";
    return (movesRows() ? "rows move, " : "rows of a query, ")
        + where
        + source.plan().explain().lines().collect(Collectors.joining("\n    ", "\n    ", ""));
  }

  /** Where a row of the key is written: on its one owner, if the row may be there already. */
  ShardId owner(Placement placement, Key key, long draw) {
    return placement.shardOf(key);
  }

  @Override
  public final Optional<Question> question(Rows rows, List<@Nullable Object> values) {
    return !(target.table() instanceof Table.Sharded) || rows.count() == 0
        ? Optional.empty()
        : asked.question(key(rows), rows, row -> reach(rows, row) == Reach.OWNER, values);
  }

  @Override
  public final Deal deal(Rows rows, List<@Nullable Object> values, ShardMap map) {
    return deal(rows, null, values, map);
  }

  @Override
  public final Deal deal(
      Rows rows, @Nullable Rows told, List<@Nullable Object> values, ShardMap map) {
    List<Integer> all = IntStream.range(0, rows.count()).boxed().toList();
    if (target.table() instanceof Table.Single single) {
      return deal(rows, Map.of(map.having(single.shard()), all), KeyHashes.any(), null, map);
    }
    if (!(target.table() instanceof Table.Sharded sharded)) {
      Map<ShardId, List<Integer>> everywhere = new LinkedHashMap<>();
      map.shards().forEach(shard -> everywhere.put(shard, all));
      return deal(rows, everywhere, KeyHashes.any(), new Merge.SameOnAll(true), map);
    }
    Placement placement = map.placement(target.placement());
    Map<ShardId, List<Integer>> byShard = new LinkedHashMap<>();
    if (onEveryShard()) {
      placement.shards().forEach(shard -> byShard.put(shard, new ArrayList<>()));
    }
    long draw = placement.sharesKeys() ? SharedKeys.draw() : 0;
    long[] hashes = new long[rows.count()];
    List<KeyPart> key = rows.count() == 0 ? List.of() : key(rows);
    boolean everywhere = onEveryShard();
    for (int row = 0; row < rows.count(); row++) {
      Reach reach = reach(rows, row);
      if (reach != Reach.OWNER) {
        for (ShardId shard : reach == Reach.ALL ? placement.shards() : List.<ShardId>of()) {
          byShard.computeIfAbsent(shard, s -> new ArrayList<>()).add(row);
        }
        everywhere = true;
        continue;
      }
      List<Key> columns = new ArrayList<>(key.size());
      for (int i = 0; i < key.size(); i++) {
        Reading reading = asked.told(i, told, row);
        columns.add(
            reading == null
                ? column(sharded, key, i, rows, row, values)
                : key(sharded, i, reading, true));
      }
      Key whole = Key.ofColumns(columns);
      hashes[row] = KeyHash.postgres().of(whole);
      byShard.computeIfAbsent(owner(placement, whole, draw), s -> new ArrayList<>()).add(row);
    }
    if (byShard.isEmpty()) {
      byShard.put(map.first(), List.of()); // it says what is wrong, and what columns return
    }
    KeyHashes keys =
        hashes.length == 0 || hashes.length > MOST_KEYS || everywhere
            ? KeyHashes.any()
            : KeyHashes.of(hashes);
    return deal(rows, byShard, keys, null, map);
  }

  private Deal deal(
      Rows rows,
      Map<ShardId, List<Integer>> byShard,
      KeyHashes keys,
      @Nullable Merge merge,
      ShardMap map) {
    List<Integer> columns = columns(rows);
    Template text = new Template(parsed);
    text.write("WITH " + ROWS + " AS (SELECT * FROM unnest(")
        .write(columns.stream().map(c -> "?::text[]").collect(Collectors.joining(", ")))
        .write(") AS staged(")
        .write(columns.stream().map(c -> "c" + c).collect(Collectors.joining(", ")))
        .write(")) ");
    write(text, rows);
    List<ShardStatement> statements = new ArrayList<>();
    List<List<Integer>> dealt = new ArrayList<>();
    for (ShardId shard : map.shards()) {
      List<Integer> own = byShard.get(shard);
      if (own != null) {
        statements.add(text.on(shard));
        dealt.add(own);
      }
    }
    List<List<String>> written = WrittenTables.of(parsed.statement());
    DirectRoute route =
        merge == null && statements.size() == 1
            ? new OneShard(Effect.WRITE, statements.get(0), keys, true, null, written)
            : new ManyShards(
                Effect.WRITE,
                statements,
                merge == null ? merge(dealt) : merge,
                keys,
                true,
                written);
    return new Deal(route, dealt, columns);
  }

  private Key column(
      Table.Sharded table,
      List<KeyPart> key,
      int i,
      Rows rows,
      int row,
      List<@Nullable Object> values) {
    KeyPart part = key.get(i);
    if (part.constant() != null) {
      return constant(table, part.constant(), i, values);
    }
    String type = rows.types().get(part.column());
    Reading reading = StoredKeys.of(type(table, i), type, rows.value(row, part.column()));
    return key(table, i, reading, asked.isKnown(i, reading));
  }

  /** Refuses a constant that is no key, whatever a server may say. */
  final void check(Table.Sharded table, Expr constant, int i, List<@Nullable Object> values) {
    if (!asked.isAsked(i, constant, values)) {
      constant(table, constant, i, values);
    }
  }

  /** The key column that a constant of the statement is. */
  private Key constant(Table.Sharded table, Expr constant, int i, List<@Nullable Object> values) {
    type(table, i);
    Reading reading = new KeyReader(target.keyType(i), values).read(constant, true);
    return key(table, i, reading, asked.isKnown(i, reading));
  }

  private KeyType type(Table.Sharded table, int i) {
    return target
        .keyType(i)
        .orElseThrow(
            () ->
                new RoutingException(
                    ErrorCode.KEY_NOT_CONSTANT, table.displayName(), table.key().get(i).name()));
  }

  private Key key(Table.Sharded table, int i, Reading reading, boolean known) {
    String name = table.key().get(i).name();
    if (reading.never()) {
      throw new RoutingException(ErrorCode.KEY_IS_NULL, table.displayName(), name);
    }
    if (reading.key() == null || !known) {
      throw new RoutingException(
          ErrorCode.KEY_OF_UNKNOWN_TYPE, table.displayName(), name, type(table, i).sqlName());
    }
    return reading.key();
  }
}
