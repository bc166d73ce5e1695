package io.shardjdbc;

import io.shardjdbc.catalog.ShardCatalog;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What one shard's primary says of its tables, asked on one connection. Not thread-safe. */
final class ShardSchema {

  private final Connection connection;

  ShardSchema(Connection connection) {
    this.connection = connection;
  }

  Optional<TableShape> table(List<String> name) throws SQLException {
    return ShardCatalog.read(connection, name);
  }

  Connection connection() {
    return connection;
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

  private String one(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String written(List<String> name) {
    return name.stream().map(Identifiers::quote).collect(Collectors.joining("."));
  }
}
