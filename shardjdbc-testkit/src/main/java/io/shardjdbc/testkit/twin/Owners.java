package io.shardjdbc.testkit.twin;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Which shard owns a row, by the types that the key's columns have on the server. */
final class Owners {

  private static final String TYPE =
      """
      SELECT format_type(t.oid, NULL)
      FROM pg_attribute a JOIN pg_type c ON c.oid = a.atttypid
      JOIN pg_type t ON t.oid = CASE WHEN c.typtype = 'd' THEN c.typbasetype ELSE c.oid END
      WHERE a.attrelid = to_regclass(?) AND a.attname = ?
      """;

  private static final DateTimeFormatter MOMENT =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral(' ')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendOffset("+HH:mm", "+00")
          .toFormatter(Locale.ROOT);

  private final Connection single;
  private final Map<Table, List<KeyType>> types = new HashMap<>();

  Owners(Connection single) {
    this.single = single;
  }

  /** Forgets the types, because the schema changed. */
  void forget() {
    types.clear();
  }

  /** The names of the shards on one of which a row of that key has to be. */
  List<String> of(Table.Sharded table, List<String> key) throws SQLException {
    List<KeyType> columnTypes = types.get(table);
    if (columnTypes == null) {
      columnTypes = typesOf(table);
      types.put(table, columnTypes);
    }
    List<Key> columns = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      columns.add(key(columnTypes.get(i), key.get(i)));
    }
    return table.placement().ownersOf(Key.ofColumns(columns)).stream().map(ShardId::name).toList();
  }

  private static Key key(KeyType type, String text) {
    return switch (type) {
      case INTEGER -> Key.of(Long.parseLong(text));
      case TEXT -> Key.of(text);
      case UUID -> Key.of(UUID.fromString(text));
      case DATE -> Key.of(LocalDate.parse(text));
      case TIMESTAMP -> Key.of(LocalDateTime.parse(text.replace(' ', 'T')));
      case TIMESTAMPTZ -> Key.of(MOMENT.parse(text, Instant::from));
      case NUMERIC -> Key.of(new BigDecimal(text));
    };
  }

  private List<KeyType> typesOf(Table.Sharded table) throws SQLException {
    List<KeyType> found = new ArrayList<>();
    for (var column : table.key()) {
      try (PreparedStatement statement = single.prepareStatement(TYPE)) {
        statement.setString(1, table.displayName());
        statement.setString(2, column.name());
        try (ResultSet row = statement.executeQuery()) {
          Optional<KeyType> type = row.next() ? KeyType.named(row.getString(1)) : Optional.empty();
          found.add(
              type.orElseThrow(
                  () ->
                      new IllegalStateException(
                          table.displayName() + "." + column.name() + " cannot be a shard key")));
        }
      }
    }
    return found;
  }
}
