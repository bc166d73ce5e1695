package io.shardjdbc.outcome;

import io.shardjdbc.routing.ShardId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A part of a transaction that a shard has prepared and waits to be told the end of.
 *
 * @param transaction its id
 * @param shard which holds it
 * @param prepared since when, by that shard's clock
 * @param age since then, by the same clock
 * @param owner the server's user who prepared it
 * @param locks what it keeps others from, such as {@code RowExclusiveLock on public.accounts}
 */
public record InDoubtTransaction(
    TransactionId transaction,
    ShardId shard,
    Instant prepared,
    Duration age,
    String owner,
    List<String> locks) {
  public InDoubtTransaction {
    locks = List.copyOf(locks);
  }
}
