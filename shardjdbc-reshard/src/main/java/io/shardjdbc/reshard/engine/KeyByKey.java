package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.CopyProgress;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Size;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.arrive.ComingRows;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.copy.Markers;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Rows come behind the flip, key by key: whoever needs a key brings it, and the mover brings the
 * rest. What has not come does not change on the source, where nobody may write it any more.
 */
record KeyByKey(Work work) implements Carrier {
  private static final int POSITIONS = 500;
  private static final Duration BETWEEN = Duration.ofMillis(500);

  /** What has come is remembered by those who have heard of it. */
  private static final String FLUSHES =
      "SELECT set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN"
          + " ('off', 'local', 'remote_write') THEN 'on' ELSE current_setting('synchronous_commit')"
          + " END, false)";

  private static final String BY_INDEX = "SET enable_seqscan = off; SET enable_bitmapscan = off";

  @Override
  public void prepare() throws SQLException {
    if (!rows().install(work.source(), work.target(), work.settings().guard())) {
      throw blocked("a transaction keeps the index by position from being built");
    }
    work.done("what brings rows");
  }

  @Override
  public void copy() {
    // Rows come when they have changed their owner.
  }

  @Override
  public void settle() {
    // What has come has come.
  }

  /** Markers come as soon as they are asked for: nothing has to come before them. */
  @Override
  public Following follow(boolean back) throws SQLException {
    int move = work.id();
    Connection from = work.source();
    Connection to = work.target();
    Markers markers =
        new Markers(
            move,
            () ->
                Sql.run(
                    to,
                    "INSERT INTO shardjdbc.marker (move, number) VALUES (?, ?)"
                        + " ON CONFLICT DO NOTHING",
                    move,
                    Sql.number(
                        from, "SELECT max(number) FROM shardjdbc.marker WHERE move = ?", move)));
    return () -> markers;
  }

  /** Brings all that nobody has brought, compares, and says that nothing comes any more. */
  void arrive() throws SQLException {
    sweep();
    requireEqual();
    Stored newest = work.store().newest();
    MapDocument arrived = work.forwardMaps().arrived(newest.document());
    if (!newest.document().equals(arrived)) {
      work.change(arrived, newest);
    }
    work.store().spread();
    work.done("map");
  }

  private void sweep() throws SQLException {
    ComingRows rows = rows();
    Throttle throttle = new Throttle(work, List.of(work.moving().source(), work.moving().target()));
    Size expected =
        Sizing.sum(Sizing.byTable(work.source(), work.store().newest().document(), work.moving()));
    long begun = System.nanoTime();
    long told = begun - BETWEEN.toNanos();
    try (Connection from = work.servers().open(work.moving().source());
        Connection to = work.servers().open(work.moving().target())) {
      Sql.run(from, BY_INDEX);
      Sql.text(to, FLUSHES);
      to.setAutoCommit(false);
      Long next = next(to);
      while (next != null) {
        throttle.after(piece(rows, from, to, next));
        next = next(to);
        if (next == null || System.nanoTime() - told >= BETWEEN.toNanos()) {
          told = System.nanoTime();
          Duration taken = Duration.ofNanos(told - begun);
          work.listener()
              .onCopy(work.id(), new CopyProgress(come(work.target(), work), expected, 0, taken));
        }
      }
    }
    work.done("all keys have come");
  }

  /** From which position on the next piece is; null where all have come. */
  private @Nullable Long next(Connection to) throws SQLException {
    Long upTo =
        Sql.first(
            to,
            row -> row.getLong(1),
            "SELECT up_to FROM shardjdbc.swept WHERE move = ?",
            work.id());
    to.commit();
    if (upTo == null) {
      return Long.MIN_VALUE;
    }
    return upTo == Long.MAX_VALUE ? null : Long.valueOf(upTo + 1);
  }

  private long piece(ComingRows rows, Connection from, Connection to, long next)
      throws SQLException {
    int most = Math.min(POSITIONS, work.settings().batch());
    ComingRows.Piece piece = rows.next(from, next, most);
    work.done("piece read");
    try {
      long brought = rows.bring(from, to, piece.places());
      Sql.run(
          to,
          "INSERT INTO shardjdbc.swept AS s (move, up_to) VALUES (?, ?) ON CONFLICT (move) DO"
              + " UPDATE SET up_to = greatest(s.up_to, excluded.up_to)",
          work.id(),
          piece.upTo());
      to.commit();
      work.done("piece brought");
      return brought;
    } catch (PSQLException e) {
      to.rollback();
      String state = String.valueOf(e.getSQLState());
      if (state.startsWith("40")) {
        return 0; // somebody brings keys of it: it is tried again
      }
      throw state.startsWith("22") || state.startsWith("23") ? stopped(e) : e;
    }
  }

  /** Names the constraint, and never a value. */
  private ReshardException stopped(PSQLException e) {
    ServerErrorMessage message = e.getServerErrorMessage();
    String constraint = message == null ? null : message.getConstraint();
    return new ReshardException(
        ErrorCode.COPY_STOPPED,
        work.id(),
        "a row is refused with "
            + e.getSQLState()
            + (constraint == null ? "" : " by " + constraint));
  }

  /** How much has come. */
  static List<MoveStatus.Table> come(Connection target, Work work) throws SQLException {
    return come(target, work.id(), work.moving().placement());
  }

  static List<MoveStatus.Table> come(Connection target, int move, String placement)
      throws SQLException {
    return Sql.rows(
        target,
        row -> new MoveStatus.Table("tables of " + placement, "coming", row.getLong(1), 0),
        "SELECT sum(rows) FROM shardjdbc.come WHERE move = ? HAVING count(*) > 0",
        move);
  }

  /** Whether what has come is what the source has, as soon as all should have. */
  void requireEqual() throws SQLException {
    if (work.row().step() == Step.DONE || !rows().isCompared(work.source())) {
      return;
    }
    String difference = rows().difference(work.source(), work.target());
    if (!difference.isEmpty()) {
      throw new ReshardException(
          ErrorCode.ROWS_DIFFER, work.moving().source(), work.moving().target(), difference);
    }
    work.done("what has come is what was there");
  }

  @Override
  public boolean isBackOpen() throws SQLException {
    return rows().isCompared(work.source());
  }

  @Override
  public void endBack() throws SQLException {
    rows().endComparing(work.source());
  }

  @Override
  public void end() {
    // Nothing runs by itself.
  }

  @Override
  public void takeAway() throws SQLException {
    if (!rows().remove(work.source(), work.target(), work.settings().guard())) {
      throw blocked("a transaction uses a table that has moved");
    }
  }

  private ComingRows rows() throws SQLException {
    return new ComingRows(
        work.id(), ComingRows.tables(work.target(), work.tables(work.source())), work.positions());
  }

  private ReshardException blocked(String what) {
    return new ReshardException(ErrorCode.MOVE_BLOCKED, work.id(), what + ", and does not end");
  }
}
