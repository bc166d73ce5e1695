package io.shardjdbc.reshard.flip;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.MoveFence;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.Processes;
import io.shardjdbc.reshard.control.Replicas;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.copy.Markers;
import io.shardjdbc.reshard.verify.Verifier;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * One attempt to change the owner.
 *
 * <ol>
 *   <li>Rehearse: a marker has to come through soon, and the writers' lock has to be free soon.
 *       Otherwise nobody was kept waiting for nothing.
 *   <li>Close, in an epoch of its own: processes hold what would touch the rows, and say so. This
 *       keeps reads from being old: nobody routes to the old owner any more when the new one takes
 *       its first write.
 *   <li>Lock: writers have ended, prepared ones too, and new ones wait in the guard. The server
 *       ends this transaction if the mover sleeps.
 *   <li>A marker shows that the new owner has applied everything, and a commit of the mover's own
 *       that it is on its disk: on one session, which a crash in between would end. Its replicas
 *       have it too, so that none is promoted without it.
 *   <li>Commit: the rows are gone here, if they are still closed by this very attempt. It is the
 *       decision, and says all that is needed to finish.
 * </ol>
 *
 * <p>Whatever fails before the commit gives the rows back.
 */
public final class Flip {
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** The server has ended the transaction that kept others waiting. */
  private static final String PAUSE_IS_OVER = "25P03";

  /** A commit that does not wait for its log would say nothing; one that waits for more may. */
  private static final String FLUSHES =
      "SELECT set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN"
          + " ('off', 'local', 'remote_write') THEN 'on' ELSE current_setting('synchronous_commit')"
          + " END, false)";

  private final Servers servers;
  private final Turn turn;
  private final Limits limits;
  private final Consumer<String> done;
  private Duration marker;

  /**
   * What changes its owner.
   *
   * @param from who has it now
   * @param to who gets it
   * @param openPhase the phase of the row on {@code from}, which comes back if this fails
   */
  public record Turn(
      int move, ShardId from, ShardId to, String openPhase, Markers markers, Maps maps) {}

  /**
   * How long things may take.
   *
   * @param pause of the rows' readers and writers, all in all
   * @param lock how long the writers' lock is waited for at a time
   * @param marker how long a marker may take when nothing is held yet, the first time
   */
  public record Limits(Duration pause, Duration lock, Duration marker) {
    private static final Duration LOCK = Duration.ofMillis(100);
    private static final Duration MARKER = Duration.ofMillis(50);

    /**
     * A target that never is as quick as that gets twice the time, up to a quarter of the pause.
     */
    Duration longer(Duration before) {
      Duration twice = before.multipliedBy(2);
      Duration most = pause.dividedBy(4);
      return twice.compareTo(most) < 0 ? twice : most;
    }

    /** The lock is asked for again and again, since a deadlock is seen only after a second. */
    public static Limits of(Duration pause) {
      return new Limits(pause, LOCK, MARKER);
    }
  }

  /**
   * A change of the owner.
   *
   * @param done hears what has been done
   */
  public Flip(Servers servers, Turn turn, Limits limits, Consumer<String> done) {
    this.servers = servers;
    this.turn = turn;
    this.limits = limits;
    this.marker = limits.marker();
    this.done = done;
  }

  /**
   * Tries it once.
   *
   * @param open what the comparison before left open
   * @return why it could not be now; empty when it is done
   */
  public String attempt(
      Stored before, List<MovedTable> tables, Verifier verifier, Verifier.Result open)
      throws SQLException {
    try (Connection locking = servers.open(turn.from());
        Connection beside = servers.open(turn.from());
        Connection target = servers.open(turn.to());
        Replicas replicas = servers.openReplicas(turn.to())) {
      String notNow = rehearse(locking, beside, target, replicas);
      if (!notNow.isEmpty()) {
        return notNow;
      }
      MapStore.reserve(target, turn.move(), before.epoch().number() + 2);
      done.accept("rehearsed");
      Stored closed = close(beside, before);
      done.accept("closed");
      try {
        notNow = whileClosed(locking, beside, target, replicas, closed, tables, verifier, open);
      } catch (SQLException e) {
        end(locking);
        if (isGone()) {
          return "";
        }
        reopen();
        if (PAUSE_IS_OVER.equals(e.getSQLState())) {
          return "the attempt took longer than it may";
        }
        throw e;
      }
      if (!notNow.isEmpty()) {
        reopen();
      }
      return notNow;
    }
  }

  private String rehearse(
      Connection locking, Connection beside, Connection target, Replicas replicas)
      throws SQLException {
    long number = turn.markers().send(beside);
    Patience patience = Patience.of(marker);
    if (!patience.awaitClosely(() -> turn.markers().hasCome(target, number))) {
      marker = limits.longer(marker);
      return "the target is behind";
    }
    String lsn = Sql.text(target, "SELECT pg_current_wal_flush_lsn()");
    if (!patience.awaitClosely(() -> replicas.haveReceived(lsn))) {
      marker = limits.longer(marker);
      return "a replica of " + turn.to() + " is behind";
    }
    locking.setAutoCommit(false);
    boolean free = lock(locking);
    String blockers = free ? "" : "writers do not end: " + Blockers.of(beside, turn.move());
    locking.rollback();
    return blockers;
  }

