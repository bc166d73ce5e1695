package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one execution of a statement goes, and how it runs there. What a route is, its type says.
 *
 * <p>Whoever has to tell routes apart does it by {@link #fold}: a new kind of route does not
 * compile until each of them has an answer for it. Immutable; a route holds no values.
 */
public sealed interface Route permits DirectRoute, SteppedRoute, OfSession {

  /** What it does. */
  Effect effect();

  /** The shard keys that the statement is pinned to. */
  KeyHashes keys();

  /** Whether a hint demands the primary. */
  boolean primary();

  /** The names of the tables that it writes to, as the statement has them. */
  List<List<String>> written();

  /**
   * The shards that run statements of it, in the fixed order of the shards; where that depends on
   * rows which are looked up first, those that may. Rows that are fetched may come from others.
   */
  List<ShardId> shards();

  /** What the logical connection itself does first, or alone. */
  @Nullable SessionCommand session();

  /** Whether more than one shard runs a statement of it, or is asked for rows that it needs. */
  boolean isOverSeveralShards();

  /**
   * Whether each shard runs the caller's text as it stands, so that positions in it are the same.
   */
  boolean isCallersText();

  /** Whether its shards all do the same to copies of the same rows. */
  boolean isAlikeOnAll();

  /** Whether rows are copied, by what the catalog says of their columns, to where it runs. */
  boolean copiesRows();

  /** Whether all that it asks of shards can leave out copies of rows, and is put together later. */
  default boolean isMergedLater() {
    return false;
  }

  /** The route itself, if its statements can be sent at once; null if something comes before. */
  @Nullable DirectRoute direct();

  /** The same, reading on primaries alone. */
  Route onPrimary();

  /** The same, with rows that the caller may change when it has them, if one shard has them all. */
  Route withRowsToChange();

  /** The answer for the kind of route that this is. */
  <T, E extends Exception> T fold(Cases<T, E> cases) throws E;

  /** An answer for each kind of route. */
  interface Cases<T, E extends Exception> {

    T oneShard(OneShard route) throws E;

    T anyShard(AnyShard route) throws E;

    T manyShards(ManyShards route) throws E;

    T gather(Gather route) throws E;

    T regroup(Regroup route) throws E;

    T broadcast(Broadcast route) throws E;

    T distribute(Distribute route) throws E;

    T inTurn(InTurn route) throws E;

    T ofSession(OfSession route) throws E;
  }
}
