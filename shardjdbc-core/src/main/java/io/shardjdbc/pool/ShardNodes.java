package io.shardjdbc.pool;

import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReplicationListener;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lends connections to the node of a shard that may serve a statement, and is told what was
 * written.
 *
 * <p>Thread-safe. The one seam between statements and replicas: everything behind it knows nodes,
 * everything before it knows shards. It lends connections and not pools, because what is known of a
 * replica counts only on a connection that was open when it became known.
 */
public interface ShardNodes extends AutoCloseable {

  /**
   * Lends a connection for a statement that is the first of its shard in its transaction, or that
   * stands alone.
   *
   * @param route what runs: its effect, its keys, whether a hint demands the primary
   * @param use what it belongs to
   * @param intent what the caller asks of reads
   * @throws SQLException naming the shard, if no node can serve it
   */
  Loan lend(ShardId shard, Route route, Use use, ReadIntent intent) throws SQLException;

  /**
   * Lends a connection to a shard's primary.
   *
   * @throws SQLException naming the shard, if there is no primary or it cannot be reached
   */
  Loan lendPrimary(ShardId shard) throws SQLException;

  /**
   * Notes a write before its caller hears of it.
   *
   * @param keys which keys it may have written
   * @param outcome whether it is known to stand
   * @param intent what its caller asks of reads
   */
  void wrote(ShardId shard, KeyHashes keys, Outcome outcome, ReadIntent intent);

  /**
   * Notes that somebody may write on a shard past the library from now on, until what is returned
   * is run, once.
   */
  Runnable unseenWrites(ShardId shard);

  /** The pool of the node that is a shard's primary now. */
  NodePool primary(ShardId shard) throws SQLException;

  /** A connection to a shard's primary beside the pools, for the library's own work. */
  default Connection open(ShardId shard) throws SQLException {
    return primary(shard).open();
  }

  /** Notes that somebody may have written anything on a shard. */
  default void wroteAny(ShardId shard) {
    wrote(shard, KeyHashes.any(), Outcome.KNOWN, ReadIntent.standard());
  }

  /** All pools, shard by shard, in the order of the configuration. */
  List<NodePool> pools();

  /** What chooses among a shard's nodes; empty for a shard that has one only. */
  Optional<ReplicaSet> replicas(ShardId shard) throws SQLException;

  /** Lets someone hear what happens to nodes from now on. */
  void addListener(ReplicationListener listener);

  /** What commits of a write wait for at least; null where nothing is said of its tables. */
  @Nullable Durability durabilityOf(Route route);

  /** Whether a promise to only read holds outside of transactions there, by what its URL says. */
  boolean staysReadOnly(ShardId shard);

  /** Lets a shard join; it is lent from then on. One that is there already stays as it is. */
  void add(ShardConfiguration shard);

  /** Lets a shard go: it is lent no more, and its connections are closed as they come back. */
  void leave(ShardId shard);

  /** Closes all connections, and ends whatever watches the nodes. */
  @Override
  void close();

  /** What a statement belongs to. */
  enum Use {
    /** A statement that is a transaction of its own. */
    ALONE,
    /** The first statement of a transaction that may write. */
    TRANSACTION,
    /** The first statement of a transaction that was declared read-only. */
    READ_ONLY_TRANSACTION,
    /** A read-only transaction that sees a moment, which each server is shown to have reached. */
    OF_MOMENT
  }

  /** How a write ended. */
  enum Outcome {
    /** The server has acknowledged it; or has refused it, where it may have done a part. */
    KNOWN,
    /** Nobody knows: it may yet happen. */
    IN_DOUBT
  }
}
