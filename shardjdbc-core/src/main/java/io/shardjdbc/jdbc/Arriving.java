package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.routing.Coming;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Need;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that a statement finds the rows that come to their owner key by key.
 *
 * <p>What names its keys has them brought first. What reads all rows is told once what has come,
 * and then leaves out on each side what is to be seen on the other: rows that have not come do not
 * change where they are, so it does not matter when each side is read. All else is refused.
 *
 * @param invocation of the statement; null for one of a batch, which reads nothing
 */
record Arriving(Session session, @Nullable Invocation invocation) {

  /** The map by which it sees each row once. */
  ShardMap seen(Route route, ShardMap map) throws SQLException {
    if (map.moving().comes().isEmpty()) {
      return map;
    }
    ShardMap seen = map;
    for (Map.Entry<String, List<Coming>> comes : map.moving().comes().entrySet()) {
      for (Coming coming : comes.getValue()) {
        seen = seen(comes.getKey(), coming, route, seen);
      }
    }
    session.routed().begins();
    return seen;
  }

  /** Refuses it where it would need a map of its own. */
  void require(Route route, ShardMap map) throws SQLException {
    if (!seen(route, map).equals(map)) {
      throw SqlErrors.of(ErrorCode.ROWS_HIDDEN, map.first(), "a batch");
    }
  }

  private ShardMap seen(String placement, Coming coming, Route route, ShardMap map)
      throws SQLException {
    DirectRoute direct = route.direct();
    if (route.effect() == Effect.SESSION
        || (direct != null && (direct.isMovable() || !direct.shards().contains(coming.target())))) {
      return map;
    }
    if (direct == null) {
      if (route.isAlikeOnAll() && !route.copiesRows()) {
        return map;
      }
      if (route.isMergedLater() && !route.copiesRows()) {
        return ofAll(placement, coming, route, map); // each step leaves out by its map
      }
      throw refused(coming, "a statement in several steps");
    }
    if (route.effect() == Effect.SCHEMA) {
      if (leavesOut(placement, coming, direct, map)) {
        throw refused(coming, "a definition by rows that are there");
      }
      return map;
    }
    return switch (need(placement, coming, direct)) {
      case NOTHING -> map;
      case UNKNOWN -> throw refused(coming, "a statement that runs unknown code or a command");
      case ITS_KEYS -> {
        if (route.keys().isNamed()) {
          bring(coming, route.keys());
          yield map;
        }
        if (!leavesOut(placement, coming, direct, map)) {
          throw refused(coming, "a statement without a key");
        }
        yield ofAll(placement, coming, direct, map);
      }
    };
  }

  /** What reads all rows sees each on one of the two sides. */
  private ShardMap ofAll(String placement, Coming coming, Route route, ShardMap map)
      throws SQLException {
    if (!reads(route) || !isOverBoth(coming, route)) {
      throw refused(coming, "a statement that does more than read all shards, without a key,");
    }
    boolean asked = invocation != null && invocation.options().ofOneMoment();
    if (session.routed().seesOneMoment(route, asked)) {
      throw refused(coming, "a read that sees one moment, which is later than what it is told,");
    }
    return map.with(
        map.moving().seenBy(placement, coming, session.routed().bringing().come(coming)));
  }

  private static boolean reads(Route route) {
    return route.effect() == Effect.READ || route.effect() == Effect.READ_ON_PRIMARY;
  }

  private static boolean isOverBoth(Coming coming, Route route) {
    return route.shards().contains(coming.source()) && route.shards().contains(coming.target());
  }

  private void bring(Coming coming, KeyHashes keys) throws SQLException {
    long[] needed = Arrays.stream(keys.named()).filter(coming.positions()::contains).toArray();
    if (needed.length == 0) {
      return;
    }
    long latest = session.routed().bringing().bring(coming, needed);
    if (session.routed().seesWithout(latest)) {
      throw SqlErrors.of(ErrorCode.ROWS_HELD, coming.source());
    }
  }

  private Need need(String placement, Coming coming, DirectRoute direct) throws SQLException {
    return session.routed().hiding().need(sqlOn(coming.target(), direct), takesValues(), placement);
  }

  /** Whether its text on the target has rows of the placement to leave out. */
  private boolean leavesOut(String placement, Coming coming, DirectRoute direct, ShardMap map)
      throws SQLException {
    ShardMap hiding = map.with(map.moving().seenBy(placement, coming, Positions.NONE));
    String sql = sqlOn(coming.target(), direct);
    return !session
        .routed()
        .hiding()
        .leftOut(sql, takesValues(), hiding, coming.target())
        .equals(sql);
  }

  private boolean takesValues() {
    return invocation == null || invocation.form() != Invocation.Form.PLAIN;
  }

  private static String sqlOn(ShardId shard, DirectRoute direct) {
    for (ShardStatement statement : direct.statements()) {
      if (statement.shard().equals(shard)) {
        return statement.sql();
      }
    }
    throw new IllegalStateException("nothing runs on " + shard);
  }

  private static SQLException refused(Coming coming, String what) {
    return SqlErrors.of(ErrorCode.ROWS_HIDDEN, coming.target(), what);
  }
}
