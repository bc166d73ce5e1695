package io.shardjdbc.testkit.twin;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Table;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The rows of all tables in one database, as texts, with the texts of their shard keys. */
final class TableContents {

  /** A row: its shard key, empty where the table has none, and all its columns. */
  record StoredRow(List<String> key, String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  private final Map<Table, List<StoredRow>> rows;

  private TableContents(Map<Table, List<StoredRow>> rows) {
    this.rows = rows;
  }

  /** Rows that somebody else has read. */
  static TableContents of(Map<Table, List<StoredRow>> rows) {
    return new TableContents(rows);
  }

  /** Reads the tables, which all exist, in one statement and so at one moment. */
  static TableContents read(Connection connection, List<Table> existing) throws SQLException {
    Map<Table, List<StoredRow>> rows = new HashMap<>();
    existing.forEach(table -> rows.put(table, new ArrayList<>()));
    if (!existing.isEmpty()) {
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(query(existing))) {
        while (result.next()) {
          Object[] key = (Object[]) result.getArray(2).getArray();
          List<String> columns = new ArrayList<>();
          for (Object column : key) {
            columns.add(String.valueOf(column));
          }
          Table table = existing.get(result.getInt(1));
          rows.getOrDefault(table, new ArrayList<>())
              .add(new StoredRow(columns, result.getString(3)));
        }
      }
    }
    return new TableContents(rows);
  }

  List<StoredRow> rows(Table table) {
    return rows.getOrDefault(table, List.of());
  }

  /** Those of the tables that a database has. */
  static List<Table> existing(Connection connection, List<Table> tables) throws SQLException {
    StringJoiner names = new StringJoiner(", ", "SELECT ", "");
    for (Table table : tables) {
      names.add("to_regclass('" + table.displayName().replace("'", "''") + "') IS NOT NULL");
    }
    List<Table> existing = new ArrayList<>();
    if (!tables.isEmpty()) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(names.toString())) {
        row.next();
        for (int i = 0; i < tables.size(); i++) {
          if (row.getBoolean(i + 1)) {
            existing.add(tables.get(i));
          }
        }
      }
    }
    return existing;
  }

  private static String query(List<Table> tables) {
    StringJoiner query = new StringJoiner(" UNION ALL ");
    for (int i = 0; i < tables.size(); i++) {
      Table table = tables.get(i);
      StringJoiner key = new StringJoiner(", ", "ARRAY[", "]::text[]");
      if (table instanceof Table.Sharded sharded) {
        sharded.key().forEach(c -> key.add("t." + Identifiers.quote(c.name()) + "::text"));
      }
      query.add("SELECT %d, %s, t::text FROM %s t".formatted(i, key, table.displayName()));
    }
    return query.toString();
  }
}
