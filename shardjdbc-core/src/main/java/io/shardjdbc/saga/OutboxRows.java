package io.shardjdbc.saga;

import static io.shardjdbc.saga.ShardWork.prepare;
import static io.shardjdbc.saga.ShardWork.update;

import io.shardjdbc.routing.ShardId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** What a relay asks of the outbox's tables on a shard. */
final class OutboxRows {

  private static final int AT_ONCE = 100;

  /** Those that are due and do not stand behind one that failed and is not due. */
  private static final String DUE =
      """
      FROM shardjdbc.outbox m
      WHERE m.topic = ? AND m.due_at <= clock_timestamp() AND NOT EXISTS (
        SELECT 1 FROM shardjdbc.outbox f
        WHERE f.topic = m.topic AND f.key = m.key AND f.id < m.id AND f.attempts > 0
          AND f.due_at > clock_timestamp())\
      """;

  private static final String FIRST =
      "SELECT m.id, m.message_id, m.key, m.payload, m.attempts "
          + DUE
          + " ORDER BY m.id LIMIT "
          + AT_ONCE;

  private static final String LEASE =
      """
      INSERT INTO shardjdbc.outbox_lease AS held (topic, owner, due_at)
      VALUES (?, ?, clock_timestamp() + ? * interval '1 millisecond')
      ON CONFLICT (topic) DO UPDATE SET owner = excluded.owner, due_at = excluded.due_at
      WHERE held.owner = excluded.owner OR held.due_at <= clock_timestamp()\
      """;

  private static final String RELEASE =
      "UPDATE shardjdbc.outbox_lease SET due_at = '-infinity' WHERE topic = ? AND owner = ?";

  private static final String FAILED =
      """
      UPDATE shardjdbc.outbox SET attempts = attempts + 1, reason = ?,
        due_at = clock_timestamp() + ? * interval '1 millisecond'
      WHERE id = ?\
      """;

  private final ShardWork work;
  private final String topic;
  private final UUID owner;

  OutboxRows(ShardWork work, String topic, UUID owner) {
    this.work = work;
    this.topic = topic;
    this.owner = owner;
  }

  /** Makes this relay the one that delivers the topic of a shard, or lets it stay that. */
  boolean lease(ShardId shard, Duration time) throws SQLException {
    return work.alone(
        shard, connection -> update(connection, shard, LEASE, topic, owner, time.toMillis()) == 1);
  }

  void release(ShardId shard) throws SQLException {
    work.alone(shard, connection -> update(connection, shard, RELEASE, topic, owner));
  }

  boolean isWaiting(ShardId shard) throws SQLException {
    return work.alone(
        shard,
        connection -> {
          try (PreparedStatement select =
                  prepare(connection, shard, "SELECT 1 " + DUE + " LIMIT 1", topic);
              ResultSet row = select.executeQuery()) {
            return row.next();
          }
        });
  }

  List<OutboxMessage> due(ShardId shard) throws SQLException {
    return work.alone(
        shard,
        connection -> {
          try (PreparedStatement select = prepare(connection, shard, FIRST, topic);
              ResultSet row = select.executeQuery()) {
            List<OutboxMessage> due = new ArrayList<>();
            while (row.next()) {
              due.add(
                  new OutboxMessage(
                      row.getObject("message_id", UUID.class),
                      topic,
                      Optional.ofNullable(row.getString("key")),
                      row.getString("payload"),
                      row.getLong("id"),
                      row.getInt("attempts") + 1));
            }
            return due;
          }
        });
  }

  void failed(ShardId shard, OutboxMessage message, String reason, Duration pause)
      throws SQLException {
    work.alone(
        shard,
        connection ->
            update(connection, shard, FAILED, reason, pause.toMillis(), message.sequence()));
  }

  /** Forgets what was delivered. */
  void delivered(ShardId shard, Collection<OutboxMessage> messages) throws SQLException {
    if (!messages.isEmpty()) {
      String numbers =
          messages.stream()
              .map(message -> Long.toString(message.sequence()))
              .collect(Collectors.joining(",", "{", "}"));
      String sql = "DELETE FROM shardjdbc.outbox WHERE id = ANY (?::bigint[])";
      work.alone(shard, connection -> update(connection, shard, sql, numbers));
    }
  }
}
