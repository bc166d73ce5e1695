package io.shardjdbc.saga.outbox;

import static io.shardjdbc.saga.work.ShardWork.prepare;
import static io.shardjdbc.saga.work.ShardWork.update;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.saga.work.ShardWork;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a relay asks of the outbox's tables on a shard. */
final class OutboxRows {

  private static final int AT_ONCE = 100;
  private static final int MOST_BYTES = 4 << 20;

  /**
   * Those that are due and do not stand behind one that failed and is not due. One instant holds
   * for all rows: by a clock that goes on during the scan, a message that becomes due in the middle
   * of it would be left out, and would no longer hold back those of its key.
   */
  private static final String DUE =
      """
      FROM shardjdbc.outbox m
      WHERE m.topic = ? AND m.due_at <= statement_timestamp() AND NOT EXISTS (
        SELECT 1 FROM shardjdbc.outbox f
        WHERE f.topic = m.topic AND f.key = m.key AND f.id < m.id AND f.attempts > 0
          AND f.due_at > statement_timestamp())
        AND NOT EXISTS (
          SELECT 1 FROM shardjdbc.outbox_behind b
          WHERE b.topic = m.topic AND b.key = m.key AND b.from_here <= m.id)\
      """;

  /**
   * As many as fit into a few megabytes, and one at least. The size of a payload is known without
   * reading it.
   */
  private static final String FIRST =
      """
      SELECT id, message_id, key, payload, attempts FROM (
        SELECT due.*, sum(octet_length(payload)) OVER (ORDER BY id) AS bytes,
          row_number() OVER (ORDER BY id) AS number
        FROM (SELECT m.id, m.message_id, m.key, m.payload, m.attempts %s
          ORDER BY m.id LIMIT %d) due) sized
      WHERE number = 1 OR bytes <= %d ORDER BY id\
      """
          .formatted(DUE, AT_ONCE, MOST_BYTES);

  private static final String LEASE =
      """
      INSERT INTO shardjdbc.outbox_lease AS held (topic, owner, due_at)
      VALUES (?, ?, clock_timestamp() + ? * interval '1 millisecond')
      ON CONFLICT (topic) DO UPDATE SET owner = excluded.owner, due_at = excluded.due_at
      WHERE held.owner = excluded.owner OR held.due_at <= clock_timestamp()\
      """;

  /** Not taken over again: whoever had it meanwhile has delivered what was read before. */
  private static final String KEEP =
      "UPDATE shardjdbc.outbox_lease SET due_at = clock_timestamp() + ? * interval '1 millisecond'"
          + " WHERE topic = ? AND owner = ?";

  private static final String RELEASE =
      "UPDATE shardjdbc.outbox_lease SET due_at = '-infinity' WHERE topic = ? AND owner = ?";

  private static final String FAILED =
      """
      UPDATE shardjdbc.outbox SET attempts = attempts + 1, reason = ?,
        due_at = clock_timestamp() + ? * interval '1 millisecond'
      WHERE id = ? AND message_id = ?\
      """;

  /**
   * By the number and the message's own id: a server that takes over from another may give a number
   * out again.
   */
  private static final String DELIVERED =
      """
      DELETE FROM shardjdbc.outbox
      WHERE (id, message_id) IN (SELECT * FROM unnest(?::bigint[], ?::uuid[]))\
      """;

  private static final String WAITING =
      "SELECT EXISTS (SELECT 1 "
          + DUE
          + "), EXISTS (SELECT 1 FROM shardjdbc.outbox_behind WHERE topic = ?)";

  private static final String BEHIND =
      "SELECT key, shard, up_to FROM shardjdbc.outbox_behind WHERE topic = ? LIMIT 1000";

  private static final String BEFORE =
      "SELECT 1 FROM shardjdbc.outbox WHERE topic = ? AND key = ? AND id <= ? LIMIT 1";

