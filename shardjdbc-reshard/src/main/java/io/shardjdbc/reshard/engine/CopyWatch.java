package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.CopyProgress;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Size;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at a copy while it goes on, and tells the listener now and then. */
final class CopyWatch {
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final Work work;
  private final Map<String, Size> sizes;
  private final long begun = System.nanoTime();
  private long told = begun - BETWEEN.toNanos();

  private CopyWatch(Work work, Map<String, Size> sizes) {
    this.work = work;
    this.sizes = sizes;
  }

  static CopyWatch of(Work work) throws SQLException {
    return new CopyWatch(
        work, Sizing.byTable(work.source(), work.store().newest().document(), work.moving()));
  }

  void look() throws SQLException {
    long now = System.nanoTime();
    if (now - told >= BETWEEN.toNanos()) {
      told = now;
      tell();
    }
  }

  void tell() throws SQLException {
    List<MoveStatus.Table> tables = new ArrayList<>();
    Connection target = work.target();
    for (MovedTable table : work.tables(target)) {
      Size whole = sizes.getOrDefault(table.display(), new Size(0, 0));
      MoveStatus.Table now =
          Progress.table(target, work.forward().name(), table.sql(), table.display());
      boolean copied = now.state().equals(Progress.IN_STEP) || now.state().equals(Progress.NEAR);
      tables.add(
          copied
              ? new MoveStatus.Table(now.name(), now.state(), whole.rows(), whole.bytes())
              : now);
    }
    long lag =
        Sql.number(
            work.source(),
            "SELECT max(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), confirmed_flush_lsn))"
                + " FROM pg_replication_slots WHERE slot_name = ?",
            work.forward().name());
    work.listener()
        .onCopy(
            work.id(),
            new CopyProgress(
                tables, Sizing.sum(sizes), lag, Duration.ofNanos(System.nanoTime() - begun)));
  }
}
