package io.shardjdbc.catalog;

import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.catalog.UserCode;
import io.shardjdbc.routing.catalog.UserCode.Comparison;
import io.shardjdbc.routing.catalog.UserCode.Parameters;
import io.shardjdbc.routing.catalog.UserCode.Place;
import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.catalog.UserCode.Title;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads which functions, operators and casts one server has beside PostgreSQL's own. */
final class UserCodeQuery {

  /** The first object identifier that is not PostgreSQL's own. */
  private static final String FIRST = "16384";

  /** The name by which functions refer to each other, the same on all servers. */
  static final String SIGNATURE =
      "n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'";

  /** Whether any table may have code of users. */
  private static final String ATTACHED =
      """
      EXISTS (SELECT FROM pg_proc WHERE oid >= %1$s)
          OR EXISTS (SELECT FROM pg_policy)
          OR EXISTS (SELECT FROM pg_constraint WHERE contype = 'f'
                        AND (confupdtype IN ('c', 'n', 'd') OR confdeltype IN ('c', 'n', 'd')))
          OR EXISTS (SELECT FROM pg_rewrite WHERE oid >= %1$s AND ev_type <> '1')
      """
          .formatted(FIRST)
          .strip();

  /** Whether there is anything to tell: to plan the whole question takes a server some time. */
  private static final String ANY =
      "SELECT %2$s OR EXISTS (SELECT FROM pg_operator WHERE oid >= %1$s)"
          .formatted(FIRST, ATTACHED);

  private static final String QUERY =
      """
      WITH RECURSIVE
        own AS (
          SELECT p.*, n.nspname, %1$s AS signature
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid >= %2$s),
        checked (type, signature) AS (
          SELECT k.contypid, o.signature
            FROM pg_constraint k
            JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid = k.oid
             AND d.refclassid = 'pg_proc'::regclass
            JOIN own o ON o.oid = d.refobjid
           WHERE k.contypid <> 0
          UNION
          SELECT n.type, c.signature
            FROM checked c, LATERAL (
              SELECT oid FROM pg_type WHERE typbasetype = c.type OR typelem = c.type
              UNION ALL
              SELECT unnest(ARRAY[rngtypid, rngmultitypid]) FROM pg_range
               WHERE rngsubtype = c.type
              UNION ALL
              SELECT r.reltype FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
               WHERE a.atttypid = c.type AND NOT a.attisdropped AND r.reltype <> 0
            ) n (type))
      SELECT 'routine' AS row, o.signature, o.nspname, o.proname, o.prokind::text AS kind,
             o.pronargs - o.pronargdefaults AS fewest,
             CASE WHEN o.provariadic <> 0 THEN 100
                  ELSE greatest(o.pronargs, (SELECT count(*) FROM unnest(o.proargmodes) m
                                              WHERE m <> 't')) END AS most,
             ARRAY(SELECT coalesce(o.proargnames[i], '')
                     FROM generate_series(1, greatest(o.pronargs, cardinality(o.proargmodes))) i
                    WHERE coalesce(o.proargmodes[i], 'i') IN ('i', 'b', 'v')
                    ORDER BY i) AS parameters,
             ARRAY(SELECT coalesce(b.typname, t.typname)
                     FROM unnest(o.proargtypes) WITH ORDINALITY a (type, place)
                     JOIN pg_type t ON t.oid = a.type LEFT JOIN pg_type b ON b.oid = t.typbasetype
                    ORDER BY a.place)::text[] AS types,
             l.lanname AS language, o.provolatile::text AS volatility,
             EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                        AND d.objid = o.oid AND d.deptype = 'e') AS extension,
             ARRAY(SELECT b.signature FROM pg_aggregate g JOIN own b ON b.oid IN
                     (g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn,
                      g.aggdeserialfn, g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn)
                    WHERE g.aggfnoid = o.oid
                   UNION
                   SELECT b.signature FROM pg_depend d JOIN own b ON b.oid = d.refobjid
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = o.oid
                      AND d.refclassid = 'pg_proc'::regclass AND b.oid <> o.oid) AS behind,
             ARRAY(SELECT CASE WHEN o.proargmodes[i] = 'o' THEN '>' ELSE '' END
                          || coalesce(o.proargnames[i], '')
                     FROM generate_series(1, greatest(o.pronargs, cardinality(o.proargmodes))) i
                    WHERE coalesce(o.proargmodes[i], 'i') <> 't'
                    ORDER BY i) AS places,
             coalesce(pg_get_expr(o.proargdefaults, 0), '') AS defaults
        FROM own o JOIN pg_language l ON l.oid = o.prolang
      UNION ALL
      SELECT 'operator', o.signature, NULL, p.oprname, NULL, 0, 0, NULL, NULL, NULL, NULL, false, NULL, NULL,
             NULL
        FROM pg_operator p JOIN own o ON o.oid = p.oprcode
      UNION ALL
      SELECT 'comparison', l.typname, r.typname, p.oprname, NULL, 0, 0, NULL, NULL, NULL, NULL,
             false, NULL, NULL, NULL
        FROM pg_operator p JOIN pg_type l ON l.oid = p.oprleft JOIN pg_type r ON r.oid = p.oprright
       WHERE p.oid >= %2$s AND l.oid < %2$s AND r.oid < %2$s
         AND p.oprname IN ('=', '<>', '<', '<=', '>', '>=')
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_operator'::regclass
                            AND d.objid = p.oid AND d.deptype = 'e')
      UNION ALL
      SELECT 'type', o.signature, NULL, t.typname, NULL, 0, 0, NULL, NULL, NULL, NULL, false, NULL, NULL,
             NULL
        FROM pg_cast c JOIN own o ON o.oid = c.castfunc
        JOIN pg_type t ON t.oid = c.casttarget OR t.oid = c.castsource AND c.castcontext <> 'e'
      UNION ALL
      SELECT 'type', o.signature, NULL, t.typname, NULL, 0, 0, NULL, NULL, NULL, NULL, false, NULL, NULL,
             NULL
        FROM checked o JOIN pg_type t ON t.oid = o.type
      UNION ALL
      SELECT 'implicit', o.signature, NULL, t.typname, NULL, 0, 0, NULL, NULL, NULL, NULL, false, NULL,
             NULL, NULL
        FROM pg_cast c JOIN own o ON o.oid = c.castfunc
        JOIN pg_type t ON t.oid IN (c.casttarget, c.castsource)
       WHERE c.castcontext = 'i'
      UNION ALL
      SELECT 'domain', NULL, pg_get_expr(t.typdefaultbin, 0), t.typname, NULL, 0, 0, NULL, NULL, NULL,
             NULL, false, NULL, NULL, NULL
        FROM pg_type t WHERE t.typtype = 'd' AND t.typdefaultbin IS NOT NULL AND t.oid >= %2$s
      UNION ALL
      SELECT 'event', o.signature, NULL, t.evtname, NULL, 0, 0, NULL, NULL, NULL, NULL, false, NULL, NULL,
             NULL
        FROM pg_event_trigger t JOIN own o ON o.oid = t.evtfoid
       WHERE t.evtenabled IN ('O', 'A') AND t.evtevent <> 'login'
      UNION ALL
      SELECT DISTINCT 'trigger', o.signature, CASE t.tgtype & 1 WHEN 1 THEN 'row' ELSE '' END, o.proname,
             NULL, 0, 0, NULL::text[], NULL::text[], NULL, NULL, false, NULL::text[], NULL::text[], NULL
        FROM pg_trigger t JOIN own o ON o.oid = t.tgfoid
       WHERE NOT t.tgisinternal
         AND EXISTS (SELECT FROM pg_trigger WHERE tgtype & 1 = 0 AND NOT tgisinternal)
      UNION ALL
      SELECT 'attached', NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, false, NULL, NULL,
             NULL
       WHERE %3$s
      """
          .formatted(SIGNATURE, FIRST, ATTACHED);

