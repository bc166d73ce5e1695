package io.shardjdbc;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a {@link ShardDataSource}, with what JDBC has no method for.
 *
 * <p>Reached by {@code connection.unwrap(ShardConnection.class)}. Like every connection it is meant
 * for one thread at a time.
 */
public interface ShardConnection extends Connection {

  /**
   * The plan of a statement, and where it goes with these values; no value is shown.
   *
   * @param values one for each {@code ?}
   * @throws SQLException if the statement or these values are refused
   */
  String explain(String sql, @Nullable Object... values) throws SQLException;

  /**
   * Prepares one statement under a hint that comes beside its text: where it runs, or that it runs
   * on a primary. It is joined with a hint in the text and with the connection's sharding key.
   *
   * @throws SQLException if the statement is refused, or the hints contradict each other
   */
  PreparedStatement prepareStatement(String sql, Hint hint) throws SQLException;

  /**
   * Asks for something of the reads of this connection from now on: how fresh they are, from where,
   * after what. {@link ReadIntent#standard()} unless told. Reads in a transaction that may write
   * stay on its primary connections whatever is asked; a read-only transaction goes by what is
   * asked when it reaches a shard.
   *
   * @throws SQLException if the connection is closed
   */
  void readIntent(ReadIntent intent) throws SQLException;

  /** What is asked of its reads. */
  ReadIntent readIntent();

  /**
   * A token of all that this connection has read or committed so far, and of the token that its
   * reads ask for: a read {@linkplain ReadIntent#atLeast at least} as new as it, through whichever
   * DataSource of whichever process, sees all of that.
   *
   * <p>It asks the primary of each shard that the connection has worked with, one round trip each.
   * What an open transaction has written is not part of it.
   *
   * @throws SQLException if one of these primaries does not answer, or the connection is closed
   */
  CausalToken causalToken() throws SQLException;

  /**
   * What transactions on this connection may do on a second shard: the open one, or else the next.
   */
  TransactionMode getTransactionMode();

  /**
   * Sets what transactions that begin from now on may do on a second shard.
   *
   * @throws SQLException in the middle of a transaction
   */
  void setTransactionMode(TransactionMode mode) throws SQLException;

  /**
   * Sets what the open transaction alone may do on a second shard; in SQL {@code SET LOCAL
   * shardjdbc.transactions = 'two-phase'}.
   *
   * @throws SQLException in auto-commit mode, or if a second shard has been written to already
   */
  void setLocalTransactionMode(TransactionMode mode) throws SQLException;

  /**
   * Allows reads of many shards to leave out the rows of shards that cannot be reached or do not
   * answer in time, outside of transactions; not allowed at first. A statement whose result is not
   * whole has an {@link java.sql.SQLWarning} for each shard, and {@link #missingShards} names them.
   * The hint {@code partial} allows it for one statement.
   */
  void setPartialResults(boolean allowed);

  /** Whether {@link #setPartialResults partial results} are allowed. */
  boolean isPartialResults();

  /**
   * The shards whose rows are missing from the result of the last statement that was executed on
   * this connection; empty where the result is whole.
   */
  List<ShardId> missingShards();

  /**
   * Lets commits of this connection's writes wait for something from now on: in a transaction under
   * way, from its next write on. A table may ask for more by the configuration, and gets it.
   *
   * @param durability what commits wait for; null for what the server does by itself
   * @throws SQLException if the connection is closed. A write throws one if the durability needs a
   *     synchronous standby and the shard has none
   */
  void durability(@Nullable Durability durability) throws SQLException;

  /** The shard that a sharding key has pinned this connection to. */
  Optional<ShardId> pinnedShard();

  /**
   * The shards to which the open transaction has sent writes, in the order of the first ones; none
   * in auto-commit mode.
   */
  List<ShardId> writtenShards();

  /** Snowflake ids of the DataSource, see {@link ShardDataSource#ids()}. */
  ShardIds ids();

  /**
   * COPY over shards, as {@code CopyManager} of the PostgreSQL driver has it for one server.
   *
   * @throws SQLException if the connection is closed
   */
  ShardCopy copy() throws SQLException;
}
