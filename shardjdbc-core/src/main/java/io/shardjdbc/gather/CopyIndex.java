package io.shardjdbc.gather;

import io.shardjdbc.routing.route.StagedColumn;
import java.util.Set;

/**
 * An index on a column of a copy that the statement looks for values of other columns in.
 *
 * <p>A sub-query that looks into a copy for each row of another reads the copy as a whole each time
 * where it has none. An index must never be what makes a statement fail: only types that are known
 * to have one get it, and those whose values may be longer than an entry of a B-tree get hashes.
 */
final class CopyIndex {

  private static final Set<String> SHORT =
      Set.of(
          "bigint",
          "int8",
          "integer",
          "int4",
          "smallint",
          "int2",
          "uuid",
          "date",
          "timestamp",
          "timestamp without time zone",
          "timestamptz",
          "timestamp with time zone");

  private static final Set<String> LONG =
      Set.of("text", "character varying", "varchar", "character", "bpchar", "numeric");

  private static final String OWN = "pg_catalog.";

  private CopyIndex() {}

  /** What makes it; empty where the type is none of those. */
  static String of(String table, StagedColumn column) {
    String type = column.type();
    String plain = type.startsWith(OWN) ? type.substring(OWN.length()) : type;
    String start = "CREATE INDEX ON " + table;
    if (SHORT.contains(plain)) {
      return start + " (" + column.name() + ")";
    }
    boolean isArray = plain.endsWith("]");
    int modifier = plain.indexOf('(');
    boolean isLong = LONG.contains(modifier < 0 ? plain : plain.substring(0, modifier));
    return isLong && !isArray ? start + " USING hash (" + column.name() + ")" : "";
  }
}
