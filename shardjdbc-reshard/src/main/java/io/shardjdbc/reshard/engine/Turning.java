package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Window;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.Replicas;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.flip.Flip;
import io.shardjdbc.reshard.flip.Maps;
import io.shardjdbc.reshard.verify.Verifier;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Comparing both sides, and changing the owner: forward, or back. */
final class Turning {
  private static final Duration BETWEEN = Duration.ofMillis(200);

  /** Nothing is compared before anything has come. */
  private static final Verifier.Result NOTHING = new Verifier.Result(0, Map.of(), Map.of());

  private Turning() {}

  static void verify(Work work) throws SQLException {
    if (!work.isKeyByKey()) {
      Verifier.Result result = compare(work, false);
      work.done(result.rows() + " rows are equal");
    }
    work.next(Step.FLIP);
  }

  /** Compares what the one who has the rows has with what the other one has. */
  static Verifier.Result compare(Work work, boolean back) throws SQLException {
    if (work.isKeyByKey()) {
      Step step = work.row().step();
      if (step == Step.SETTLED || step == Step.CLEAN_SOURCE) {
        new KeyByKey(work).requireEqual();
      }
      return NOTHING;
    }
    Maps maps = back ? work.backMaps() : work.forwardMaps();
    try (Connection from = work.servers().open(maps.from());
        Connection to = work.servers().open(maps.to());
        Carrier.Following following = work.carrier().follow(back)) {
      Verifier verifier = Verifier.of(from, to, following.markers(), work.tables(from));
      return equal(maps, verifier.compare(work.positions()));
    }
  }

  private static Verifier.Result equal(Maps maps, Verifier.Result result) throws SQLException {
    if (!result.isEqual()) {
      throw new ReshardException(
          ErrorCode.ROWS_DIFFER, maps.from(), maps.to(), result.differences());
    }
    return result;
  }

  static void flip(Work work) throws SQLException {
    turn(work, work.forwardMaps(), MoveRow.OUTGOING);
  }

  /** The target's row decides; the source's follows it. */
  static void turnBack(Work work) throws SQLException {
    MoveRow there = MoveRow.read(work.target(), work.id());
    if (there != null && !there.phase().equals(MoveRow.GONE)) {
      turn(work, work.backMaps(), MoveRow.OWNER);
    }
    work.next(Step.OWN_AGAIN);
  }

  private static void turn(Work work, Maps maps, String openPhase) throws SQLException {
    awaitWindow(work);
    Patience patience = Patience.of(work.settings().flip());
    try (Connection from = work.servers().open(maps.from());
        Connection to = work.servers().open(maps.to());
        Carrier.Following following = work.carrier().follow(maps.back())) {
      Flip.Turn turn =
          new Flip.Turn(work.id(), maps.from(), maps.to(), openPhase, following.markers(), maps);
      Flip flip = new Flip(work.servers(), turn, work.settings().limits(), work::done);
      List<MovedTable> tables = work.tables(from);
      Verifier verifier = Verifier.of(from, to, following.markers(), tables);
      Verifier.Result result =
          work.isKeyByKey() ? NOTHING : equal(maps, verifier.compare(work.positions()));
      while (true) {
        Stored newest = work.store().spread();
        String notNow = flip.attempt(newest, tables, verifier, result);
        if (notNow.isEmpty()) {
          return;
        }
        work.listener().onBlocked(work.id(), notNow);
        if (patience.isOver()) {
          throw new ReshardException(ErrorCode.MOVE_BLOCKED, work.id(), notNow);
        }
        Patience.pause(BETWEEN);
      }
    }
  }

  /** Rows are compared and owners changed when somebody wants it; the copy is kept in step. */
  private static void awaitWindow(Work work) throws SQLException {
    Window window = work.settings().window();
    if (!window.isOpenAt(Instant.now())) {
      work.listener().onBlocked(work.id(), "the owner changes " + window);
    }
    while (!window.isOpenAt(Instant.now())) {
      Patience.pause(BETWEEN);
    }
  }

  static void own(Work work) throws SQLException {
    own(work, work.moving().target());
    work.next(work.isKeyByKey() ? Step.ARRIVE : Step.SETTLE);
  }

  static void ownAgain(Work work) throws SQLException {
    own(work, work.moving().source());
    work.next(Step.CLEAN_TARGET);
  }

  /** The decision was made with the old owner: whoever comes may say so to the new one. */
  private static void own(Work work, ShardId owner) throws SQLException {
    ShardId before =
        owner.equals(work.moving().target()) ? work.moving().source() : work.moving().target();
    awaitReplicas(work, before);
    Records.putBehind(work.servers().kept(before), before.name(), work.servers().kept(owner));
    MapStore.own(work.servers().kept(before), work.servers().kept(owner), work.id());
    work.done(owner + " owns the rows");
    work.store().spread();
    work.done("map");
    awaitReplicas(work, owner);
  }

  /** No replica that is promoted may take the decision back, or not know of it. */
  private static void awaitReplicas(Work work, ShardId shard) throws SQLException {
    try (Replicas replicas = work.servers().openReplicas(shard)) {
      String lsn = Sql.text(work.servers().kept(shard), "SELECT pg_current_wal_flush_lsn()");
      if (!Patience.of(work.settings().barrier()).awaitClosely(() -> replicas.haveReceived(lsn))) {
        throw new ReshardException(
            ErrorCode.MOVE_BLOCKED, work.id(), "a replica of " + shard + " is behind");
      }
    }
  }
}
