package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.copy.Markers;
import java.sql.SQLException;

/**
 * How the rows of a move come from one side to the other, by its {@link Strategy}.
 *
 * <p>All that it does can be done twice.
 */
sealed interface Carrier permits Copying, DoubleWriting, KeyByKey {

  static Carrier of(Work work) {
    return switch (work.row().strategy()) {
      case REPLICATE -> new Copying(work);
      case DOUBLE_WRITE -> new DoubleWriting(work);
      case READ_THROUGH -> new KeyByKey(work);
    };
  }

  /** What has to be there before the first row is copied, and needs the tables' locks. */
  void prepare() throws SQLException;

  /** Copies the rows; when it returns, what is written follows. */
  void copy() throws SQLException;

  /** From now on what is written on the target comes to the source's copies. */
  void settle() throws SQLException;

  /** Lets through what is written on one side, for as long as it is open. */
  Following follow(boolean back) throws SQLException;

  /** Whether what is written on the target still comes to the source. */
  boolean isBackOpen() throws SQLException;

  /** Ends the way back, and whatever of it {@link #isBackOpen} does not tell of. */
  void endBack() throws SQLException;

  /** Ends both ways. */
  void end() throws SQLException;

  /** Takes away what is left on both servers. */
  void takeAway() throws SQLException;

  /** One way of a move while somebody looks whether all has come through. */
  interface Following extends AutoCloseable {

    Markers markers();

    @Override
    default void close() throws SQLException {
      // Servers go on by themselves.
    }
  }
}
