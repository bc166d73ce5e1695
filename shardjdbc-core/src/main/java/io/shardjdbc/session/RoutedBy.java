package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.map.Hiding;
import io.shardjdbc.map.MapInUse;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardMap;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** By which map the statements of a session go, and how one begins anew by another. */
public final class RoutedBy {

  private final Session session;
  private final Surroundings surroundings;
  private @Nullable ShardMap last;

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

  /** What leaves copies of rows that are moving out of statements. */
  public Hiding hiding() {
    return surroundings.hiding();
  }

  /** Refuses to go on by a map that the connection's server has left behind. */
  Held require(Held taken) throws SQLException {
    ShardMap map = last;
    if (map == null || taken.physical().epoch() <= map.epoch().number()) {
      return taken;
    }
    session.leaveTransaction(taken);
    session.release(taken);
    throw SqlErrors.of(ErrorCode.MAP_CHANGED);
  }

  /** What a shard says of rows that it has no more is no error of the statement. */
  static SQLException asTold(SQLException failure) {
    return ErrorCode.MOVED_ELSEWHERE.sqlState().equals(failure.getSQLState())
        ? SqlErrors.of(failure, ErrorCode.MAP_CHANGED)
        : failure;
  }
}