  private static final String SOURCE =
      """
      SELECT coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE p.oid >= %2$s AND %1$s = ?
      """
          .formatted(SIGNATURE, FIRST);

  private UserCodeQuery() {}

  /** A row of the answer: a routine, or an operator or a type by its name, or neither. */
  record Row(String kind, String name, String signature, String other, @Nullable Routine routine) {}

  /** What a server has. */
  static List<Row> read(Connection connection) throws SQLException {
    List<Row> all = new ArrayList<>();
    if (!isAny(connection)) {
      return all;
    }
    try (PreparedStatement statement = connection.prepareStatement(QUERY);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        String kind = String.valueOf(rows.getString(1));
        String signature = String.valueOf(rows.getString(2));
        String name = String.valueOf(rows.getString(4));
        Routine routine = kind.equals("routine") ? routine(rows, signature, name) : null;
        String other = String.valueOf(rows.getString(3));
        all.add(new Row(kind, name, signature, other, routine));
      }
    }
    return all;
  }

  private static boolean isAny(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ANY);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  /** What all servers have together. */
  static UserCode collected(List<Row> rows) {
    if (rows.isEmpty()) {
      return UserCode.NONE;
    }
    UserCode.Builder code = new UserCode.Builder();
    for (Row row : rows) {
      if (row.routine != null) {
        code.routine(row.routine);
      } else if (row.kind.equals("operator")) {
        code.operator(row.name, row.signature);
      } else if (row.kind.equals("comparison")) {
        code.comparison(new Comparison(row.name, row.signature, row.other));
      } else if (row.kind.equals("type")) {
        code.type(row.name, row.signature);
      } else if (row.kind.equals("implicit")) {
        code.implicit(row.name, row.signature);
      } else if (row.kind.equals("domain")) {
        code.domain(row.name, row.other);
      } else if (row.kind.equals("event")) {
        code.onEvent(row.name, row.signature);
      } else if (row.kind.equals("trigger")) {
        code.trigger(row.name, row.other.equals("row"));
      } else {
        code.attached();
      }
    }
    return code.build();
  }

  private static Routine routine(ResultSet rows, String signature, String name)
      throws SQLException {
    return new Routine(
        new Title(signature, String.valueOf(rows.getString(3)), name),
        String.valueOf(rows.getString(5)).charAt(0),
        new Parameters(
            rows.getInt(6),
            rows.getInt(7),
            texts(rows.getArray(8)),
            texts(rows.getArray(9)),
            places(texts(rows.getArray(14))),
            String.valueOf(rows.getString(15))),
        String.valueOf(rows.getString(10)),
        switch (String.valueOf(rows.getString(11))) {
          case "i" -> Volatility.IMMUTABLE;
          case "s" -> Volatility.STABLE;
          default -> Volatility.VOLATILE;
        },
        rows.getBoolean(12),
        texts(rows.getArray(13)));
  }

  private static List<Place> places(List<String> marked) {
    return marked.stream()
        .map(
            name ->
                name.startsWith(">") ? new Place(name.substring(1), false) : new Place(name, true))
        .toList();
  }

  private static List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? List.of() : List.of((String[]) array.getArray());
  }

  /** The source of a function, where the server has it. */
  static List<String> source(Connection connection, String signature) throws SQLException {
    List<String> sources = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(SOURCE)) {
      statement.setString(1, signature);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          sources.add(String.valueOf(rows.getString(1)));
        }
      }
    }
    return sources;
  }
}
