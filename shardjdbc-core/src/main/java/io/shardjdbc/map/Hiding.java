package io.shardjdbc.map;

import io.shardjdbc.error.Asking;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Need;
import io.shardjdbc.routing.route.Planner;
import java.sql.SQLException;

/** Leaves copies of rows that are moving out of what a shard is asked. */
public interface Hiding {

  /**
   * The text of a shard's part of a statement without them.
   *
   * @param takesValues whether {@code ?} is a parameter in it
   * @throws SQLException if they cannot be left out
   */
  String leftOut(String sql, boolean takesValues, ShardMap map, ShardId shard) throws SQLException;

  /** What a shard's part of a statement needs of the tables of a placement. */
  Need need(String sql, boolean takesValues, String placement) throws SQLException;

  /** By the router, which reads the text. */
  static Hiding by(Planner router) {
    return new Hiding() {
      @Override
      public String leftOut(String sql, boolean takesValues, ShardMap map, ShardId shard)
          throws SQLException {
        return Asking.of(() -> router.withoutHidden(sql, takesValues, map, shard));
      }

      @Override
      public Need need(String sql, boolean takesValues, String placement) throws SQLException {
        return Asking.of(() -> router.need(sql, takesValues, placement));
      }
    };
  }
}
