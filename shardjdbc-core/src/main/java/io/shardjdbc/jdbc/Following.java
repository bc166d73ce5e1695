package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.map.Arrivals;
import io.shardjdbc.map.MapInUse;
import io.shardjdbc.map.MapNews;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One statement on its way after rows that move: it waits while they are held, and begins again by
 * another map when the shard that it went to has them no more.
 *
 * <p>It may begin again as long as nothing stands of it, and nothing was run in its transaction
 * before it.
 */
final class Following {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration UNTIL_REOPENED = Duration.ofSeconds(2);

  private final MapNews news;
  private final boolean mayBeginAnew;

  /** When it first waited; 0 as long as it has not. */
  private long waitingSince;

  private final long patience;
  private boolean reopened;
  private @Nullable ShardMap refusedBy;
  private boolean staysThere;

  private Following(LogicalConnection connection, boolean mayBeginAnew, Duration timeout) {
    this.news = connection.environment().mapNews();
    this.mayBeginAnew = mayBeginAnew;
    this.patience = (timeout.isZero() ? PATIENCE : timeout).toNanos();
  }

  /** A statement that can be run by one map, and by the next one. */
  interface Statement {

    /** Where it goes. */
    Route route(ShardMap map) throws SQLException;

    /** Runs it, and says whether rows came back. */
    boolean run(Route route, ShardMap map) throws SQLException;
  }

  /**
   * Runs a statement by the current map, and by the next one where that has to be. Most find
   * nothing on the move, and need nobody to follow.
   */
  static boolean run(Statement statement, LogicalConnection connection, Invocation invocation)
      throws SQLException {
    Session session = connection.session();
    boolean anew = session.routed().mayBeginAnew();
    Following following = null;
    while (true) {
      MapInUse use = session.takeMap();
      ShardMap map = use.map();
      try {
        Route route = statement.route(map);
        if (map.moving().isNothing()) {
          return statement.run(route, map);
        }
        following = follow(following, connection, anew, invocation);
        following.staysThere =
            route.direct() != null && route.keys().isAny() && route.shards().size() == 1;
        route = Arrivals.toThoseWhoHave(route, map);
        if (!following.isHeld(route, map)) {
          return statement.run(route, new Arriving(session, invocation).seen(route, map));
        }
      } catch (SQLException e) {
        following = follow(following, connection, anew, invocation);
        if (!following.mayFollow(e) || following.isRefusedAgain(map)) {
          throw e;
        }
      } finally {
        use.release();
      }
      session.routed().beginAnew();
      following.news.awaitAfter(map);
    }
  }

  /**
   * Whether another map than the first one was of no use either, for a statement that goes to one
   * shard whatever the map says: whoever has sent it there has to say where else.
   */
  private boolean isRefusedAgain(ShardMap map) {
    ShardMap before = refusedBy;
    refusedBy = map;
    return staysThere && before != null && !before.epoch().equals(map.epoch());
  }

  private static Following follow(
      @Nullable Following before,
      LogicalConnection connection,
      boolean mayBeginAnew,
      Invocation invocation) {
    return before == null
        ? new Following(connection, mayBeginAnew && invocation.isRepeatable(), invocation.timeout())
        : before;
  }

  /** Whether the rows that it needs are held, so that it has to begin anew. */
  private boolean isHeld(Route route, ShardMap map) throws SQLException {
    Map<ShardId, Positions> holds = map.moving().holds();
    if (holds.isEmpty() || route.effect() == Effect.SESSION) {
      return false;
    }
    ShardId held = held(route, holds);
    if (held == null) {
      return false;
    }
    if (!mayBeginAnew || isOver()) {
      throw SqlErrors.of(ErrorCode.ROWS_HELD, held);
    }
    if (!reopened && waited() > UNTIL_REOPENED.toNanos()) {
      reopened = true;
      news.reopen(held);
    }
    return true;
  }

  private static @Nullable ShardId held(Route route, Map<ShardId, Positions> holds) {
    DirectRoute direct = route.direct();
    if (direct != null && direct.isMovable()) {
      return null; // of copies that every shard has
    }
    for (Map.Entry<ShardId, Positions> held : holds.entrySet()) {
      boolean there = direct == null || route.shards().contains(held.getKey());
      if (there && touches(route.keys(), held.getValue())) {
        return held.getKey();
      }
    }
    return null;
  }

  private static boolean touches(KeyHashes keys, Positions positions) {
    if (keys.isAny()) {
      return true;
    }
    for (int i = 0; i < keys.size(); i++) {
      if (positions.contains(keys.get(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Refuses what does not wait.
   *
   * @throws SQLException if it may need rows that are held
   */
  static void requireFree(Route route, ShardMap map, Session session) throws SQLException {
    if (map.moving().isNothing()) {
      return;
    }
    new Arriving(session, null).require(route, map);
    ShardId held = held(route, map.moving().holds());
    if (held != null) {
      throw SqlErrors.of(ErrorCode.ROWS_HELD, held);
    }
  }

  /** Whether the failure is none if the statement begins again. */
  private boolean mayFollow(SQLException failure) {
    return CodedError.is(failure, ErrorCode.MAP_CHANGED) && mayBeginAnew && !isOver();
  }

  private boolean isOver() {
    return waited() > patience || Thread.currentThread().isInterrupted();
  }

  /** How long it has waited. */
  private long waited() {
    long now = System.nanoTime();
    waitingSince = waitingSince == 0 ? now : waitingSince;
    return now - waitingSince;
  }
}
