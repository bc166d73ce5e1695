package io.shardjdbc.catalog;

import io.shardjdbc.routing.catalog.UserCode.Attached;
import io.shardjdbc.routing.catalog.UserCode.Attachment;
import io.shardjdbc.routing.catalog.UserCode.Event;
import io.shardjdbc.routing.catalog.UserCode.Fires;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLState;

/**
 * Reads which code of users runs when rows of a table are read or written: that of the table, its
 * partitions and children, and of the tables whose rows its foreign keys change.
 *
 * <p>The functions in expressions are taken from what the server notes of their dependencies.
 */
final class AttachedQuery {

  // The bits of tgtype are those of TRIGGER_TYPE_INSERT and its kin.
  private static final String QUERY =
      """
      WITH RECURSIVE
        hit (rel, own) AS (
          SELECT to_regclass(?)::oid, %2$d
          UNION
          SELECT n.rel, least(n.own, h.own)
            FROM hit h, LATERAL (
              SELECT inhrelid, %2$d FROM pg_inherits WHERE inhparent = h.rel
              UNION ALL
              SELECT d.refobjid, %2$d
                FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass
                 AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
               WHERE w.ev_class = h.rel AND w.ev_type = '1' AND d.refobjid <> h.rel
              UNION ALL
              SELECT conrelid,
                     CASE WHEN confupdtype IN ('c', 'n', 'd') OR confdeltype IN ('c', 'n', 'd')
                          THEN %3$d ELSE %4$d END
                FROM pg_constraint WHERE contype = 'f' AND confrelid = h.rel
            ) n (rel, own)),
        changed (rel, own) AS (SELECT rel, own FROM hit WHERE own <> %4$d),
        held (rel, type) AS (
          SELECT rel, atttypid FROM changed JOIN pg_attribute ON attrelid = rel
           WHERE attnum > 0 AND NOT attisdropped AND atttypid >= 16384
          UNION
          SELECT h.rel, n.type
            FROM held h JOIN pg_type t ON t.oid = h.type, LATERAL (
              SELECT t.typbasetype UNION ALL SELECT t.typelem
              UNION ALL
              SELECT rngsubtype FROM pg_range WHERE t.oid IN (rngtypid, rngmultitypid)
              UNION ALL
              SELECT atttypid FROM pg_attribute
               WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped
            ) n (type)
           WHERE n.type >= 16384),
        object (rel, own, kind, name, events, class, id, function) AS (
          SELECT rel, own, 'trigger', tgname::text, tgtype::int4, 0::oid, t.oid, tgfoid
            FROM hit JOIN pg_trigger t ON tgrelid = rel
           WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgfoid >= 16384
          UNION ALL
          SELECT rel, own, 'expression', o.name, o.events, o.class, o.id, d.refobjid
            FROM changed, LATERAL (
              SELECT 'pg_attrdef'::regclass::oid, e.oid, 0::oid,
                     CASE attgenerated WHEN '' THEN 68 ELSE 20 END,
                     CASE attgenerated WHEN '' THEN '' ELSE attname::text END
                FROM pg_attrdef e JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
               WHERE adrelid = rel
              UNION ALL
              SELECT 'pg_constraint'::regclass, oid, 0, 20, '' FROM pg_constraint
               WHERE contype = 'c' AND conrelid = rel
              UNION ALL
              SELECT 'pg_constraint'::regclass, k.oid, 0, 20, ''
                FROM held h JOIN pg_constraint k ON k.contypid = h.type WHERE h.rel = changed.rel
              UNION ALL
              SELECT 'pg_type'::regclass, atttypid, 0, 68, ''
                FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
               WHERE attrelid = rel AND NOT attisdropped AND NOT atthasdef
                 AND t.typdefault IS NOT NULL
              UNION ALL
              SELECT 'pg_class'::regclass, indexrelid, 0, 20, '' FROM pg_index WHERE indrelid = rel
              UNION ALL
              SELECT 'pg_class'::regclass, partrelid, 0, 20, '' FROM pg_partitioned_table
               WHERE partrelid = rel
              UNION ALL
              SELECT 'pg_cast'::regclass, k.oid, 0, 20, attname::text
                FROM pg_attribute JOIN pg_cast k ON k.casttarget = atttypid
               WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped AND k.castcontext <> 'e'
              UNION ALL
              SELECT 'pg_trigger'::regclass, oid, tgfoid, tgtype::int4, '' FROM pg_trigger
               WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid = rel
            ) o (class, id, function, events, name)
            JOIN pg_depend d ON d.classid = o.class AND d.objid = o.id
             AND d.refclassid = 'pg_proc'::regclass
           WHERE d.refobjid >= 16384 AND d.refobjid <> o.function),
        described (rel, own, kind, name, events, signature, text, fires) AS (
          SELECT o.rel, o.own, o.kind, o.name, o.events, %1$s,
                 CASE WHEN t.tgqual IS NOT NULL OR t.tgnargs > 0 THEN pg_get_triggerdef(t.oid) END,
                 CASE WHEN coalesce(t.tgoldtable, t.tgnewtable) IS NOT NULL THEN 2
                      WHEN t.tgtype & 1 = 0 THEN 1 ELSE 0 END
            FROM object o JOIN pg_proc p ON p.oid = o.function
            JOIN pg_namespace n ON n.oid = p.pronamespace
            LEFT JOIN pg_trigger t ON o.kind = 'trigger' AND t.oid = o.id
          UNION ALL
          SELECT rel, own, 'rule', rulename::text,
                 CASE ev_type WHEN '2' THEN 16 WHEN '3' THEN 4 ELSE 8 END, NULL,
                 pg_get_ruledef(r.oid), 0
            FROM changed JOIN pg_rewrite r ON ev_class = rel
           WHERE ev_type <> '1' AND ev_enabled <> 'D'
          UNION ALL
          SELECT rel, own, 'reference', '', 24, NULL, NULL, 0 FROM changed WHERE own = %3$d
          UNION ALL
          SELECT rel, own, 'policy', polname::text, 0, NULL, pg_get_expr(e.expression, rel),
                 0
            FROM hit JOIN pg_policy ON polrelid = rel JOIN pg_class s ON s.oid = rel,
                 LATERAL (VALUES (polqual), (polwithcheck)) e (expression)
           WHERE rel = to_regclass(?) AND s.relrowsecurity AND e.expression IS NOT NULL)
      SELECT DISTINCT d.kind, d.name, n.nspname, c.relname, d.own, d.events, d.signature, d.text,
             d.fires
        FROM described d JOIN pg_class c ON c.oid = d.rel
        JOIN pg_namespace n ON n.oid = c.relnamespace
      """
          .formatted(UserCodeQuery.SIGNATURE, Reached.OWN, Reached.BY_ROWS, Reached.BY_TRUNCATE);

