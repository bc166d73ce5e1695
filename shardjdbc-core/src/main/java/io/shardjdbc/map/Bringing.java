package io.shardjdbc.map;

import io.shardjdbc.routing.Coming;
import io.shardjdbc.routing.Positions;
import java.sql.SQLException;

/** Brings rows that come to their owner key by key, for whoever needs them. Thread-safe. */
public interface Bringing {

  /** How many positions it knows by now to have come. */
  long known();

  /**
   * Sees to it that rows at some positions have come.
   *
   * @return the number of the one among them that was known last; none that has come before has a
   *     number above what {@link #known} was then
   * @throws SQLException if one cannot come now
   */
  long bring(Coming coming, long[] positions) throws SQLException;

  /**
   * Of what comes, that which has come: it may be more a moment later.
   *
   * @throws SQLException if too many single ones have, to be told one by one
   */
  Positions come(Coming coming) throws SQLException;
}
