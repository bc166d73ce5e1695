package io.shardjdbc.reshard.verify;

import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sums over rows that do not depend on their order, made by the servers.
 *
 * <p>Rows are summed by the xor of their hashes, by buckets of positions. A type whose hash says
 * all that its text says is hashed as it is; others are hashed as text in fixed formats: numbers
 * that are equal can look different, and an enumeration's hash is that of its number in one
 * database.
 */
final class Sums {
  private static final Set<String> HASHED_AS_THEY_ARE =
      Set.of("int2", "int4", "int8", "bool", "uuid", "date", "timestamp", "timestamptz", "bytea");

  private final MovedTable table;
  private final String hash;

  private Sums(MovedTable table, String hash) {
    this.table = table;
    this.hash = hash;
  }

  /** The sums of a table, whose columns are taken in the order of their names. */
  static Sums of(Connection connection, MovedTable table) throws SQLException {
    List<String> columns =
        Sql.rows(
            connection,
            row -> {
              String column = Identifiers.quote(row.getString(1));
              return HASHED_AS_THEY_ARE.contains(row.getString(2))
                  ? column
                  : column + "::text COLLATE \"C\"";
            },
            "SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
                + " WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped"
                + " ORDER BY a.attname COLLATE \"C\"",
            table.sql());
    return new Sums(table, "hash_record_extended(ROW(" + String.join(", ", columns) + "), 0)");
  }

  MovedTable table() {
    return table;
  }

  /** How many rows there are in a bucket, and the xor of their hashes. */
  record Sum(long rows, long xor) {}

  /** By eight bits of positions. */
  Map<Long, Sum> byBucket(Connection connection, Positions positions) throws SQLException {
    return read(connection, bucket(), table.in(positions));
  }

  /** By position, within some buckets. */
  Map<Long, Sum> byPosition(Connection connection, Positions positions, Set<Long> buckets)
      throws SQLException {
    String list = buckets.stream().map(String::valueOf).collect(Collectors.joining(","));
    return read(
        connection, position(), table.in(positions) + " AND " + bucket() + " IN (" + list + ")");
  }

  /** By position, at some. */
  Map<Long, Sum> at(Connection connection, Set<Long> positions) throws SQLException {
    String list = positions.stream().map(String::valueOf).collect(Collectors.joining("','"));
    return read(
        connection, position(), position() + " IN ('" + list + "') AND " + table.placed(""));
  }

  /** Positions that are hashes are spread already. */
  private String bucket() {
    return table.by().isOfHash()
        ? "(" + position() + " >> 56)"
        : "(pg_catalog.hashint8extended(" + position() + ", 0) >> 56)";
  }

  private String position() {
    return "pg_catalog." + table.position("");
  }

  private Map<Long, Sum> read(Connection connection, String by, String where) throws SQLException {
    Map<Long, Sum> sums = new HashMap<>();
    Sql.rows(
        connection,
        row -> sums.put(row.getLong(1), new Sum(row.getLong(2), row.getLong(3))),
        "SELECT "
            + by
            + ", count(*), bit_xor("
            + hash
            + ") FROM "
            + table.sql()
            + " WHERE "
            + where
            + " GROUP BY 1");
    return sums;
  }
}
