package io.shardjdbc.catalog;

import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.PositionedId;
import io.shardjdbc.routing.catalog.Catalog.Carrier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Asks one server whether a table's check says that ids carry the positions of their rows' keys.
 *
 * <p>The check is known by its text, as the server writes {@link PositionedId#check}. It has to
 * hold for every row: valid, inherited by all partitions, of which none is a foreign table, on
 * columns that are not null. Where somebody has functions or operators of the same names, the text
 * might mean these, and nothing is believed.
 */
final class CarrierQuery {

  private static final String CARRIER =
      """
      SELECT i.attname, k.attname, f.type
        FROM pg_constraint c
        JOIN pg_class r ON r.oid = c.conrelid AND r.relkind IN ('r', 'p')
        JOIN pg_attribute i ON i.attrelid = r.oid AND i.attnum = ANY (c.conkey)
                           AND i.atttypid = 'pg_catalog.int8'::regtype AND i.attnotnull
        JOIN pg_attribute k ON k.attrelid = r.oid AND k.attnum = ANY (c.conkey)
                           AND k.attnum <> i.attnum AND k.attnotnull
        JOIN (VALUES ('int8', 'INTEGER', 'hashint8extended(%I'),
                     ('int4', 'INTEGER', 'hashint8extended((%I)::bigint'),
                     ('int2', 'INTEGER', 'hashint8extended((%I)::bigint'),
                     ('text', 'TEXT', 'hashtextextended(%I'),
                     ('varchar', 'TEXT', 'hashtextextended((%I)::text'),
                     ('uuid', 'UUID', 'uuid_hash_extended(%I')) AS f (key, type, hash)
          ON k.atttypid = ('pg_catalog.' || f.key)::regtype
       WHERE c.conrelid = to_regclass(?) AND c.contype = 'c'
         AND c.convalidated AND NOT c.connoinherit
         AND pg_get_constraintdef(c.oid) = format(
               'CHECK (((%I & (65535)::bigint) = ((' || f.hash
                 || ', (0)::bigint) >> 48) & (65535)::bigint)))', i.attname, k.attname)
         AND NOT EXISTS (
               WITH RECURSIVE kin (oid) AS (
                 SELECT r.oid
                 UNION
                 SELECT h.inhrelid FROM pg_inherits h JOIN kin ON h.inhparent = kin.oid)
               SELECT FROM kin JOIN pg_class USING (oid) WHERE relkind = 'f')
         AND NOT EXISTS (SELECT FROM pg_proc
                          WHERE proname IN
                                ('hashint8extended', 'hashtextextended', 'uuid_hash_extended')
                            AND pronamespace <> 'pg_catalog'::regnamespace)
         AND NOT EXISTS (SELECT FROM pg_operator
                          WHERE oprname IN ('&', '>>', '=')
                            AND oprleft = 'pg_catalog.int8'::regtype
                            AND oprnamespace <> 'pg_catalog'::regnamespace)
       ORDER BY c.conname, i.attnum LIMIT 1
      """;

  private CarrierQuery() {}

  /**
   * What its check says.
   *
   * @param table as SQL writes it
   */
  static Optional<Carrier> read(Connection connection, String table) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CARRIER)) {
      statement.setString(1, table);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? Optional.of(
                new Carrier(
                    rows.getString(1), rows.getString(2), KeyType.valueOf(rows.getString(3))))
            : Optional.empty();
      }
    }
  }
}
