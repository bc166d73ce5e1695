package io.shardjdbc.reshard.control;

import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code shardjdbc.move}: on the source it is the truth of the move.
 *
 * @param epoch the number of the epoch in which the row came to its phase
 * @param ends whether it is finished as soon as it is settled
 * @param targetLsn up to where the new owner's log has all that moved; empty before
 * @param lines the lines of the log that both primaries wrote; empty before the first look
 * @param backLost whether the way back has to be opened anew, by a fresh copy
 */
public record MoveRow(
    int id,
    UUID mapId,
    Moving moving,
    String phase,
    Step step,
    long attempt,
    long epoch,
    boolean ends,
    Strategy strategy,
    String targetLsn,
    String lines,
    boolean backLost,
    Instant started,
    Instant changed) {

  /** Before the flip, on the source. */
  public static final String OUTGOING = "outgoing";

  /** Processes hold the rows. */
  public static final String CLOSING = "closing";

  /** Before the flip, on the target. */
  public static final String INCOMING = "incoming";

  /** The rows are another shard's. */
  public static final String GONE = "gone";

  /** The rows are this shard's, after a flip. */
  public static final String OWNER = "owner";

  private static final String COLUMNS =
      "SELECT id, map_id, source, target, placement, positions::text, phase, step, attempt, epoch,"
          + " ends, coalesce(target_lsn::text, ''), started, changed, strategy, lines,"
          + " back_lost FROM shardjdbc.move";

  /** The moves of which the shard is the source, in their order. */
  public static List<MoveRow> fromHere(Connection connection) throws SQLException {
    return Sql.rows(connection, MoveRow::of, COLUMNS + " WHERE role = 'source' ORDER BY id");
  }

  /** The row of a move on a shard, or null. */
  public static @Nullable MoveRow read(Connection connection, int id) throws SQLException {
    return Sql.first(connection, MoveRow::of, COLUMNS + " WHERE id = ?", id);
  }

  /** The greatest number of a move that the shard knows. */
  public static int lastId(Connection connection) throws SQLException {
    return (int) Sql.number(connection, "SELECT max(id) FROM shardjdbc.move");
  }

  /** Writes the row unless it is there. */
  public static void insert(
      Connection connection,
      int id,
      UUID mapId,
      Moving moving,
      String role,
      String phase,
      boolean ends,
      Strategy strategy)
      throws SQLException {
    Sql.run(
        connection,
        "INSERT INTO shardjdbc.move (id, map_id, role, source, target, placement, positions, phase,"
            + " step, ends, strategy) VALUES (?, ?, ?, ?, ?, ?, ?::int8multirange, ?, ?, ?, ?)"
            + " ON CONFLICT DO NOTHING",
        id,
        mapId,
        role,
        moving.source().name(),
        moving.target().name(),
        moving.placement(),
        moving.positions().toString(),
        phase,
        Step.PREPARE.name(),
        ends,
        strategy.name());
  }

  /** Says that a mover is at work, so that one that was here before changes nothing any more. */
  public static void take(Connection connection, int id, UUID mover) throws SQLException {
    Sql.run(connection, "UPDATE shardjdbc.move SET mover = ? WHERE id = ?", mover, id);
  }

  /**
   * Writes the next step.
   *
   * @throws ReshardException {@link ErrorCode#MOVER_REPLACED} when another mover has taken over
   */
  public static void step(Connection connection, int id, UUID mover, Step step)
      throws SQLException {
    int changed =
        Sql.run(
            connection,
            "UPDATE shardjdbc.move SET step = ?, changed = clock_timestamp()"
                + " WHERE id = ? AND mover = ?",
            step.name(),
            id,
            mover);
    if (changed != 1) {
      throw new ReshardException(ErrorCode.MOVER_REPLACED);
    }
  }

  /**
   * Goes to another step after a failover, and remembers the new lines of the log.
   *
   * @param phase of the row on the source
   * @param backLost whether copies on the source are not in step any more
   */
  public static void renew(
      Connection source,
      int id,
      UUID mover,
      String lines,
      Step step,
      String phase,
      boolean backLost)
      throws SQLException {
    int changed =
        Sql.run(
            source,
            "UPDATE shardjdbc.move SET lines = ?, step = ?, phase = ?, back_lost = ?, closes_at ="
                + " NULL, changed = clock_timestamp() WHERE id = ? AND mover = ?",
            lines,
            step.name(),
            phase,
            backLost,
            id,
            mover);
    if (changed != 1) {
      throw new ReshardException(ErrorCode.MOVER_REPLACED);
    }
  }

  /** Says that the way back is open again. */
  public static void backFound(Connection source, int id) throws SQLException {
    Sql.run(source, "UPDATE shardjdbc.move SET back_lost = false WHERE id = ?", id);
  }

  private static MoveRow of(ResultSet row) throws SQLException {
    Moving moving =
        new Moving(
            row.getString(5),
            Positions.parse(row.getString(6)),
            new ShardId(row.getString(3)),
            new ShardId(row.getString(4)));
    return new MoveRow(
        row.getInt(1),
        row.getObject(2, UUID.class),
        moving,
        row.getString(7),
        Step.valueOf(row.getString(8)),
        row.getLong(9),
        row.getLong(10),
        row.getBoolean(11),
        Strategy.valueOf(row.getString(15)),
        row.getString(12),
        row.getString(16),
        row.getBoolean(17),
        row.getObject(13, OffsetDateTime.class).toInstant(),
        row.getObject(14, OffsetDateTime.class).toInstant());
  }
}
