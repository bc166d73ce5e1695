package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.MoveFence;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.Processes.Acknowledgement;
import io.shardjdbc.reshard.control.Replicas;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.copy.Markers;
import io.shardjdbc.reshard.guard.ShapeGuard;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Deletes copies, and takes away what a move has put up.
 *
 * <p>Rows go only when nobody works by a map by which they could be read, on replicas neither; and
 * the map that hides them goes only when they are gone, on replicas too.
 */
final class Cleaning {

  private Cleaning() {}

  /** What has moved is deleted where it came from; after that it cannot be taken back. */
  static void source(Work work) throws SQLException {
    ShardId source = work.moving().source();
    MapEpoch moved =
        work.isKeyByKey()
            ? work.store().spread().epoch() // by earlier ones what had not come is read here
            : new MapEpoch(work.row().mapId(), work.row().epoch());
    if (!MoveFence.BARRIER_BEFORE_DELETION.isOut()) {
      work.processes().await(source, moved, Acknowledgement.QUIESCED, work.settings().barrier());
    }
    work.done("acknowledged");
    Carrier carrier = work.carrier();
    if (carrier.isBackOpen()) {
      Turning.compare(work, true);
      awaitReplay(work, work.moving().target());
    }
    carrier.endBack();
    work.done("way back closed");
    delete(work, source, work.source());
    takeAway(work, work.forwardMaps().cleaned(work.store().newest().document()));
    Sql.run(work.target(), "DELETE FROM shardjdbc.move WHERE id = ?", work.id());
    work.next(Step.DONE);
  }

  /** What is left of copies on the source is deleted, as nobody reads it. */
  static void beforeNewCopies(Work work) throws SQLException {
    ShardId source = work.moving().source();
    MapEpoch newest = work.store().spread().epoch();
    work.processes().await(source, newest, Acknowledgement.QUIESCED, work.settings().barrier());
    delete(work, source, work.source());
  }

  /** What was copied is deleted, and no trace is left. */
  static void target(Work work) throws SQLException {
    work.carrier().end();
    MoveRow there = MoveRow.read(work.target(), work.id());
    if (there != null) {
      if (there.phase().equals(MoveRow.GONE)) {
        MapEpoch returned = new MapEpoch(there.mapId(), there.epoch());
        work.processes()
            .await(
                work.moving().target(),
                returned,
                Acknowledgement.QUIESCED,
                work.settings().barrier());
        work.done("acknowledged");
        awaitReplay(work, work.moving().source()); // the next map lets them show what came back
      }
      delete(work, work.moving().target(), work.target());
    }
    takeAway(work, work.forwardMaps().cleaned(work.store().newest().document()));
    Sql.run(work.target(), "DELETE FROM shardjdbc.move WHERE id = ?", work.id());
    Sql.run(work.source(), "DELETE FROM shardjdbc.move WHERE id = ?", work.id());
  }

  private static void takeAway(Work work, MapDocument cleaned) throws SQLException {
    Stored newest = work.store().newest();
    if (!newest.document().equals(cleaned)) {
      work.change(cleaned, newest);
    }
    work.store().spread();
    work.done("map");
    for (Connection connection : List.of(work.source(), work.target())) {
      ShapeGuard.remove(connection);
      if (!work.guard(connection).remove(connection, work.settings().guard())) {
        throw new ReshardException(
            ErrorCode.MOVE_BLOCKED,
            work.id(),
            "a transaction uses a table that has moved, and does not end");
      }
      Markers.clear(connection, work.id());
    }
    work.carrier().takeAway();
    work.done("guards away");
  }

  static void delete(Work work, ShardId shard, Connection kept) throws SQLException {
    List<MovedTable> tables = work.tables(kept);
    Throttle throttle = new Throttle(work, List.of(shard));
    try (Connection connection = work.servers().open(shard);
        CleanSession session = CleanSession.on(connection, work)) {
      for (MovedTable table : tables) {
        long deleted = 0;
        int batch;
        do {
          batch = session.delete(table, work.positions(), work.settings().batch());
          deleted += batch;
          Patience.pause(work.settings().rest());
          throttle.after(batch);
        } while (batch > 0);
        work.done(deleted + " copies of " + table.display() + " deleted on " + shard);
      }
    }
    awaitReplay(work, shard);
  }

  /** Until replicas have what the primary has now. */
  private static void awaitReplay(Work work, ShardId shard) throws SQLException {
    String lsn = Sql.text(work.servers().kept(shard), "SELECT pg_current_wal_flush_lsn()");
    try (Replicas replicas = work.servers().openReplicas(shard)) {
      if (!Patience.of(work.settings().barrier()).await(() -> replicas.haveReplayed(lsn))) {
        throw new ReshardException(
            ErrorCode.MOVE_BLOCKED, work.id(), "a replica of " + shard + " does not replay");
      }
    }
  }
}
