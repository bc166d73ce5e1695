package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.Processes.Acknowledgement;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.copy.Markers;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What a failover of the source or the target means for a move.
 *
 * <p>The server that was promoted may lack the last of what the one before had: slots, rows that
 * had been applied, rows that the other side has already. So what was copied is not continued.
 * Before the flip the copy is thrown away, and the move begins anew. Behind it the target has the
 * rows, and the copies on the source, by which a move is taken back, are made anew. Whose the rows
 * are is decided by who of the two has gone further: a target that has taken them has them.
 */
record Renewal(Work work) {

  /** Whether the move's row has changed. */
  boolean isDone() throws SQLException {
    String lines = work.servers().lines(work.moving().source(), work.moving().target());
    MoveRow row = work.row();
    if (lines.equals(row.lines()) || row.step() == Step.DONE) {
      return false;
    }
    if (row.lines().isEmpty()) {
      write(lines, row.step(), row.phase(), row.backLost());
      return true;
    }
    work.done("a server has failed over");
    MoveRow there = MoveRow.read(work.target(), work.id());
    boolean owns = there != null && there.phase().equals(MoveRow.OWNER);
    switch (row.step()) {
      case PREPARE, COPY, VERIFY, FLIP -> {
        if (owns || mapSaysMoved()) {
          forward(lines);
        } else {
          beginAnew(lines, row);
        }
      }
      case OWN, ARRIVE, SETTLE, SETTLED, CLEAN_SOURCE -> behind(lines, row, owns);
      case RETURN -> {
        boolean gone = there != null && there.phase().equals(MoveRow.GONE);
        write(lines, gone ? Step.OWN_AGAIN : Step.SETTLE, row.phase(), !gone);
      }
      case OWN_AGAIN, CLEAN_TARGET -> {
        if (there != null && owns) {
          giveUpAgain(there);
        }
        write(lines, row.step(), row.phase(), false);
      }
      case DONE -> throw new IllegalStateException("nothing is left to do");
    }
    return true;
  }

  private void write(String lines, Step step, String phase, boolean backLost) throws SQLException {
    MoveRow.renew(work.source(), work.id(), work.servers().mover(), lines, step, phase, backLost);
  }

  /** A target may have lost that the rows are its own, which the source decides. */
  private void behind(String lines, MoveRow row, boolean owns) throws SQLException {
    boolean hasWayBack = row.strategy() != Strategy.READ_THROUGH;
    boolean open = row.step() != Step.CLEAN_SOURCE || work.carrier().isBackOpen();
    Step step = row.step();
    if (!owns && step != Step.CLEAN_SOURCE) {
      step = Step.OWN;
    } else if (hasWayBack && open && step != Step.OWN) {
      step = Step.SETTLE;
    }
    write(lines, step, row.phase(), hasWayBack && open);
  }

  private boolean mapSaysMoved() throws SQLException {
    return work.store()
        .newest()
        .document()
        .placement(work.moving().placement())
        .ownedBy(work.moving().target())
        .containsAll(work.positions());
  }

  /** The promoted source has not heard that it has given the rows up. */
  private void forward(String lines) throws SQLException {
    Stored newest = work.store().spread();
    Sql.run(
        work.source(),
        "UPDATE shardjdbc.move SET epoch = ? WHERE id = ?",
        newest.epoch().number(),
        work.id());
    write(lines, Step.OWN, MoveRow.GONE, work.row().strategy() != Strategy.READ_THROUGH);
  }

  /** The promoted target has not heard that it has given the rows back. */
  private void giveUpAgain(MoveRow there) throws SQLException {
    Stored newest = work.store().spread();
    Sql.run(
        work.target(),
        "UPDATE shardjdbc.move SET phase = ?, epoch = ? WHERE id = ?",
        MoveRow.GONE,
        newest.epoch().number(),
        there.id());
  }

  private void beginAnew(String lines, MoveRow row) throws SQLException {
    ShardId target = work.moving().target();
    Stored newest = work.store().spread();
    work.carrier().end();
    if (MoveRow.read(work.target(), work.id()) != null) {
      work.processes()
          .await(target, newest.epoch(), Acknowledgement.QUIESCED, work.settings().barrier());
      Cleaning.delete(work, target, work.target());
    }
    forgetCopies();
    write(lines, Step.PREPARE, MoveRow.OUTGOING, row.backLost());
  }

  private void forgetCopies() throws SQLException {
    for (Connection connection : new Connection[] {work.source(), work.target()}) {
      Markers.clear(connection, work.id());
      Sql.run(connection, "DELETE FROM shardjdbc.copied WHERE move = ?", work.id());
    }
  }
}
