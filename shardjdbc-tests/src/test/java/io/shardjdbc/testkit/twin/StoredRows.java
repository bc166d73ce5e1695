package io.shardjdbc.testkit.twin;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.Table;
import io.shardjdbc.testkit.twin.TableContents.StoredRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares what lies in the tables of both sides, for tests in other packages. */
public final class StoredRows {

  /** A row as it was read: its shard key, empty where the table has none, and all its columns. */
  public record Row(List<String> key, String text) {}

  private final TableStates states;
  private final Map<String, Table> tables = new LinkedHashMap<>();

  /**
   * @param names those of the tables to compare
   */
  public StoredRows(
      Connection single,
      Map<String, Connection> shards,
      RoutingConfiguration routing,
      Collection<String> names) {
    for (Table table : routing.tables().values()) {
      if (names.contains(table.displayName())) {
        tables.put(table.displayName(), table);
      }
    }
    this.states = new TableStates(single, shards, List.copyOf(tables.values()));
  }

  /** Where the sides differ, if anywhere: all rows are read from the servers. */
  public Optional<String> difference() throws SQLException {
    states.schemaChanged();
    return states.difference();
  }

  /**
   * Where rows differ that were read before, if anywhere.
   *
   * @param names those of the tables to compare
   * @param single the rows of the one PostgreSQL, by table
   * @param shards those of each shard
   */
  public Optional<String> difference(
      Collection<String> names,
      Map<String, List<Row>> single,
      Map<String, Map<String, List<Row>>> shards)
      throws SQLException {
    Map<String, TableContents> actual = new LinkedHashMap<>();
    shards.forEach((shard, rows) -> actual.put(shard, contents(rows)));
    List<Table> present =
        tables.entrySet().stream()
            .filter(table -> names.contains(table.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return states.difference(present, contents(single), actual);
  }

  private TableContents contents(Map<String, List<Row>> rows) {
    Map<Table, List<StoredRow>> found = new HashMap<>();
    tables.forEach(
        (name, table) ->
            found.put(
                table,
                rows.getOrDefault(name, List.of()).stream()
                    .map(row -> new StoredRow(row.key(), row.text()))
                    .toList()));
    return TableContents.of(found);
  }
}
