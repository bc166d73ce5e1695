package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.MoveFence;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Processes.Acknowledgement;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.guard.Guard;
import io.shardjdbc.reshard.guard.ShapeGuard;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;

/** Guards on both sides, and a map by which nobody sees what will be copied. */
final class Preparing {

  private Preparing() {}

  static void run(Work work) throws SQLException {
    ShardId target = work.moving().target();
    work.store().spread();
    MoveRow.insert(
        work.target(),
        work.id(),
        work.row().mapId(),
        work.moving(),
        "target",
        MoveRow.INCOMING,
        work.row().ends(),
        work.row().strategy());
    MoveRow.take(work.target(), work.id(), work.servers().mover());
    guard(work, target, work.target());
    refuseForeignRows(work);
    if (!MoveFence.GUARD.isOut()) {
      guard(work, work.moving().source(), work.source());
    }
    work.carrier().prepare();
    Stored newest = hide(work);
    if (!MoveFence.BARRIER_BEFORE_COPY.isOut()) {
      work.processes()
          .await(target, newest.epoch(), Acknowledgement.QUIESCED, work.settings().barrier());
    }
    work.done("acknowledged");
    work.next(Step.COPY);
  }

  private static void guard(Work work, ShardId shard, Connection connection) throws SQLException {
    boolean comes = work.isKeyByKey() && shard.equals(work.moving().target());
    Guard guard = comes ? work.guard(connection).ofComing() : work.guard(connection);
    if (!guard.install(connection, work.positions(), work.settings().guard())) {
      throw new ReshardException(
          ErrorCode.MOVE_BLOCKED,
          work.id(),
          "a transaction on " + shard + " writes to a table that moves, and does not end");
    }
    work.done("guards on " + shard);
    if (!ShapeGuard.install(connection)) {
      work.done("tables on " + shard + " are not kept from being altered: a superuser could");
    }
  }

  /** What lies there already belongs elsewhere, and would be taken for what is copied. */
  private static void refuseForeignRows(Work work) throws SQLException {
    for (MovedTable table : work.tables(work.target())) {
      if (Sql.isTrue(
          work.target(),
          "SELECT EXISTS (SELECT FROM "
              + table.sql()
              + " WHERE "
              + table.in(work.positions())
              + ")")) {
        throw new ReshardException(
            ErrorCode.MOVE_NOT_POSSIBLE,
            "table "
                + table.display()
                + " has rows on "
                + work.moving().target()
                + " that belong to "
                + work.moving().source());
      }
    }
  }

  private static Stored hide(Work work) throws SQLException {
    Stored newest = work.store().newest();
    Positions hidden =
        newest
            .document()
            .placement(work.moving().placement())
            .hides()
            .getOrDefault(work.moving().target(), Positions.NONE);
    if (!hidden.containsAll(work.positions())) {
      work.change(work.forwardMaps().incoming(newest.document()), newest);
      work.done("map");
    }
    return work.store().spread();
  }
}
