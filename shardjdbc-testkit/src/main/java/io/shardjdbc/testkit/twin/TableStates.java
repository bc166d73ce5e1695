package io.shardjdbc.testkit.twin;

import io.shardjdbc.routing.Table;
import io.shardjdbc.testkit.twin.TableContents.StoredRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares what lies in all tables of both sides, straight from the servers.
 *
 * <p>The rows of a sharded table on all shards together are those of the one PostgreSQL, each on
 * the shard that owns its key; every shard has all rows of a reference table; and a table of one
 * shard has its rows there.
 */
final class TableStates {

  private final Connection single;
  private final Map<String, Connection> shards;
  private final List<Table> tables;
  private final Owners owners;
  private @Nullable List<Table> existing;

  TableStates(Connection single, Map<String, Connection> shards, List<Table> tables) {
    this.single = single;
    this.shards = shards;
    this.tables = tables;
    this.owners = new Owners(single);
  }

  /** Tells it that tables or their columns may have changed. */
  void schemaChanged() {
    owners.forget();
    existing = null;
  }

  /** Where the sides differ, if anywhere. */
  Optional<String> difference() throws SQLException {
    if (existing == null) {
      List<Table> found = TableContents.existing(single, tables);
      for (Map.Entry<String, Connection> shard : shards.entrySet()) {
        List<Table> here = TableContents.existing(shard.getValue(), tables);
        for (Table table : tables) {
          if (isOn(table, shard.getKey()) && here.contains(table) != found.contains(table)) {
            return Optional.of(
                "table %s exists only %s shard %s"
                    .formatted(
                        table.displayName(),
                        here.contains(table) ? "on" : "outside of",
                        shard.getKey()));
          }
        }
      }
      existing = found;
    }
    return difference(existing);
  }

  private static boolean isOn(Table table, String shard) {
    return !(table instanceof Table.Single lone) || lone.shard().name().equals(shard);
  }

  private Optional<String> difference(List<Table> present) throws SQLException {
    TableContents expected = TableContents.read(single, present);
    Map<String, TableContents> actual = new LinkedHashMap<>();
    for (Map.Entry<String, Connection> shard : shards.entrySet()) {
      List<Table> here = present.stream().filter(t -> isOn(t, shard.getKey())).toList();
      actual.put(shard.getKey(), TableContents.read(shard.getValue(), here));
    }
    return difference(present, expected, actual);
  }

  /**
   * Where rows that somebody has read differ, if anywhere.
   *
   * @param present those of the tables to compare
   */
  Optional<String> difference(
      List<Table> present, TableContents expected, Map<String, TableContents> actual)
      throws SQLException {
    for (Table table : present) {
      Optional<String> difference =
          table instanceof Table.Sharded sharded
              ? sharded(sharded, expected, actual)
              : copies(table, expected, actual);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> copies(
      Table table, TableContents expected, Map<String, TableContents> actual) {
    for (Map.Entry<String, TableContents> place : actual.entrySet()) {
      if (isOn(table, place.getKey())) {
        Optional<String> difference =
            compare(
                table.displayName() + " on shard " + place.getKey(),
                expected.rows(table),
                place.getValue().rows(table));
        if (difference.isPresent()) {
          return difference;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> sharded(
      Table.Sharded table, TableContents expected, Map<String, TableContents> places)
      throws SQLException {
    List<StoredRow> union = new ArrayList<>();
    for (Map.Entry<String, TableContents> place : places.entrySet()) {
      for (StoredRow row : place.getValue().rows(table)) {
        List<String> owner = owners.of(table, row.key());
        if (!owner.contains(place.getKey())) {
          return Optional.of(
              "a row of %s lies on shard %s and belongs to %s: %s"
                  .formatted(table.displayName(), place.getKey(), String.join(", ", owner), row));
        }
        union.add(row);
      }
    }
    return compare(table.displayName() + " on all shards", expected.rows(table), union);
  }

  private static Optional<String> compare(
      String what, List<StoredRow> expected, List<StoredRow> actual) {
    Bag<StoredRow> wanted = Bag.of(expected);
    Bag<StoredRow> got = Bag.of(actual);
    return wanted.equals(got)
        ? Optional.empty()
        : Optional.of("rows of table " + what + " differ; " + wanted.difference(got));
  }
}
