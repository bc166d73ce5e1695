package io.shardjdbc.reshard.journal;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.control.MoveFence;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.verify.Formats;
import io.shardjdbc.routing.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Two sessions of a mover: one reads what the owner has, and the other writes it to the other side,
 * past guards, triggers and foreign keys, which the rows have passed once.
 *
 * @param from on the side that has the rows
 * @param to on the side that gets them
 */
record Session(int move, UUID mover, Connection from, Connection to) {

  /** Few keys among many rows are looked up by the primary key, whatever is known of the tables. */
  private static final String BY_INDEX =
      "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

  /** What was applied is on the disk when it is committed. */
  private static final String FLUSHES =
      "SELECT set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN"
          + " ('off', 'local', 'remote_write') THEN 'on' ELSE current_setting('synchronous_commit')"
          + " END, false)";

  void begin() throws SQLException {
    Formats.fix(from);
    Formats.fix(to);
    Sql.run(from, "SET idle_in_transaction_session_timeout = 0");
    Sql.run(to, "SET idle_in_transaction_session_timeout = 0");
    Sql.run(to, "SET session_replication_role = replica");
    Sql.text(to, FLUSHES);
    from.setAutoCommit(false);
    to.setAutoCommit(false);
  }

  void byIndex() throws SQLException {
    for (String setting : BY_INDEX.split("; ", -1)) {
      Sql.run(from, setting);
      Sql.run(to, setting);
    }
    commit();
  }

  /**
   * Makes sure that no other mover has taken over, and that none does before this commits: what it
   * has read would be older then than what the other one has brought.
   */
  void keep() throws SQLException {
    int mine =
        Sql.run(
            to,
            "UPDATE shardjdbc.move SET changed = clock_timestamp() WHERE id = ? AND (mover = ? OR"
                + " ?)",
            move,
            mover,
            MoveFence.APPLY_COMPARES.isOut());
    if (mine != 1) {
      throw new ReshardException(ErrorCode.MOVER_REPLACED);
    }
  }

  /** First where the rows come to: what is brought twice does no harm, what is missing does. */
  void commit() throws SQLException {
    to.commit();
    from.commit();
  }

  void rollback() throws SQLException {
    to.rollback();
    from.rollback();
  }
}
