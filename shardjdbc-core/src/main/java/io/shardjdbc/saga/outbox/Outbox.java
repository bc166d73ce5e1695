package io.shardjdbc.saga.outbox;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.saga.ShardsAwayException;
import io.shardjdbc.saga.work.EachShard;
import io.shardjdbc.saga.work.ShardWork;
import io.shardjdbc.saga.work.WellFormed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Messages to the outside world, kept in the transaction that causes them.
 *
 * <p>A message is a row on the shard that the transaction writes to. If the transaction commits, an
 * {@link OutboxRelay} delivers the message, at least once; if it does not, the message never was.
 *
 * <pre>{@code
 * outbox.add(connection, "mail", "user-42", "{\"template\": \"welcome\"}");
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Outbox {

  private static final int LONGEST_PAYLOAD = 1 << 20;

  /**
   * The lock makes transactions that add messages of one key follow each other, so that the order
   * of their numbers is the order of their commits. It is taken before the number is.
   */
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended(? || chr(1) || ?, 0))";

  private static final String INSERT =
      "INSERT INTO shardjdbc.outbox (message_id, topic, key, payload) VALUES (?, ?, ?, ?)";

  private static final String FAILING =
      "SELECT message_id, topic, key, created_at, attempts, reason FROM shardjdbc.outbox"
          + " WHERE attempts >= ? ORDER BY id";

  private final ShardWork work;

  private Outbox(ShardDataSource dataSource) {
    this.work = new ShardWork(dataSource);
  }

  /** The outbox of a DataSource. */
  public static Outbox of(ShardDataSource dataSource) {
    return new Outbox(dataSource);
  }

  /** Creates the tables on all shards, where they are not there: for a role that may. */
  public void install() throws SQLException {
    for (ShardId shard : work.dataSource().shards()) {
      work.tables().require(shard);
    }
  }

  /**
   * Adds a message that stands in no order with others.
   *
   * @return its id, which the receiver sees too
   * @throws SQLException as for {@link #add(Connection, String, String, String)}
   */
  public UUID add(Connection connection, String topic, String payload) throws SQLException {
    return insert(connection, topic, null, payload);
  }

  /**
   * Adds a message that is delivered after those of the same topic and key that were added on this
   * shard before. Transactions that add messages of one key wait for each other's end.
   *
   * @param connection of the DataSource, in a transaction that has written to one shard; the one
   *     that a saga's step is handed always has
   * @param topic which relay delivers it
   * @param key whose messages keep their order, such as an account
   * @param payload at most 1,048,576 characters
   * @return its id, which the receiver sees too
   * @throws SQLException if the transaction has written to no shard, or to several
   */
  public UUID add(Connection connection, String topic, String key, String payload)
      throws SQLException {
    return insert(connection, topic, key, payload);
  }

  private UUID insert(Connection connection, String topic, @Nullable String key, String payload)
      throws SQLException {
    if (payload.length() > LONGEST_PAYLOAD) {
      throw SqlErrors.of(ErrorCode.USAGE, "a message of more than 1,048,576 characters");
    }
    if (!WellFormed.is(topic) || !WellFormed.is(payload) || (key != null && !WellFormed.is(key))) {
      throw SqlErrors.of(
          ErrorCode.USAGE, "a message with the character 0 or half a surrogate pair");
    }
    ShardId shard = shardOf(connection);
    work.tables().require(shard);
    if (key != null && !Fence.OUTBOX_ORDER.isOut()) {
      try (PreparedStatement lock = ShardWork.prepare(connection, shard, LOCK, topic, key);
          ResultSet row = lock.executeQuery()) {
        row.next();
      }
    }
    UUID id = UUID.randomUUID();
    ShardWork.update(connection, shard, INSERT, id, topic, key, payload);
    return id;
  }

  private static ShardId shardOf(Connection connection) throws SQLException {
    List<ShardId> written = connection.unwrap(ShardConnection.class).writtenShards();
    if (written.size() != 1) {
      throw SqlErrors.of(
          ErrorCode.OUTBOX_SHARD,
          written.isEmpty()
              ? "none"
              : written.stream().map(ShardId::name).collect(Collectors.joining(", ")));
    }
    return written.get(0);
  }

  /**
   * Messages whose delivery has failed so often; those behind them in their order wait for them.
   *
   * @param attempts at least 1
   * @throws ShardsAwayException with those of the other shards, if a shard cannot be asked
   */
  public List<FailingMessage> failing(int attempts) throws SQLException {
    return EachShard.list(
        work.dataSource().shards(),
        shard ->
            work.alone(
                shard,
                connection -> {
                  List<FailingMessage> failing = new ArrayList<>();
                  try (PreparedStatement select =
                          ShardWork.prepare(connection, shard, FAILING, Math.max(1, attempts));
                      ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                      failing.add(failing(shard, row));
                    }
                    return failing;
                  }
                }),
        ShardsAwayException::new);
  }

  private static FailingMessage failing(ShardId shard, ResultSet row) throws SQLException {
    return new FailingMessage(
        row.getObject("message_id", UUID.class),
        row.getString("topic"),
        shard,
        row.getTimestamp("created_at").toInstant(),
        row.getInt("attempts"),
        Optional.ofNullable(row.getString("reason")).orElse(""));
  }

  /**
   * Gives a message up: it is not delivered any more, and those behind it are.
   *
   * @return whether it was still there
   * @throws ShardsAwayException if it is on none of the shards that answer, and some do not
   */
  public boolean discard(UUID id) throws SQLException {
    String sql = "DELETE FROM shardjdbc.outbox WHERE message_id = ?";
    return EachShard.any(
        work.dataSource().shards(),
        shard -> work.alone(shard, connection -> ShardWork.update(connection, shard, sql, id)) == 1,
        ShardsAwayException::new);
  }
}
