package io.shardjdbc.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * A number that a server's schema has until somebody changes it.
 *
 * <p>PostgreSQL counts no schema changes. But each change writes rows of system tables, and a row's
 * {@code xmin} is the transaction that wrote it, so the sum of hashes over what describes the
 * tables, views, functions and types of the database's own schemas changes with any of them. VACUUM
 * and ANALYZE change their counters in place and keep {@code xmin}. Of a relation, which TRUNCATE
 * and REINDEX write anew because they give it another file, what describes it is taken instead.
 * Temporary tables are left out: they come and go with statements. What is PostgreSQL's own, whose
 * identifiers are less than 16384, is not even read.
 *
 * @param cost how long the server was busy with it
 * @param map whether the database keeps a map of the shards
 */
record SchemaStamp(String value, Duration cost, boolean map) {

  private static final String STAMP =
      """
      WITH ours AS MATERIALIZED (
             SELECT oid, xmin FROM pg_namespace
              WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
           relations AS MATERIALIZED (
             SELECT oid, hash_record_extended(
                      ROW(relname, relnamespace, reltype, reloftype, relowner, relkind,
                          relpersistence, relrowsecurity, relforcerowsecurity, relispartition,
                          reloptions, relacl, relpartbound::text), 0) AS change
               FROM pg_class WHERE oid >= 16384 AND relnamespace IN (SELECT oid FROM ours)
                AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relpersistence <> 't')
      SELECT sum(hashint8extended(change, part)),
             extract(epoch FROM clock_timestamp() - statement_timestamp()),
             EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                      WHERE n.nspname = 'shardjdbc' AND c.relname = 'map') FROM (
             SELECT oid::int8, xmin::text::int8 FROM ours
             UNION ALL
             SELECT oid::int8, change FROM relations
             UNION ALL
             SELECT attrelid::int8 * 2000 + attnum, xmin::text::int8 FROM pg_attribute
              WHERE attrelid >= 16384 AND attrelid IN (SELECT oid FROM relations) AND attnum > 0
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_attrdef
              WHERE oid >= 16384 AND adrelid IN (SELECT oid FROM relations)
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_rewrite
              WHERE oid >= 16384 AND ev_class IN (SELECT oid FROM relations)
             UNION ALL
             SELECT indexrelid::int8, xmin::text::int8 FROM pg_index
              WHERE indexrelid >= 16384 AND indrelid IN (SELECT oid FROM relations)
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_trigger
              WHERE tgrelid IN (SELECT oid FROM relations)
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_policy
              WHERE polrelid IN (SELECT oid FROM relations)
             UNION ALL
             SELECT inhrelid::int8 * 2000 + inhseqno, hashint8extended(inhparent::int8, 0)
               FROM pg_inherits WHERE inhrelid IN (SELECT oid FROM relations)
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_constraint
              WHERE oid >= 16384 AND connamespace IN (SELECT oid FROM ours)
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_proc
              WHERE oid >= 16384 AND pronamespace IN (SELECT oid FROM ours)
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_operator
              WHERE oid >= 16384 AND oprnamespace IN (SELECT oid FROM ours)
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_cast WHERE oid >= 16384
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_event_trigger
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_type
              WHERE oid >= 16384 AND typnamespace IN (SELECT oid FROM ours)
             UNION ALL
             SELECT oid::int8, xmin::text::int8 FROM pg_collation
              WHERE oid >= 16384 AND collnamespace IN (SELECT oid FROM ours)
           ) AS rows (part, change)
      """;

  static Optional<SchemaStamp> read(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(STAMP);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      Duration cost = Duration.ofNanos((long) (rows.getDouble(2) * 1e9));
      return Optional.of(
          new SchemaStamp(String.valueOf(rows.getString(1)), cost, rows.getBoolean(3)));
    }
  }
}
