package io.shardjdbc;

import io.shardjdbc.catalog.ShardCatalog;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.route.Catalog.TableShape;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What one shard's primary says of its tables, asked on one connection. Not thread-safe. */
final class ShardSchema {

  /** A unique index or an exclusion constraint; columns in no order, expressions left out. */
  record Unique(String name, List<String> columns) {}

  /** A foreign key; the i-th column refers to the i-th of the other table. */
  record ForeignKey(
      String name, List<String> columns, List<String> otherTable, List<String> otherColumns) {}

  private static final String UNIQUES =
      """
      SELECT i.indexrelid::regclass::text,
             ARRAY(SELECT a.attname::text FROM pg_attribute a
                    WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attnum > 0)
        FROM pg_index i
       WHERE i.indrelid = to_regclass(?) AND (i.indisunique OR i.indisexclusion)
       ORDER BY 1
      """;

  private static final String FOREIGN_KEYS =
      """
      SELECT k.conname,
             ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, o)
                     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY o),
             n.nspname, c.relname,
             ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, o)
                     JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY o)
        FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.confrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE k.conrelid = to_regclass(?) AND k.contype = 'f'
       ORDER BY 1
      """;

  private final Connection connection;

  ShardSchema(Connection connection) {
    this.connection = connection;
  }

  Optional<TableShape> table(List<String> name) throws SQLException {
    return ShardCatalog.read(connection, name);
  }

  List<Unique> uniques(List<String> table) throws SQLException {
    List<Unique> found = new ArrayList<>();
    try (PreparedStatement statement = asked(UNIQUES, table);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(new Unique(rows.getString(1), texts(rows.getArray(2))));
      }
    }
    return found;
  }

  List<ForeignKey> foreignKeys(List<String> table) throws SQLException {
    List<ForeignKey> found = new ArrayList<>();
    try (PreparedStatement statement = asked(FOREIGN_KEYS, table);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(
            new ForeignKey(
                rows.getString(1),
                texts(rows.getArray(2)),
                List.of(rows.getString(3), rows.getString(4)),
                texts(rows.getArray(5))));
      }
    }
    return found;
  }

  String encoding() throws SQLException {
    return one("SHOW server_encoding");
  }

  /** The same for two tables with the same rows, in whatever order they lie. */
  String digest(List<String> table) throws SQLException {
    return one(
        "SELECT count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM "
            + written(table)
            + " AS t");
  }

  private PreparedStatement asked(String sql, List<String> table) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setString(1, written(table));
    return statement;
  }

  private String one(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of(
        Arrays.copyOf(
            (Object[]) array.getArray(), ((Object[]) array.getArray()).length, String[].class));
  }

  private static String written(List<String> name) {
    return name.stream().map(Identifiers::quote).collect(Collectors.joining("."));
  }
}
