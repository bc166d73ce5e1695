package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;

/**
 * Rows of one table that are needed elsewhere.
 *
 * @param name the name they get, quoted
 * @param table the table they come from, for messages
 * @param columns what is fetched of each row
 * @param fetches the queries that return these columns as text; a shard may occur in several
 *     stages, once in each
 */
public record Stage(
    String name, String table, List<StagedColumn> columns, List<ShardStatement> fetches) {
  public Stage {
    columns = List.copyOf(columns);
    fetches = List.copyOf(fetches);
  }

  /** Whether a shard is asked for rows of it. */
  public boolean isFetchedFrom(ShardId shard) {
    return fetches.stream().anyMatch(fetch -> fetch.shard().equals(shard));
  }

  /** The same, without asking a shard. */
  public Stage without(ShardId shard) {
    return new Stage(
        name,
        table,
        columns,
        fetches.stream().filter(fetch -> !fetch.shard().equals(shard)).toList());
  }
}
