package io.shardjdbc.transaction;

import io.shardjdbc.outcome.TransactionId;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Transactions that their coordinators in this process could not end everywhere.
 *
 * <p>While a shard is down they may be many. So many are remembered, and looked for soon; those
 * beyond are found by their age. Thread-safe.
 */
final class Abandoned {

  static final int MOST = 10_000;

  private final Set<TransactionId> ids = ConcurrentHashMap.newKeySet();
  private final AtomicInteger size = new AtomicInteger();

  /** Remembers one; false where there are too many. */
  boolean add(TransactionId id) {
    if (size.incrementAndGet() <= MOST && ids.add(id)) {
      return true;
    }
    size.decrementAndGet();
    return ids.contains(id);
  }

  /** Those that are remembered at this moment. */
  Set<TransactionId> all() {
    return Set.copyOf(ids);
  }

  /** Forgets those that have been ended everywhere. */
  void ended(Collection<TransactionId> some) {
    for (TransactionId id : some) {
      if (ids.remove(id)) {
        size.decrementAndGet();
      }
    }
  }
}
