package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;

/**
 * Carries a move on from where its row says it is.
 *
 * <p>Each step can be done twice, and writes the next one into the row when it has been done. So
 * whoever comes after a mover that was killed does the step anew, and goes on.
 */
final class Steps {
  private final Servers servers;
  private final MapStore store;
  private final MoveListener listener;
  private final Settings settings;

  Steps(Servers servers, MoveListener listener, Settings settings) {
    this.servers = servers;
    this.store = new MapStore(servers);
    this.listener = listener;
    this.settings = settings;
  }

  /** Goes on until the move rests: it is settled, or nothing is left to do. */
  void run(int id, Step rest) throws SQLException {
    while (true) {
      Work work = work(id);
      Step step = work.row().step();
      if (step == rest || step == Step.DONE) {
        return;
      }
      listener.onStep(id, step);
      if (!run(work, step)) {
        return;
      }
    }
  }

  /** Whether the move has a row still. */
  private static boolean run(Work work, Step step) throws SQLException {
    switch (step) {
      case PREPARE -> Preparing.run(work);
      case COPY -> {
        work.carrier().copy();
        work.done("copied");
        work.next(Step.VERIFY);
      }
      case VERIFY -> Turning.verify(work);
      case FLIP -> Turning.flip(work);
      case OWN -> Turning.own(work);
      case ARRIVE -> {
        new KeyByKey(work).arrive();
        work.next(Step.SETTLED);
      }
      case SETTLE -> {
        work.carrier().settle();
        work.next(Step.SETTLED);
      }
      case RETURN -> Turning.turnBack(work);
      case OWN_AGAIN -> Turning.ownAgain(work);
      case CLEAN_SOURCE -> Cleaning.source(work);
      case CLEAN_TARGET -> {
        Cleaning.target(work);
        return false;
      }
      case SETTLED, DONE -> throw new IllegalStateException("nothing runs at " + step);
    }
    return true;
  }

  /** The move, whose rows now say that this mover is at work. */
  Work work(int id) throws SQLException {
    for (var shard : servers.shards()) {
      var connection = servers.kept(shard);
      MoveRow row = ControlSchema.isInstalled(connection) ? MoveRow.read(connection, id) : null;
      if (row != null && row.moving().source().equals(shard)) {
        MoveRow.take(connection, id, servers.mover());
        MoveRow.take(servers.kept(row.moving().target()), id, servers.mover());
        Work work = new Work(row, servers, store, listener, settings);
        return new Renewal(work).isDone() ? work(id) : work;
      }
    }
    throw new ReshardException(ErrorCode.NO_SUCH_MOVE, id);
  }
}
