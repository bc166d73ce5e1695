package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.copy.Markers;
import io.shardjdbc.reshard.flip.Maps;
import io.shardjdbc.reshard.journal.Backfill;
import io.shardjdbc.reshard.journal.Journal;
import io.shardjdbc.reshard.journal.JournalPump;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Rows come by what their writers write down: writers on the source while a move is made, those on
 * the target while it can be taken back.
 */
record DoubleWriting(Work work) implements Carrier {

  /** The target's journal is there before the target takes its first write. */
  @Override
  public void prepare() throws SQLException {
    for (ShardId shard : List.of(work.moving().target(), work.moving().source())) {
      Connection connection = work.servers().kept(shard);
      if (!journal(connection).begin(connection, work.positions(), work.settings().guard())) {
        throw blocked("a transaction on " + shard + " writes to a table that moves");
      }
      work.done("journal on " + shard);
    }
  }

  @Override
  public void copy() throws SQLException {
    copy(work.forwardMaps());
  }

  private void copy(Maps maps) throws SQLException {
    BackfillWatch watch = BackfillWatch.of(work);
    try (JournalPump pump = pump(maps.back());
        Backfill backfill =
            Backfill.open(
                work.servers(),
                work.id(),
                maps.from(),
                maps.to(),
                work.tables(work.servers().kept(maps.from())),
                work.positions(),
                pump,
                watch)) {
      backfill.run();
      work.done("rows of before");
      pump.work();
    }
    watch.tell();
  }

  @Override
  public void settle() throws SQLException {
    if (work.row().backLost()) {
      forget(work.source());
      Cleaning.beforeNewCopies(work);
      copy(work.backMaps());
      MoveRow.backFound(work.source(), work.id());
    }
    try (Following back = follow(true)) {
      long number = back.markers().send(work.target());
      if (!back.markers().hasCome(work.source(), number)) {
        throw new ReshardException(
            ErrorCode.COPY_STOPPED, work.id(), "the way back does not come through");
      }
    }
    work.done("way back");
  }

  @Override
  public Following follow(boolean back) throws SQLException {
    JournalPump pump = pump(back);
    Markers markers = new Markers(number(back), pump);
    return new Following() {
      @Override
      public Markers markers() {
        return markers;
      }

      @Override
      public void close() throws SQLException {
        pump.close();
      }
    };
  }

  private JournalPump pump(boolean back) throws SQLException {
    Maps maps = back ? work.backMaps() : work.forwardMaps();
    return JournalPump.open(
        work.servers(),
        new JournalPump.Way(
            work.id(),
            maps.from(),
            maps.to(),
            work.positions(),
            number(back),
            () -> work.done("journal read")),
        work.tables(work.servers().kept(maps.from())));
  }

  private int number(boolean back) {
    return back ? -work.id() : work.id();
  }

  @Override
  public boolean isBackOpen() throws SQLException {
    return journal(work.target()).isThere(work.target());
  }

  @Override
  public void endBack() throws SQLException {
    end(work.moving().target());
  }

  @Override
  public void end() throws SQLException {
    end(work.moving().source());
    end(work.moving().target());
    work.done("journals ended");
  }

  private void end(ShardId shard) throws SQLException {
    Connection connection = work.servers().kept(shard);
    if (!journal(connection).end(connection, work.settings().guard())) {
      throw blocked("a transaction on " + shard + " uses a table that moves");
    }
  }

  @Override
  public void takeAway() throws SQLException {
    end();
    forget(work.source());
    forget(work.target());
  }

  private void forget(Connection connection) throws SQLException {
    Sql.run(connection, "DELETE FROM shardjdbc.copied WHERE move = ?", work.id());
  }

  private Journal journal(Connection connection) throws SQLException {
    return new Journal(work.id(), work.tables(connection));
  }

  private ReshardException blocked(String what) {
    return new ReshardException(ErrorCode.MOVE_BLOCKED, work.id(), what + ", and does not end");
  }
}
