package io.shardjdbc.catalog;

import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.Default;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks one server about its tables, views, functions and operators. */
final class CatalogQueries {

  // A type of people's own always has its schema, whatever the search path of the time.
  // The base type of a domain, over domains of domains; the collation, whose order is that of bytes
  // for C, POSIX and all locales of the built-in provider (in UTF-8 code points sort as bytes do).
  private static final String COLUMNS =
      """
      SELECT c.relkind IN ('v', 'm'),
             a.attname,
             CASE WHEN t.typtype <> 'd' THEN t.typname ELSE (
               WITH RECURSIVE base (oid, next) AS (
                 SELECT t.oid, t.typbasetype FROM pg_type t WHERE t.oid = a.atttypid
                 UNION ALL
                 SELECT t.oid, t.typbasetype FROM pg_type t JOIN base ON t.oid = base.next)
               SELECT t.typname FROM base JOIN pg_type t ON t.oid = base.oid WHERE base.next = 0)
               END,
             CASE WHEN b.typnamespace = 'pg_catalog'::regnamespace
                  THEN format_type(a.atttypid, a.atttypmod)
                  ELSE b.typnamespace::regnamespace || '.' || quote_ident(b.typname)
                    || substr(format_type(b.oid, a.atttypmod), length(format_type(b.oid, NULL)) + 1)
                    || CASE WHEN b.oid <> t.oid THEN '[]' ELSE '' END
                  END,
             CASE WHEN a.attcollation NOT IN (0, 'pg_catalog.default'::regcollation) THEN
               o.collnamespace::regnamespace || '.' || quote_ident(o.collname)
               ELSE '' END,
             a.attnotnull,
             coalesce(o.collisdeterministic, true),
             o.oid IS NULL
               OR o.collprovider = 'b'
               OR o.collprovider = 'c' AND o.collcollate IN ('C', 'POSIX')
               OR o.collprovider = 'd' AND (d.datlocprovider = 'b'
                  OR d.datlocprovider = 'c' AND d.datcollate IN ('C', 'POSIX')),
             CASE WHEN a.attidentity <> '' THEN 'nextval(' ELSE
               coalesce(pg_get_expr(e.adbin, e.adrelid), t.typdefault) END,
             EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
                       AND i.indimmediate AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])),
             EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
                       AND a.attnum = ANY (k.conkey)
                       AND strpos(pg_get_constraintdef(k.oid), ' >> 48) & ') > 0)
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_type y ON y.oid = t.typelem AND y.typarray = t.oid
        JOIN pg_type b ON b.oid = coalesce(y.oid, t.oid)
        LEFT JOIN pg_collation o ON o.oid = a.attcollation
        LEFT JOIN pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum
        JOIN pg_database d ON d.datname = current_database()
       WHERE c.oid = to_regclass(?)
       ORDER BY a.attnum
      """;

  private static final String FUNCTIONS =
      """
      SELECT bool_and(p.provolatile = 'i' AND p.prokind = 'f')
        FROM pg_proc p
       WHERE p.proname = ? AND (? = '' OR p.pronamespace = to_regnamespace(?))
      """;

  private static final String ATTRIBUTES =
      """
      SELECT bool_and(p.provolatile = 'i' AND p.prokind = 'f')
        FROM pg_proc p
       WHERE p.proname = ? AND p.pronamespace <> 'pg_catalog'::regnamespace
         AND p.pronargs >= 1 AND p.pronargs - p.pronargdefaults <= 1
      """;

  private static final String OPERATORS =
      """
      SELECT bool_and(p.provolatile = 'i'),
             bool_and(p.provolatile <> 'v' AND l.lanname IN ('c', 'internal'))
        FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode JOIN pg_language l ON l.oid = p.prolang
       WHERE o.oprname = ? AND o.oprnamespace <> 'pg_catalog'::regnamespace
      """;

  // Of a view that runs with its owner's rights, its query gives others the same where they may
  // read
  // all that it reads, and no policy can hide rows from them; a security barrier is there to be
  // kept.
  private static final String VIEW =
      """
      SELECT pg_get_viewdef(c.oid)
        FROM pg_class c
       WHERE c.oid = ? AND c.relkind = 'v'
         AND NOT EXISTS (SELECT FROM pg_options_to_table(c.reloptions) o
                          WHERE o.option_name = 'security_barrier' AND o.option_value::bool)
         AND (c.relowner = current_user::regrole
              OR EXISTS (SELECT FROM pg_options_to_table(c.reloptions) o
                          WHERE o.option_name = 'security_invoker' AND o.option_value::bool)
              OR NOT EXISTS (SELECT FROM pg_class r WHERE r.relrowsecurity)
                AND NOT EXISTS (SELECT FROM pg_rewrite w JOIN pg_depend d ON d.objid = w.oid
                                 WHERE w.ev_class = c.oid
                                   AND d.classid = 'pg_rewrite'::regclass
                                   AND d.refclassid = 'pg_class'::regclass
                                   AND d.refobjid <> c.oid
                                   AND NOT has_table_privilege(d.refobjid, 'SELECT')))
         AND has_table_privilege(c.oid, 'SELECT')
      """;