  private boolean lock(Connection locking) throws SQLException {
    Sql.run(locking, "SELECT set_config('lock_timeout', ?, true)", limits.lock().toMillis() + "ms");
    String pause = limits.pause().toMillis() + "ms";
    Sql.run(locking, "SELECT set_config('idle_in_transaction_session_timeout', ?, true)", pause);
    if (MoveFence.LOCK_OF_WRITERS.isOut()) {
      return true;
    }
    try {
      Sql.run(
          locking,
          "SELECT pg_advisory_xact_lock(" + ControlSchema.MOVE_LOCKS + ", ?)",
          turn.move());
      return true;
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  private Stored close(Connection beside, Stored before) throws SQLException {
    beside.setAutoCommit(false);
    int changed =
        Sql.run(
            beside,
            "UPDATE shardjdbc.move SET phase = ?, attempt = attempt + 1, open_phase = ?,"
                + " open_document = ?, closes_at = clock_timestamp() + ? * interval '1 ms',"
                + " changed = clock_timestamp() WHERE id = ? AND mover = ?",
            MoveRow.CLOSING,
            turn.openPhase(),
            before.document().toString(),
            limits.pause().toMillis(),
            turn.move(),
            servers.mover());
    if (changed != 1) {
      throw new ReshardException(ErrorCode.MOVER_REPLACED);
    }
    Stored closed = MapStore.next(beside, before, turn.maps().closed(before.document()));
    beside.commit();
    beside.setAutoCommit(true);
    return closed;
  }

  private String whileClosed(
      Connection locking,
      Connection beside,
      Connection target,
      Replicas replicas,
      Stored closed,
      List<MovedTable> tables,
      Verifier verifier,
      Verifier.Result open)
      throws SQLException {
    Patience patience = Patience.of(limits.pause().dividedBy(2));
    long attempt =
        Sql.number(beside, "SELECT attempt FROM shardjdbc.move WHERE id = ?", turn.move());
    if (!MoveFence.ACKNOWLEDGED_READS.isOut()
        && !patience.awaitClosely(
            () -> Processes.silentOnPrimary(beside, closed.epoch()).isEmpty())) {
      return "not acknowledged by " + Processes.silentOnPrimary(beside, closed.epoch());
    }
    while (!lock(locking)) {
      String blockers = Blockers.of(beside, turn.move());
      locking.rollback();
      if (patience.isOver()) {
        return "writers do not end: " + blockers;
      }
      Patience.pause(Duration.ofMillis(20));
    }
    done.accept("locked");
    List<String> readers = Blockers.rowLockers(beside, tables);
    if (!patience.awaitClosely(() -> Blockers.haveEnded(beside, tables, readers))) {
      locking.rollback();
      return "transactions that have locked rows do not end";
    }
    long number = turn.markers().send(beside);
    if (!MoveFence.WAIT_FOR_TARGET.isOut()
        && !patience.awaitClosely(() -> turn.markers().hasCome(target, number))) {
      locking.rollback();
      return "the target is behind";
    }
    int differing = verifier.compareQuiet(beside, target, open);
    if (differing > 0) {
      locking.rollback();
      throw new ReshardException(
          ErrorCode.ROWS_DIFFER, turn.from(), turn.to(), differing + " positions while closed");
    }
    String journal = Blockers.journal(beside, tables);
    if (!journal.isEmpty()) {
      locking.rollback();
      return journal;
    }
    done.accept("the target has everything");
    String lsn = flushed(target);
    if (!patience.awaitClosely(() -> replicas.haveReceived(lsn))) {
      locking.rollback();
      return "a replica of " + turn.to() + " is behind";
    }
    return commit(locking, lsn, closed, attempt);
  }

  private String commit(Connection locking, String lsn, Stored closed, long attempt)
      throws SQLException {
    Sql.text(locking, FLUSHES);
    int changed =
        Sql.run(
            locking,
            "UPDATE shardjdbc.move SET phase = ?, step = ?, target_lsn = ?::pg_lsn, epoch = ?,"
                + " closes_at = NULL, changed = clock_timestamp()"
                + " WHERE id = ? AND mover = ? AND (phase = ? AND attempt = ? OR ?)",
            MoveRow.GONE,
            turn.maps().stepAfter().name(),
            lsn,
            closed.epoch().number() + 1,
            turn.move(),
            servers.mover(),
            MoveRow.CLOSING,
            attempt,
            MoveFence.FLIP_COMPARES.isOut());
    if (changed != 1) {
      locking.rollback();
      return "the rows were given back meanwhile";
    }
    Stored before =
        MoveFence.FLIP_COMPARES.isOut() ? Objects.requireNonNull(MapStore.read(locking)) : closed;
    MapStore.next(locking, before, turn.maps().moved(before.document(), lsn));
    locking.commit();
    done.accept("the source has given up the rows");
    return "";
  }

  /** Up to where the target's log is on its disk, with all that has moved. */
  private String flushed(Connection seenBy) throws SQLException {
    if (MoveFence.ONE_SESSION_ON_TARGET.isOut()) {
      try (Connection other = servers.open(turn.to())) {
        return flush(other);
      }
    }
    return flush(seenBy);
  }

  private String flush(Connection target) throws SQLException {
    String lsn = Sql.text(target, "SELECT pg_current_wal_insert_lsn()");
    if (!MoveFence.FLUSH_OF_TARGET.isOut()) {
      Sql.text(target, FLUSHES);
      Sql.run(
          target,
          "UPDATE shardjdbc.move SET target_lsn = ?::pg_lsn WHERE id = ?",
          lsn,
          turn.move());
    }
    return lsn;
  }

  private static void end(Connection locking) throws SQLException {
    locking.close();
  }

  /** After a lost answer only the row says whether the commit was done. */
  private boolean isGone() throws SQLException {
    try (Connection connection = servers.open(turn.from())) {
      MoveRow row = MoveRow.read(connection, turn.move());
      return row != null && row.phase().equals(MoveRow.GONE);
    }
  }

  private void reopen() throws SQLException {
    Sql.number(servers.kept(turn.from()), "SELECT shardjdbc.reopen()");
  }
}
