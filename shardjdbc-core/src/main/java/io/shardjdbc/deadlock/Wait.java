package io.shardjdbc.deadlock;

import io.shardjdbc.routing.ShardId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who waits for a lock on a shard, and one of those whom he waits for.
 *
 * @param since when it began, in microseconds by the server's clock: the same for as long as it
 *     lasts
 * @param lasts how long it has lasted
 * @param lock what he waits for
 */
record Wait(ShardId shard, long since, Duration lasts, String lock, Side waiter, Side holder) {

  /**
   * One side of it.
   *
   * @param node who that is over all shards: a transaction with a mark, or else a session or a
   *     prepared transaction of one shard
   * @param process of the server; 0 where it is prepared
   * @param number of its mark; null where it has none
   * @param prepared the name that it is prepared under
   * @param user of the server
   * @param began when the transaction began, in milliseconds by its process's clock; null where
   *     that is not known
   * @param startedAt when its part on this shard began, in seconds by this server's clock; null
   *     where the server does not say
   * @param age since then
   * @param query what it runs; empty where it runs nothing, or the server does not say
   */
  record Side(
      String node,
      int process,
      @Nullable Long number,
      @Nullable String prepared,
      @Nullable String user,
      @Nullable Long began,
      @Nullable Double startedAt,
      @Nullable Duration age,
      String query) {

    private static Side of(ShardId shard, ResultSet row, int at) throws SQLException {
      int process = row.getInt(at);
      Long number = nullable(row, at + 1) ? null : row.getLong(at + 1);
      String part = row.getString(at + 2);
      String node = shard + "/" + (process == 0 ? part : String.valueOf(process));
      return new Side(
          number == null ? node : name(number),
          process,
          number,
          row.getString(at + 3),
          row.getString(at + 4),
          null,
          nullable(row, at + 5) ? null : row.getDouble(at + 5),
          nullable(row, at + 6) ? null : seconds(row.getDouble(at + 6)),
          String.valueOf(row.getString(at + 7)));
    }

    private static String name(long number) {
      return "transaction " + Long.toHexString(number);
    }

    /** The same, known to be of that transaction. */
    private Side of(@Nullable TransactionMark mark) {
      if (mark == null || (number != null && number != mark.number())) {
        return this;
      }
      String name = name(mark.number());
      return new Side(
          name, process, mark.number(), prepared, user, mark.began(), startedAt, age, query);
    }

    private static boolean nullable(ResultSet row, int at) throws SQLException {
      return row.getObject(at) == null;
    }
  }

  static Wait of(ShardId shard, ResultSet row) throws SQLException {
    return new Wait(
        shard,
        row.getLong(1),
        seconds(row.getDouble(2)),
        row.getString(3),
        Side.of(shard, row, 4),
        Side.of(shard, row, 12));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.max(0, (long) (seconds * 1000)));
  }

  /** The same with the transactions that sessions belong to. */
  Wait named(Map<OpenMarks.Session, TransactionMark> transactions) {
    return new Wait(
        shard,
        since,
        lasts,
        lock,
        waiter.of(transactions.get(new OpenMarks.Session(shard, waiter.process()))),
        holder.of(transactions.get(new OpenMarks.Session(shard, holder.process()))));
  }

  /** Whether another look has seen it, too: then it was there all the time in between. */
  boolean isSame(Wait other) {
    return shard.equals(other.shard)
        && since == other.since
        && waiter.process() == other.waiter.process()
        && waiter.node().equals(other.waiter.node())
        && holder.node().equals(other.holder.node());
  }
}
