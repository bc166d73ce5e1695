package io.shardjdbc.copy;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a COPY that only a server can read: spellings that differ from release to release, texts
 * that are cut to their column's length, numbers out of range.
 *
 * <p>A server makes of such a text what it makes of it in the column, or says what is wrong with
 * it, in its own words. It is asked beside the COPY, whose connections are busy. An explicit cast
 * cuts where storing only cuts spaces; what is too long then fails on the shard that it is sent to.
 */
final class ServerKeys {

  private static final String TYPE =
      "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
          + " WHERE attrelid = to_regclass(?) AND attname = ? AND NOT attisdropped";

  private final ShardNodes nodes;
  private final ShardId shard;
  private final Table table;
  private @Nullable String question;

  /**
   * @param shard whose server is asked
   */
  ServerKeys(ShardNodes nodes, ShardId shard, Table table) {
    this.nodes = nodes;
    this.shard = shard;
    this.table = table;
  }

  /** The same key as the server writes it. */
  List<@Nullable Object> read(List<@Nullable Object> key) throws SQLException {
    try {
      return nodes.primary(shard).ask(connection -> read(connection, key));
    } catch (SQLException e) {
      throw SqlErrors.onShard(shard, e);
    }
  }

  private List<@Nullable Object> read(Connection connection, List<@Nullable Object> key)
      throws SQLException {
    String sql = question;
    if (sql == null) {
      sql = question(connection);
      question = sql;
    }
    try (PreparedStatement ask = connection.prepareStatement(sql)) {
      for (int i = 0; i < key.size(); i++) {
        Object value = key.get(i);
        ask.setObject(i + 1, value == null ? null : value.toString(), Types.OTHER);
      }
      try (ResultSet row = ask.executeQuery()) {
        row.next();
        List<@Nullable Object> read = new ArrayList<>();
        for (int i = 1; i <= key.size(); i++) {
          read.add(row.getString(i));
        }
        return read;
      }
    }
  }

  private String question(Connection connection) throws SQLException {
    List<String> casts = new ArrayList<>();
    String name = table.name().stream().map(Identifiers::quote).collect(Collectors.joining("."));
    try (PreparedStatement type = connection.prepareStatement(TYPE)) {
      for (KeyColumn column : table instanceof Table.Sharded it ? it.key() : List.<KeyColumn>of()) {
        type.setString(1, name);
        type.setString(2, column.name());
        try (ResultSet row = type.executeQuery()) {
          casts.add("CAST(? AS " + (row.next() ? row.getString(1) : "text") + ")::text");
        }
      }
    }
    return "SELECT " + String.join(", ", casts);
  }
}
