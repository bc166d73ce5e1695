package io.shardjdbc.reshard.arrive;

import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.ShortLocks;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What brings the rows of one move, position by position: functions on both servers, and on the
 * source an index by position.
 *
 * <p>{@code give} reads what lies at positions on the source, where it does not change any more.
 * {@code take} writes it on the target, if it has not come yet, and notes in the same transaction
 * that it has, with the number of rows and a sum of their hashes as they are stored. So whoever
 * calls them may die at any point, and several may bring the same key. {@code sum} says what the
 * source has in all.
 */
public final class ComingRows {
  private static final String BUSY = "55P03";

  private final int move;
  private final List<ComingTable> tables;
  private final Positions positions;

  /** Rows that lie at the positions of tables, as both servers name them. */
  public ComingRows(int move, List<ComingTable> tables, Positions positions) {
    this.move = move;
    this.tables = List.copyOf(tables);
    this.positions = positions;
  }

  /**
   * Makes what is not there yet. The index is built beside writers, and waits for transactions.
   *
   * @return false if one does not end in time
   */
  public boolean install(Connection source, Connection target, Duration allowed)
      throws SQLException {
    for (ComingTable table : tables) {
      for (Map.Entry<String, String> index : table.indexes(source, move).entrySet()) {
        if (!index(source, index.getKey(), index.getValue(), allowed)) {
          return false;
        }
      }
    }
    Sql.run(source, ComingText.give(move, tables));
    Sql.run(source, ComingText.sum(move, tables, positions));
    Sql.run(target, ComingText.take(move, tables));
    return true;
  }

  private static boolean index(Connection source, String name, String on, Duration allowed)
      throws SQLException {
    String valid = "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(?) AND %s)";
    if (Sql.isTrue(source, valid.formatted("indisvalid"), name)) {
      return true;
    }
    if (Sql.isTrue(source, valid.formatted("NOT indisvalid"), name)
        && !ShortLocks.run(source, "DROP INDEX " + name, Patience.of(allowed))) {
      return false;
    }
    Sql.run(source, "SELECT set_config('lock_timeout', ?, false)", allowed.toMillis() + "ms");
    try {
      Sql.run(source, "CREATE INDEX CONCURRENTLY " + on);
      return true;
    } catch (SQLException e) {
      if (BUSY.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    } finally {
      Sql.run(source, "SET lock_timeout = 0");
    }
  }

  /** Some positions that have rows, and up to where there are no others. */
  public record Piece(List<Long> places, long upTo) {}

  /** The next positions on the source, in their order. */
  public Piece next(Connection source, long from, int most) throws SQLException {
    TreeSet<Long> places = new TreeSet<>();
    long upTo = Long.MAX_VALUE;
    for (ComingTable table : tables) {
      List<Long> found =
          Sql.rows(source, row -> row.getLong(1), table.places(positions) + most, from);
      places.addAll(found);
      if (found.size() == most) {
        upTo = Math.min(upTo, found.get(most - 1));
      }
    }
    return new Piece(List.copyOf(places.headSet(upTo, true)), upTo);
  }

  /** Brings what lies at positions and has not come, in the target's transaction; how many rows. */
  public long bring(Connection source, Connection target, List<Long> places) throws SQLException {
    if (places.isEmpty()) {
      return 0;
    }
    Object[] wanted = places.toArray();
    List<Integer> numbers = new ArrayList<>();
    List<Long> at = new ArrayList<>();
    List<String> contents = new ArrayList<>();
    try (PreparedStatement give = source.prepareStatement(ComingText.callGive(move))) {
      give.setArray(1, source.createArrayOf("int8", wanted));
      try (ResultSet rows = give.executeQuery()) {
        while (rows.next()) {
          numbers.add(rows.getInt(1));
          at.add(rows.getLong(2));
          contents.add(rows.getString(3));
        }
      }
    }
    return Sql.number(
        target,
        ComingText.callTake(move),
        target.createArrayOf("int8", wanted),
        target.createArrayOf("int4", numbers.toArray()),
        target.createArrayOf("int8", at.toArray()),
        target.createArrayOf("text", contents.toArray()));
  }

  /** In how far what has come is not what the source has; empty if it is. */
  public String difference(Connection source, Connection target) throws SQLException {
    String here = Sql.text(source, ComingText.callSum(move));
    String there =
        Sql.text(
            target,
            "SELECT coalesce(sum(rows), 0) || ' rows, sum ' || coalesce(sum(hash), 0)"
                + " FROM shardjdbc.come WHERE move = ?",
            move);
    return here.equals(there) ? "" : here + " of the source, and " + there + " have come";
  }

  /** Whether it was not said yet that nobody compares any more. */
  public boolean isCompared(Connection source) throws SQLException {
    return Sql.isTrue(source, "SELECT to_regproc(?) IS NOT NULL", ComingText.name(move, "sum"));
  }

  /** Says that what is on the source is compared no more, as it is deleted. */
  public void endComparing(Connection source) throws SQLException {
    Sql.run(source, "DROP FUNCTION IF EXISTS " + ComingText.name(move, "sum") + "()");
  }

  /**
   * Takes all of it away. The target's row of the move goes first: nobody takes anything without
   * it, so nothing can come once more when its notes are gone.
   *
   * @return false if it did not come to a lock in time
   */
  public boolean remove(Connection source, Connection target, Duration allowed)
      throws SQLException {
    endComparing(source);
    Sql.run(source, "DROP FUNCTION IF EXISTS " + ComingText.signatureOfGive(move));
    Sql.run(target, "DROP FUNCTION IF EXISTS " + ComingText.signatureOfTake(move));
    Sql.run(target, "DELETE FROM shardjdbc.move WHERE id = ?", move);
    Sql.run(target, "DELETE FROM shardjdbc.come WHERE move = ?", move);
    Sql.run(target, "DELETE FROM shardjdbc.swept WHERE move = ?", move);
    Patience patience = Patience.of(allowed);
    for (String index : ComingTable.left(source, move)) {
      if (!ShortLocks.run(source, "DROP INDEX IF EXISTS " + index, patience)) {
        return false;
      }
    }
    return true;
  }

  /** The tables of a move, with their columns in the order of the target. */
  public static List<ComingTable> tables(Connection target, List<MovedTable> tables)
      throws SQLException {
    List<ComingTable> coming = new ArrayList<>();
    for (MovedTable table : tables) {
      coming.add(ComingTable.of(target, table));
    }
    return coming;
  }
}
