package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.CopyProgress;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Size;
import io.shardjdbc.reshard.control.Pipe.Amount;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.journal.Backfill;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Looks at a copy that the mover makes by itself, and tells the listener now and then. */
final class BackfillWatch implements Backfill.Between {
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final Work work;
  private final Size expected;
  private final Throttle throttle;
  private final long begun = System.nanoTime();
  private long told = begun - BETWEEN.toNanos();

  private BackfillWatch(Work work, Size expected) {
    this.work = work;
    this.expected = expected;
    this.throttle = new Throttle(work, List.of(work.moving().source(), work.moving().target()));
  }

  static BackfillWatch of(Work work) throws SQLException {
    return new BackfillWatch(
        work,
        Sizing.sum(Sizing.byTable(work.source(), work.store().newest().document(), work.moving())));
  }

  @Override
  public void begins(String part) {
    work.done("copy of " + part);
  }

  @Override
  public void pieces(Amount piece) throws SQLException {
    if (System.nanoTime() - told >= BETWEEN.toNanos()) {
      told = System.nanoTime();
      tell();
    }
    throttle.after(piece.rows());
  }

  void tell() throws SQLException {
    work.listener()
        .onCopy(
            work.id(),
            new CopyProgress(
                tables(work.target(), work.id()),
                expected,
                0,
                Duration.ofNanos(System.nanoTime() - begun)));
  }

  /** How far the copy is by what the target has written down. */
  static List<MoveStatus.Table> tables(Connection target, int move) throws SQLException {
    return Sql.rows(
        target,
        row -> new MoveStatus.Table(row.getString(1), "copying", row.getLong(2), row.getLong(3)),
        "SELECT part, rows, bytes FROM shardjdbc.copied WHERE move = ? ORDER BY part",
        move);
  }
}