  private static final String LET_GO =
      "DELETE FROM shardjdbc.outbox_behind WHERE topic = ? AND key = ? AND shard = ? AND up_to = ?";

  private final ShardWork work;
  private final String topic;
  private final UUID owner;

  OutboxRows(ShardWork work, String topic, UUID owner) {
    this.work = work;
    this.topic = topic;
    this.owner = owner;
  }

  /** Makes this relay the one that delivers the topic of a shard, from what is there now. */
  boolean lease(ShardId shard, Duration time) throws SQLException {
    return work.alone(
        shard, connection -> update(connection, shard, LEASE, topic, owner, time.toMillis()) == 1);
  }

  /** Lets this relay stay the one, where no other was since. */
  boolean keep(ShardId shard, Duration time) throws SQLException {
    return work.alone(
        shard, connection -> update(connection, shard, KEEP, time.toMillis(), topic, owner) == 1);
  }

  void release(ShardId shard) throws SQLException {
    work.alone(shard, connection -> update(connection, shard, RELEASE, topic, owner));
  }

  /**
   * What there is on a shard.
   *
   * @param due whether a message can be delivered
   * @param behind whether messages wait for those of another shard
   */
  record Waiting(boolean due, boolean behind) {}

  /** Messages of a key wait until those up to a number are delivered on another shard. */
  private record Behind(String key, ShardId shard, long upTo) {}

  Waiting waiting(ShardId shard) throws SQLException {
    return work.alone(
        shard,
        connection -> {
          try (PreparedStatement select = prepare(connection, shard, WAITING, topic, topic);
              ResultSet row = select.executeQuery()) {
            row.next();
            return new Waiting(row.getBoolean(1), row.getBoolean(2));
          }
        });
  }

  /**
   * Lets messages go that waited for others of another shard, which are delivered now.
   *
   * @return whether some may be due now
   */
  boolean letGo(ShardId shard) throws SQLException {
    boolean some = false;
    for (Behind behind : behind(shard)) {
      if (isDelivered(behind)) {
        some = true;
        String other = behind.shard().name();
        work.alone(
            shard,
            connection ->
                update(connection, shard, LET_GO, topic, behind.key(), other, behind.upTo()));
      }
    }
    return some;
  }

  private List<Behind> behind(ShardId shard) throws SQLException {
    return work.alone(
        shard,
        connection -> {
          try (PreparedStatement select = prepare(connection, shard, BEHIND, topic);
              ResultSet row = select.executeQuery()) {
            List<Behind> behind = new ArrayList<>();
            while (row.next()) {
              ShardId other = new ShardId(row.getString("shard"));
              behind.add(new Behind(row.getString("key"), other, row.getLong("up_to")));
            }
            return behind;
          }
        });
  }

  /** A shard has left only when it had no messages. */
  private boolean isDelivered(Behind behind) throws SQLException {
    ShardId shard = behind.shard();
    return !work.dataSource().shards().contains(shard)
        || work.alone(
            shard,
            connection -> {
              try (PreparedStatement select =
                      prepare(connection, shard, BEFORE, topic, behind.key(), behind.upTo());
                  ResultSet row = select.executeQuery()) {
                return !row.next();
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
            update(
                connection,
                shard,
                FAILED,
                reason,
                pause.toMillis(),
                message.sequence(),
                message.id()));
  }

  /** Forgets what was delivered. */
  void delivered(ShardId shard, Collection<OutboxMessage> messages) throws SQLException {
    if (!messages.isEmpty()) {
      String numbers = array(messages, message -> Long.toString(message.sequence()));
      String ids = array(messages, message -> message.id().toString());
      work.alone(shard, connection -> update(connection, shard, DELIVERED, numbers, ids));
    }
  }

  private static String array(
      Collection<OutboxMessage> messages, Function<OutboxMessage, String> element) {
    return messages.stream().map(element).collect(Collectors.joining(",", "{", "}"));
  }
}
