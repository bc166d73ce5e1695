package io.shardjdbc.map;

import io.shardjdbc.error.Asking;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Planner;
import java.sql.SQLException;

/** Leaves copies of rows that are moving out of what a shard is asked. */
@FunctionalInterface
public interface Hiding {

  /**
   * The text of a shard's part of a statement without them.
   *
   * @param takesValues whether {@code ?} is a parameter in it
   * @throws SQLException if they cannot be left out
   */
  String leftOut(String sql, boolean takesValues, ShardMap map, ShardId shard) throws SQLException;

  /** By the router, which reads the text. */
  static Hiding by(Planner router) {
    return (sql, takesValues, map, shard) ->
        Asking.of(() -> router.withoutHidden(sql, takesValues, map, shard));
  }
}
