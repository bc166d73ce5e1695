package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.copy.Markers;
import io.shardjdbc.reshard.copy.Stream;
import io.shardjdbc.routing.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** The streams of a move: forward while it is made, back while it can be taken back. */
final class Copying {
  private static final Duration LOOK = Duration.ofMillis(50);

  /** A publisher that was away for a moment causes fewer. */
  private static final int MOST_ERRORS = 4;

  private static final Duration WORKERS_END = Duration.ofSeconds(30);

  private Copying() {}

  /** The way back is kept in the log from before the first row on: it needs no copy then. */
  static void run(Work work) throws SQLException {
    Connection source = work.source();
    Connection target = work.target();
    work.back().publish(target, work.tables(target), work.positions());
    work.back().keepLog(target);
    work.done("slot for the way back");
    work.forward().publish(source, work.tables(source), work.positions());
    work.forward().keepLog(source);
    work.done("slot");
    work.forward().subscribe(target, work.servers().of(work.moving().source()), true);
    work.done("subscription");
    long before = work.forward().errors(target);
    CopyWatch watch = CopyWatch.of(work);
    while (!work.forward().isInStep(target)) {
      watch.look();
      Patience.pause(LOOK);
      if (work.forward().errors(target) - before >= MOST_ERRORS) {
        throw new ReshardException(
            ErrorCode.COPY_STOPPED,
            work.id(),
            work.moving().target() + " fails to take rows again and again");
      }
    }
    watch.tell();
    work.done("copied");
    work.next(Step.VERIFY);
  }

  /** From now on what is written on the target comes to the source's copies. */
  static void settle(Work work) throws SQLException {
    Connection source = work.source();
    Connection target = work.target();
    end(work, work.forward(), target, source);
    work.done("forward stream ended");
    work.back().skip(target, work.row().targetLsn());
    work.back().subscribe(source, work.servers().of(work.moving().target()), false);
    work.done("way back");
    Markers markers = work.markers(work.back());
    long number = markers.send(target);
    if (!Patience.of(work.settings().barrier()).await(() -> markers.hasCome(source, number))) {
      throw new ReshardException(ErrorCode.COPY_STOPPED, work.id(), work.back().name());
    }
    work.next(Step.SETTLED);
  }

  /** Ends a stream on both sides. */
  static void end(Work work, Stream stream, Connection subscriber, Connection publisher)
      throws SQLException {
    Patience patience = Patience.of(WORKERS_END);
    if (!patience.await(() -> stream.unsubscribe(subscriber, publisher))
        || !patience.await(() -> stream.drop(publisher))) {
      throw new ReshardException(
          ErrorCode.MOVE_BLOCKED,
          work.id(),
          "something still reads from slots of " + stream.name());
    }
  }
}
