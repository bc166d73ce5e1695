package io.shardjdbc.ctl;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/** A key of a table that is placed by ranges, and where it lies. */
record KeyRange(String placement, long first) {

  /**
   * @throws ReshardException {@link ErrorCode#MOVE_NOT_POSSIBLE} when the table is placed otherwise
   */
  static KeyRange of(Resharding mover, String table, String key) throws SQLException {
    MapDocument map = mover.map();
    long first = mover.position(table, List.of(key));
    String placement = Objects.requireNonNull(map.tables().get(table)).placement();
    if (!map.placement(placement).by().isOrdered()) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE,
          "keys of table "
              + table
              + " do not lie in ranges, but by their hash: move single keys,"
              + " or split without naming any");
    }
    if (!mover.isFirst(table, List.of(key))) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE,
          "a range of table "
              + table
              + " cannot begin or end at this key: texts of more than 8 bytes, uuids whose second"
              + " half is not 0, and broken numbers lie together with others");
    }
    return new KeyRange(placement, first);
  }
}
