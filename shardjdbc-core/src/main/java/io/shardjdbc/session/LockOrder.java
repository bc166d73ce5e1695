package io.shardjdbc.session;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.Decisions;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The order in which locks are taken on several databases, one after the other.
 *
 * <p>It goes by what the databases are, not by what a configuration calls them, or where it lists
 * them. So whoever waits for another, of this process or of one that lists the same databases in
 * another order, holds nothing that the other waits for.
 *
 * <p>Thread-safe. A database is asked once; one that does not tell comes first, by its name.
 */
public final class LockOrder {

  private static final String TELLS =
      "SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')";

  private final Map<ShardId, String> known = new ConcurrentHashMap<>();

  /** Whether nothing has to be asked. */
  public boolean isKnown(List<ShardId> shards) {
    return known.keySet().containsAll(shards);
  }

  /** Asks the database of a connection what it is, if that is not known. */
  public void learn(Held held) throws SQLException {
    if (!known.containsKey(held.shard())) {
      boolean tells = held.value(TELLS).startsWith("t");
      known.put(held.shard(), tells ? held.value(Decisions.WHICH_DATABASE) : "");
    }
  }

  /** The positions in a list of shards, in the order in which they are to be locked. */
  public List<Integer> of(List<ShardId> shards) {
    return IntStream.range(0, shards.size())
        .boxed()
        .sorted(
            Comparator.comparing((Integer at) -> known.getOrDefault(shards.get(at), ""))
                .thenComparing(at -> shards.get(at).name()))
        .toList();
  }
}
