package io.shardjdbc.transaction;

import io.shardjdbc.outcome.InDoubtTransaction;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Something of ours that a server says it has prepared. */
record PreparedPart(
    Gid gid,
    ShardId shard,
    OffsetDateTime prepared,
    Duration age,
    String owner,
    List<String> locks) {

  /** What is prepared in this database, and its locks: those beside the lock on its own number. */
  private static final String LIST =
      """
      SELECT p.gid, p.prepared, extract(epoch FROM clock_timestamp() - p.prepared), p.owner::text,
             ARRAY (
               SELECT l.mode || ' on ' || coalesce(l.relation::regclass::text, l.locktype)
               FROM pg_locks x
               JOIN pg_locks l ON l.pid IS NULL AND l.virtualtransaction = x.virtualtransaction
               WHERE x.pid IS NULL AND x.locktype = 'transactionid'
                 AND x.transactionid = p.transaction AND l.locktype <> 'transactionid'
               ORDER BY 1)
      FROM pg_prepared_xacts p
      WHERE p.database = current_database() AND p.gid LIKE ?
      ORDER BY p.prepared
      """;

  /** All of them on a shard, the oldest first. */
  static List<PreparedPart> on(ShardId shard, Connection connection) throws SQLException {
    List<PreparedPart> parts = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(LIST)) {
      statement.setString(1, Gid.LIKE);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          Optional<Gid> gid = Gid.parse(row.getString(1));
          if (gid.isPresent()) {
            parts.add(
                new PreparedPart(
                    gid.get(),
                    shard,
                    row.getObject(2, OffsetDateTime.class),
                    Duration.ofMillis((long) (row.getDouble(3) * 1000)),
                    row.getString(4),
                    List.of((String[]) row.getArray(5).getArray())));
          }
        }
      }
    }
    return parts;
  }

  /** Whether it lies where its name says. */
  boolean isInPlace() {
    return gid.shard().equals(shard);
  }

  InDoubtTransaction inDoubt() {
    return new InDoubtTransaction(
        gid.transaction(), shard, prepared.toInstant(), age, owner, locks);
  }
}
