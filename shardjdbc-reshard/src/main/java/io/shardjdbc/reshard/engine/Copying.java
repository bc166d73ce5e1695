package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.copy.Markers;
import io.shardjdbc.reshard.copy.Stream;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Rows come by logical replication: forward while a move is made, back while it can be taken back.
 */
record Copying(Work work) implements Carrier {
  private static final Duration LOOK = Duration.ofMillis(50);

  /** A publisher that was away for a moment causes fewer. */
  private static final int MOST_ERRORS = 4;

  private static final Duration WORKERS_END = Duration.ofSeconds(30);

  @Override
  public void prepare() {
    // Slots and publications need no lock of a table.
  }

  /** The way back is kept in the log from before the first row on: it needs no copy then. */
  @Override
  public void copy() throws SQLException {
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
    CopyWatch watch = CopyWatch.of(work);
    awaitStep(work.forward(), target, work.moving().target(), watch::look);
    watch.tell();
  }

  private interface Look {
    void now() throws SQLException;
  }

  private void awaitStep(Stream stream, Connection subscriber, ShardId shard, Look look)
      throws SQLException {
    long before = stream.errors(subscriber);
    while (!stream.isInStep(subscriber)) {
      look.now();
      Patience.pause(LOOK);
      if (stream.errors(subscriber) - before >= MOST_ERRORS) {
        throw new ReshardException(
            ErrorCode.COPY_STOPPED, work.id(), shard + " fails to take rows again and again");
      }
    }
  }

  /** The copies on the source are thrown away when nobody reads them any more, and made anew. */
  private void copyBack(Connection source, Connection target) throws SQLException {
    end(work.back(), source, target);
    Cleaning.beforeNewCopies(work);
    Markers.clear(source, work.id()); // they are copied as rows are
    work.back().publish(target, work.tables(target), work.positions());
    work.back().keepLog(target);
    work.back().subscribe(source, work.servers().of(work.moving().target()), true);
    awaitStep(work.back(), source, work.moving().source(), () -> {});
    MoveRow.backFound(source, work.id());
  }

  @Override
  public void settle() throws SQLException {
    Connection source = work.source();
    Connection target = work.target();
    end(work.forward(), target, source);
    work.done("forward stream ended");
    if (work.row().backLost()) {
      copyBack(source, target);
    } else {
      work.back().skip(target, work.row().targetLsn());
      work.back().subscribe(source, work.servers().of(work.moving().target()), false);
    }
    work.done("way back");
    Markers markers = markers(work.back());
    long number = markers.send(target);
    if (!Patience.of(work.settings().barrier()).await(() -> markers.hasCome(source, number))) {
      throw new ReshardException(ErrorCode.COPY_STOPPED, work.id(), work.back().name());
    }
  }

  @Override
  public Following follow(boolean back) {
    Markers markers = markers(back ? work.back() : work.forward());
    return () -> markers;
  }

  private static Markers markers(Stream stream) {
    return new Markers(stream.markers(), Markers.Pump.NONE);
  }

  @Override
  public boolean isBackOpen() throws SQLException {
    return work.back().isSubscribed(work.source());
  }

  @Override
  public void endBack() throws SQLException {
    end(work.back(), work.source(), work.target());
  }

  @Override
  public void end() throws SQLException {
    end(work.forward(), work.target(), work.source());
    end(work.back(), work.source(), work.target());
    work.done("streams ended");
  }

  @Override
  public void takeAway() {
    // Nothing is left of a stream that has ended.
  }

  /** Ends a stream on both sides. */
  private void end(Stream stream, Connection subscriber, Connection publisher) throws SQLException {
    Patience patience = Patience.of(WORKERS_END);
    String inTheWay = stream.unsubscribe(subscriber, publisher, patience);
    if (inTheWay.isEmpty()) {
      inTheWay = stream.drop(publisher, patience);
    }
    if (!inTheWay.isEmpty()) {
      throw new ReshardException(ErrorCode.MOVE_BLOCKED, work.id(), inTheWay);
    }
  }
}