  /** How a table is reached from the one that is asked about; the less is the weaker. */
  private static final class Reached {
    /** By TRUNCATE .. CASCADE alone: its foreign keys change no rows. */
    private static final int BY_TRUNCATE = 0;

    /** By foreign keys that change its rows. */
    private static final int BY_ROWS = 1;

    /** It has the table's rows. */
    private static final int OWN = 2;
  }

  /** Functions come and go one at a time; whoever meets so many of them has to begin anew. */
  private static final int MOST_ASKED = 20;

  private static final int INSERT = 4;
  private static final int DELETE = 8;
  private static final int UPDATE = 16;
  private static final int TRUNCATE = 32;
  private static final int DEFAULT = 64; // of expressions; in a trigger it is INSTEAD

  private AttachedQuery() {}

  /**
   * Asks a server.
   *
   * @param table its name, quoted
   * @return empty where the server does not have the table
   */
  static Optional<List<Attached>> read(Connection connection, String table) throws SQLException {
    List<Attached> all = null;
    for (int asked = 0; all == null && asked < MOST_ASKED; asked++) {
      all = whole(connection, table);
    }
    if (all == null) {
      throw new SQLException(
          "the triggers of " + table + " change while they are read",
          PSQLState.SERIALIZATION_FAILURE.getState());
    }
    return all.isEmpty() && !isThere(connection, table)
        ? Optional.empty()
        : Optional.of(List.copyOf(all));
  }

  /**
   * All that is attached. A server reads its catalogue as of one moment, and how a function is
   * called as of another: of one that is dropped between the two it does not know it any more.
   *
   * @return null where a function has gone while they were read
   */
  private static @Nullable List<Attached> whole(Connection connection, String table)
      throws SQLException {
    List<Attached> all = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setString(1, table);
      statement.setString(2, table);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Attachment kind =
              Attachment.valueOf(String.valueOf(rows.getString(1)).toUpperCase(Locale.ROOT));
          String signature = rows.getString(7);
          if (signature == null && (kind == Attachment.TRIGGER || kind == Attachment.EXPRESSION)) {
            return null;
          }
          all.add(
              new Attached(
                  kind,
                  String.valueOf(rows.getString(2)),
                  List.of(String.valueOf(rows.getString(3)), String.valueOf(rows.getString(4))),
                  events(kind, rows.getInt(6), rows.getInt(5)),
                  Optional.ofNullable(signature),
                  Optional.ofNullable(rows.getString(8)),
                  Fires.values()[rows.getInt(9)]));
        }
      }
    }
    return all;
  }

  /** Whoever has the table knows its code; no other shard has to be asked, or to be there. */
  private static boolean isThere(Connection connection, String table) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      statement.setString(1, table);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  private static Set<Event> events(Attachment kind, int bits, int reached) {
    if (kind == Attachment.POLICY) {
      return EnumSet.allOf(Event.class);
    }
    Set<Event> events = EnumSet.noneOf(Event.class);
    add(events, Event.INSERT, bits & INSERT);
    add(events, Event.DELETE, bits & DELETE);
    add(events, Event.UPDATE, bits & UPDATE);
    add(events, Event.TRUNCATE, bits & TRUNCATE);
    add(events, Event.DEFAULT, kind == Attachment.EXPRESSION ? bits & DEFAULT : 0);
    return switch (reached) {
      case Reached.OWN -> events;
      case Reached.BY_ROWS -> causes(events);
      default -> onlyTruncated(events);
    };
  }

  /** What TRUNCATE .. CASCADE of the table does to one that refers to it. */
  private static Set<Event> onlyTruncated(Set<Event> effects) {
    effects.retainAll(Set.of(Event.TRUNCATE));
    return effects;
  }

  /** What happens to a row when foreign keys delete or change others that refer to it. */
  private static Set<Event> causes(Set<Event> effects) {
    effects.remove(Event.INSERT);
    return effects.isEmpty() ? effects : EnumSet.of(Event.UPDATE, Event.DELETE, Event.TRUNCATE);
  }

  private static void add(Set<Event> events, Event event, int bit) {
    if (bit != 0) {
      events.add(event);
    }
  }
}
