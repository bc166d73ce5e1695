package io.shardjdbc.routing.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one execution of a statement goes: the shards, what each of them runs, and how their
 * answers merge.
 *
 * @param effect what it does
 * @param statements at least one, at most one a shard, in the fixed order of the shards in which
 *     connections are taken; empty only for {@link Effect#SESSION}
 * @param merge how the answers become one
 * @param keys the shard keys that the statement is pinned to
 * @param primary whether a hint demands the primary
 * @param session what the logical connection itself does, for {@link Effect#SESSION}, or before the
 *     statement runs
 * @param written the names of the tables that it writes to, as the statement has them
 */
public record Route(
    Effect effect,
    List<ShardStatement> statements,
    Merge merge,
    KeyHashes keys,
    boolean primary,
    @Nullable SessionCommand session,
    List<List<String>> written) {

  public Route {
    statements = List.copyOf(statements);
  }

  /** A route that writes to no table. */
  public Route(
      Effect effect,
      List<ShardStatement> statements,
      Merge merge,
      KeyHashes keys,
      boolean primary,
      @Nullable SessionCommand session) {
    this(effect, statements, merge, keys, primary, session, List.of());
  }

  /** The same single route, whose rows the caller may change when it has them. */
  public Route withRowsToChange() {
    return new Route(
        Effect.WRITE, List.of(only()), new Merge.Single(), KeyHashes.any(), true, session, written);
  }

  /** Whether one shard answers alone. */
  public boolean isSingle() {
    return statements.size() == 1;
  }

  /** The only statement of a {@linkplain #isSingle() single} route. */
  public ShardStatement only() {
    if (statements.size() != 1) {
      throw new IllegalStateException("the route has " + statements.size() + " shards");
    }
    return statements.get(0);
  }
}
