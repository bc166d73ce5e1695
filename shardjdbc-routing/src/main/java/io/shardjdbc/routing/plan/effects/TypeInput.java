package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.sql.TypeName;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server reads a text by, when the text becomes a value of a type.
 *
 * <p>PostgreSQL marks the input functions of types as immutable or stable. A stable one looks at
 * something else than the text: {@code 'now'} at the clock, {@code 'posts'::regclass} at the
 * catalogue of its server. Such a text is no constant where several servers read it. All servers
 * share a session's settings, so what {@code TimeZone} or {@code DateStyle} decides is the same.
 */
public enum TypeInput {
  /** By the text and settings alone: numbers, texts, uuids. */
  TEXT,
  /** By the clock where the text names it: dates, times, and types that may be made of them. */
  CLOCK,
  /** By what only one server knows. {@code timetz} takes the offset of the day on which it is. */
  SERVER;

  private static final Set<String> OF_TEXT =
      Set.of(
          "int2",
          "int4",
          "int8",
          "smallint",
          "integer",
          "int",
          "bigint",
          "numeric",
          "decimal",
          "real",
          "float",
          "float4",
          "float8",
          "double precision",
          "text",
          "varchar",
          "character varying",
          "bpchar",
          "char",
          "character",
          "name",
          "bool",
          "boolean",
          "uuid",
          "bytea",
          "json",
          "jsonb",
          "xml",
          "bit",
          "varbit",
          "bit varying",
          "inet",
          "cidr",
          "macaddr",
          "interval");

  private static final Set<String> OF_SERVER = Set.of("money", "timetz", "time with time zone");

  /**
   * @param type as {@code pg_type} or the grammar names it; that of an array with a line before it
   */
  public static TypeInput of(String type) {
    String name = type.toLowerCase(Locale.ROOT);
    String element = name.startsWith("_") ? name.substring(1) : name;
    if (OF_TEXT.contains(element)) {
      return TEXT;
    }
    return element.startsWith("reg") || OF_SERVER.contains(element) ? SERVER : CLOCK;
  }

  /** Of a column; the worst where nothing is known of it. */
  public static TypeInput of(@Nullable ColumnShape column) {
    return column == null ? SERVER : of(column.type());
  }

  /** Of what a cast names. */
  public static TypeInput of(TypeName type) {
    TypeInput own = of(type.name().last());
    return own == TEXT && !type.isBuiltIn() ? CLOCK : own;
  }

  /** By whichever of both depends on more. */
  public TypeInput or(TypeInput other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
