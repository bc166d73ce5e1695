package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.map.Bringing;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.map.Hiding;
import io.shardjdbc.map.MapInUse;
import io.shardjdbc.moment.Asker;
import io.shardjdbc.pool.PhysicalConnection;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Route;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** By which map the statements of a session go, and how one begins anew by another. */
public final class RoutedBy {

  private final Session session;
  private final Surroundings surroundings;
  private @Nullable ShardMap last;
  private @Nullable Asker asker;

  /** What was known to have come before a shard took part in the open transaction. */
  private long knownBefore;

  RoutedBy(Session session, Surroundings surroundings) {
    this.session = session;
    this.surroundings = surroundings;
  }

  /** The map that the next execution would go by, for one look. */
  public ShardMap map() {
    OpenTransaction open = session.transaction();
    ShardMap its = open == null ? null : open.map();
    return its == null ? surroundings.maps().get() : its;
  }

  MapInUse take() {
    CurrentMap maps = surroundings.maps();
    MapInUse taken =
        session.inTransaction() ? session.openTransaction().map(maps).again() : maps.take();
    last = taken.map();
    return taken;
  }

  /** Whether the next statement may begin again by another map: nothing was run before it. */
  public boolean mayBeginAnew() {
    OpenTransaction open = session.transaction();
    return !session.inTransaction() || open == null || !open.hasBegun();
  }

  /** Undoes the one statement that was run, so that it can be run by another map. */
  public void beginAnew() {
    OpenTransaction open = session.transaction();
    if (open != null) {
      List.copyOf(open.participants()).forEach(session::leaveTransaction);
      open.forgetMap();
    }
  }

  /** Whose statement runs now, and may cancel what it waits for; null where nobody does. */
  public void asks(@Nullable Asker now) {
    asker = now;
  }

  @Nullable Asker asker() {
    return asker;
  }

  /** What leaves copies of rows that are moving out of statements. */
  public Hiding hiding() {
    return surroundings.hiding();
  }

  /** What brings rows that come key by key. */
  public Bringing bringing() {
    return surroundings.bringing();
  }

  /**
   * Says that a statement is about to begin, and has what it needs. What is known to have come
   * before the first one that goes to a shard is seen by its transaction, be it by that statement's
   * own need: settings and savepoints before it have seen nothing.
   */
  public void begins() {
    OpenTransaction open = session.transaction();
    if (open == null || open.participants().isEmpty()) {
      knownBefore = surroundings.bringing().known();
    }
  }

  /**
   * Whether the open transaction would not see what came since it began, as it sees one moment.
   *
   * @param number of what has come, as {@link Bringing#bring} tells it
   */
  public boolean seesWithout(long number) throws SQLException {
    OpenTransaction open = session.transaction();
    if (open == null || number <= knownBefore) {
      return false;
    }
    session.turn().begin();
    try {
      return open.isolation().isOfItsMoment();
    } finally {
      session.turn().end();
    }
  }

  /**
   * Whether a read of several shards sees all of them of one moment.
   *
   * @param asked whether the statement itself asks for it
   */
  public boolean seesOneMoment(Route route, boolean asked) throws SQLException {
    return session.inTransaction()
        ? new SessionSettings(session).isolation() > Connection.TRANSACTION_READ_COMMITTED
            || seesWithout(Long.MAX_VALUE)
        : OwnMoment.isNeeded(session, route, asked);
  }

  /** The epoch of the map by which the last statement goes. */
  MapEpoch epoch() {
    ShardMap map = last;
    return map == null ? map().epoch() : map.epoch();
  }

  /**
   * What is asked of reads by that map.
   *
   * @throws SQLException if a later map has to be got first
   */
  ReadIntent intent() throws SQLException {
    return TokenMap.judged(session.reads().intent(), epoch());
  }

  /** Whether a connection's server had left the session's map behind when it was opened. */
  boolean isBehind(PhysicalConnection connection) {
    ShardMap map = last;
    return map != null && connection.epoch() > map.epoch().number();
  }

  /** What a shard says of rows that it has no more is no error of the statement. */
  static SQLException asTold(SQLException failure) {
    return ErrorCode.MOVED_ELSEWHERE.sqlState().equals(failure.getSQLState())
        ? SqlErrors.of(failure, ErrorCode.MAP_CHANGED)
        : failure;
  }
}
