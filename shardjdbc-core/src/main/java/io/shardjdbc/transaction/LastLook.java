package io.shardjdbc.transaction;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks for what needs a shard and only its servers know of: before the shard leaves the map, and
 * again before its connections are given up, since until then coordinators that go by an earlier
 * map may have prepared something there and died.
 *
 * <p>A prepared transaction: what is prepared on it could not be ended any more, and what waits on
 * another shard for a decision of this one would wait for ever. Parts of commits that are under way
 * come and go, so only what is still there after the time of a commit counts: a branch of a
 * transaction manager, or what a crash has left.
 */
public final class LastLook {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private static final String PREPARED =
      "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()";

  private static final String SEQUENCES =
      "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind = 'S' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'shardjdbc')";

  private final Decisions decisions;
  private final Duration patience;

  /**
   * @param patience how long a commit may take
   */
  public LastLook(Decisions decisions, Duration patience) {
    this.decisions = decisions;
    this.patience = patience;
  }

  /**
   * Makes sure that no prepared transaction needs the shard.
   *
   * @param shards all shards
   * @throws SQLException if one does, or if a shard cannot be asked
   */
  public void requireNothingPrepared(ShardId leaving, List<ShardId> shards) throws SQLException {
    long until = System.nanoTime() + patience.toNanos();
    Set<String> left = needing(leaving, shards);
    while (!left.isEmpty()) {
      if (System.nanoTime() - until > 0 || Thread.currentThread().isInterrupted()) {
        throw SqlErrors.of(
            ErrorCode.SHARD_INHABITED,
            leaving.name(),
            left.size() + " prepared transactions need it");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      left.retainAll(needing(leaving, shards));
    }
  }

  /**
   * Whether no prepared transaction needs the shard at this moment.
   *
   * @param shards all shards, itself among them
   * @throws SQLException if a shard cannot be asked
   */
  public boolean isFree(ShardId leaving, List<ShardId> shards) throws SQLException {
    return needing(leaving, shards).isEmpty();
  }

  /** Whether there are sequences on a shard. */
  public boolean hasSequences(ShardId shard) throws SQLException {
    try (Connection connection = decisions.open(shard);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SEQUENCES)) {
      row.next();
      return row.getBoolean(1);
    } catch (SQLException e) {
      throw SqlErrors.onShard(shard, e);
    }
  }

  private Set<String> needing(ShardId leaving, List<ShardId> shards) throws SQLException {
    Set<String> found = new LinkedHashSet<>();
    for (ShardId shard : shards) {
      try (Connection connection = decisions.open(shard);
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(PREPARED)) {
        while (row.next()) {
          String gid = row.getString(1);
          boolean decidedThere =
              Gid.parse(gid)
                  .map(ours -> ours.transaction().decidedOn().equals(leaving))
                  .orElse(false);
          if (shard.equals(leaving) || decidedThere) {
            found.add(shard + "/" + gid);
          }
        }
      } catch (SQLException e) {
        throw SqlErrors.onShard(shard, e);
      }
    }
    return found;
  }
}
