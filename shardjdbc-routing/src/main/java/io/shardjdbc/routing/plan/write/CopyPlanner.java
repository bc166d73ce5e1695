package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.effects.ClockTexts;
import io.shardjdbc.routing.plan.effects.TypeInput;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.TableKey;
import io.shardjdbc.routing.plan.number.CountedColumns;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.CommonTables;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.route.CopiedTable;
import io.shardjdbc.routing.route.CopyTarget;
import io.shardjdbc.routing.route.RowOwners;
import io.shardjdbc.routing.sql.CopyRows;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says where copied rows go, and refuses what the shards would make of them otherwise than one
 * server.
 *
 * <p>COPY is not computed first, as an INSERT may be: its records reach servers byte for byte. So
 * what each shard would count, or each copy of a reference table compute, it cannot leave to them.
 */
public final class CopyPlanner {

  private final Tables tables;

  public CopyPlanner(Tables tables) {
    this.tables = tables;
  }

  /** Into a table, whose code of users has been looked into. */
  public CopyTarget into(CopyRows copy) {
    Table table = tables.declared(copy.target().name());
    if (!tables.isAlone()) {
      refuse(copy, table);
    }
    if (!(table instanceof Table.Sharded sharded)) {
      return table instanceof Table.Reference && !tables.isAlone()
          ? copied(copy, table)
          : new CopyTarget(table);
    }
    TableKey key = TableKey.of(sharded, tables);
    List<String> given = copy.columns().isEmpty() ? upToKey(sharded) : copy.columns();
    List<Integer> fields = new ArrayList<>();
    for (KeyColumn column : sharded.key()) {
      int at = given.indexOf(column.name());
      if (at < 0 && tables.isAlone() && OnlyShard.haveKeys(tables, sharded)) {
        return new CopyTarget(table);
      }
      if (at < 0) {
        throw new RoutingException(
            ErrorCode.KEY_MISSING_IN_INSERT, sharded.displayName(), column.name());
      }
      fields.add(at);
    }
    return new CopyTarget(table, fields, new NewRows(key, tables.placementOf(sharded)));
  }

  /**
   * The query that gives what COPY of a table copies out: its own rows, and of its columns all but
   * generated ones, which the catalogue does not tell from others with a computed default.
   */
  public String query(CopiedTable copied) {
    List<String> columns = new ArrayList<>(copied.columns());
    if (columns.isEmpty()) {
      Table table = tables.declared(copied.name());
      List<ColumnShape> all =
          tables.catalog().table(table.name()).map(shape -> shape.columns()).orElse(List.of());
      if (all.isEmpty() || all.stream().anyMatch(c -> c.defaults().computes())) {
        throw new RoutingException(
            ErrorCode.UTILITY_UNSUPPORTED,
            "COPY without a list of columns of table " + table.displayName());
      }
      all.forEach(column -> columns.add(column.name()));
    }
    return "SELECT "
        + columns.stream().map(Identifiers::quote).collect(Collectors.joining(", "))
        + " FROM ONLY "
        + copied.name().stream().map(Identifiers::quote).collect(Collectors.joining("."));
  }

  /** Of which no copy may read a text by its own clock. */
  private CopyTarget copied(CopyRows copy, Table table) {
    List<ColumnShape> all =
        tables.catalog().table(table.name()).map(shape -> shape.columns()).orElse(List.of());
    // A generated column has no field, so without names the fields may be of other columns.
    boolean inOrder = all.stream().noneMatch(c -> c.defaults().computes());
    List<String> given =
        copy.columns().isEmpty() ? all.stream().map(ColumnShape::name).toList() : copy.columns();
    List<Integer> read = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String name = given.get(i);
      boolean plain =
          all.stream().anyMatch(c -> c.name().equals(name) && TypeInput.of(c) == TypeInput.TEXT);
      if (!plain || (copy.columns().isEmpty() && !inOrder)) {
        read.add(i);
      }
    }
    return new CopyTarget(
        table, read, null, texts -> texts.stream().noneMatch(ClockTexts::looksLikeOne));
  }

  private void refuse(CopyRows copy, Table table) {
    Analyzer analyzer = new Analyzer(tables);
    TableVariable target = new WriteAnalysis(analyzer, CommonTables.none()).analyse(copy).target();
    Analysis analysis = analyzer.analysis();
    Objections against = new Objections();
    against.add(analysis.refusal());
    against.add(CountedColumns.counts(copy, table, tables));
    Uses uses = against.orElse(() -> Uses.of(analysis, tables.catalog())).orThrow();
    if (table instanceof Table.Reference) {
      against.add(ReferenceWrites.unsafe(table, analysis, uses));
      against.add(ReferenceWrites.systemColumns(table, copy));
      against.add(ReferenceWrites.computedDefaults(target, filled(copy, target)));
    }
    if (against.first() != null) {
      throw against.first().exception();
    }
  }

  /** The columns that are certainly not left to their defaults. */
  private static List<String> filled(CopyRows copy, TableVariable target) {
    if (copy.defaults()) {
      return List.of();
    }
    return copy.columns().isEmpty()
        ? target.shape().stream()
            .flatMap(shape -> shape.columns().stream())
            .map(ColumnShape::name)
            .toList()
        : copy.columns();
  }

  /**
   * The columns of a record up to the last one of the key. Generated columns are not among them,
   * and the catalogue does not tell them from other computed defaults: where one comes before, the
   * columns have to be named.
   */
  private List<String> upToKey(Table.Sharded table) {
    List<String> keys = table.key().stream().map(KeyColumn::name).toList();
    List<String> columns = new ArrayList<>();
    List<ColumnShape> all =
        tables.catalog().table(table.name()).map(shape -> shape.columns()).orElse(List.of());
    for (ColumnShape column : all) {
      if (columns.containsAll(keys)) {
        break;
      }
      if (column.defaults().computes()) {
        throw new RoutingException(
            ErrorCode.UTILITY_UNSUPPORTED,
            "COPY without a list of columns of table " + table.displayName());
      }
      columns.add(column.name());
    }
    return columns;
  }

  /** New rows of a table, each placed by its key. */
  private record NewRows(TableKey key, String placement) implements RowOwners {

    @Override
    public List<KeyType> types() {
      return key.types();
    }

    @Override
    public @Nullable ShardId of(List<@Nullable Object> values, ShardMap map) {
      Key stored = key.stored(values);
      return stored == null ? null : owner(stored, map);
    }

    @Override
    public ShardId ofStored(List<@Nullable Object> values, ShardMap map) {
      return owner(key.asStored(values), map);
    }

    private ShardId owner(Key row, ShardMap map) {
      Placement owners = map.placement(placement);
      return owners.sharesKeys() ? owners.ownerOfNew(row, SharedKeys.draw()) : owners.shardOf(row);
    }
  }
}