  /** What is between quotes; long texts would be too deep for a pattern that alternates. */
  private static final Pattern QUOTED = Pattern.compile("'[^']*+'");

  private static final Pattern CONSTANT =
      Pattern.compile(
          "(?is)(?:NULL|true|false|\\(?-?\\d+(?:\\.\\d+)?\\)?|E?(?:'')++)(?:::[\\w\\s.\"()\\[\\],]+)?");

  private CatalogQueries() {}

  /** Under a search path that leaves nothing unqualified. */
  static Optional<String> readView(Connection connection, List<String> name) throws SQLException {
    String written = quoted(name);
    long oid;
    try (PreparedStatement find =
        connection.prepareStatement("SELECT coalesce(to_regclass(?)::oid::int8, 0)")) {
      find.setString(1, written);
      oid = onlyRow(find).orElse(0L);
    }
    try (Statement path = connection.createStatement()) {
      path.execute("SET search_path = pg_catalog");
    }
    try (PreparedStatement read = connection.prepareStatement(VIEW)) {
      read.setLong(1, oid);
      try (ResultSet rows = read.executeQuery()) {
        return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
      }
    } finally {
      try (Statement path = connection.createStatement()) {
        path.execute("RESET search_path");
      }
    }
  }

  private static Optional<Long> onlyRow(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
    }
  }

  /** The shape of a table as one server has it; empty where it has none of that name. */
  static Optional<TableShape> read(Connection connection, List<String> name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, quoted(name));
      try (ResultSet rows = statement.executeQuery()) {
        List<ColumnShape> columns = new ArrayList<>();
        List<String> primaryKey = new ArrayList<>();
        boolean view = false;
        boolean mayCarry = false;
        while (rows.next()) {
          mayCarry |= rows.getBoolean(11);
          view = rows.getBoolean(1);
          if (rows.getBoolean(10)) {
            primaryKey.add(rows.getString(2));
          }
          columns.add(
              new ColumnShape(
                  rows.getString(2),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(5),
                  rows.getBoolean(6),
                  rows.getBoolean(7),
                  rows.getBoolean(8),
                  defaultOf(rows.getString(9))));
        }
        return columns.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new TableShape(name, columns, primaryKey, view)
                    .withCarrier(
                        mayCarry ? CarrierQuery.read(connection, quoted(name)) : Optional.empty()));
      }
    }
  }

  private static Default defaultOf(@org.jspecify.annotations.Nullable String expression) {
    if (expression == null) {
      return Default.NONE;
    }
    if (expression.contains("currval(") || expression.contains("lastval(")) {
      return Default.REMEMBERED;
    }
    if (expression.contains("nextval(")) {
      return Default.SEQUENCE;
    }
    String empty = QUOTED.matcher(expression).replaceAll("''");
    return CONSTANT.matcher(empty).matches() ? Default.CONSTANT : Default.COMPUTED;
  }

  /**
   * A function of the user's own is believed when it says that it is immutable. One that says it is
   * stable may read tables, and one that is volatile may write them.
   */
  static Optional<Volatility> readFunction(Connection connection, List<String> name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FUNCTIONS)) {
      String schema = name.size() > 1 ? quote(name.get(name.size() - 2)) : "";
      statement.setString(1, name.get(name.size() - 1));
      statement.setString(2, schema);
      statement.setString(3, schema);
      return believed(statement);
    }
  }

  static Optional<Volatility> readAttribute(Connection connection, String name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ATTRIBUTES)) {
      statement.setString(1, name);
      return believed(statement);
    }
  }

  private static Optional<Volatility> believed(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      boolean immutable = rows.getBoolean(1);
      return rows.wasNull()
          ? Optional.empty()
          : Optional.of(immutable ? Volatility.IMMUTABLE : Volatility.UNKNOWN);
    }
  }

  /** What is stable and written in C looks at settings; in other languages it may read tables. */
  static Optional<Volatility> readOperator(Connection connection, String sign) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OPERATORS)) {
      statement.setString(1, sign);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        boolean immutable = rows.getBoolean(1);
        if (rows.wasNull()) {
          return Optional.empty();
        }
        boolean stable = rows.getBoolean(2);
        return Optional.of(
            immutable ? Volatility.IMMUTABLE : stable ? Volatility.STABLE : Volatility.UNKNOWN);
      }
    }
  }

  static String quoted(List<String> name) {
    return name.stream().map(CatalogQueries::quote).collect(Collectors.joining("."));
  }

  private static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
