package io.shardjdbc.map.stored;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.map.Bringing;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.Coming;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.PositionRange;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings rows to their owner by functions that the mover has made on both servers: one reads what
 * lies at positions where they come from, the other writes it where they come to.
 *
 * <p>The rows do not change any more where they come from, and the owner notes in the transaction
 * that writes them that they have come. So it does not matter who brings them, how often, and
 * whether he dies on the way.
 *
 * <p>What has come stays, so it is asked for once of each primary: a replica that is promoted may
 * not have it.
 */
final class BroughtKeys implements Bringing {

  /** Positions that are remembered; the server is asked again for others. */
  private static final int MOST_KNOWN = 100_000;

  /** Single positions that a condition may name. */
  private static final int MOST_POINTS = 2_000;

  private static final String MISSING = "SELECT unnest(shardjdbc.missing(?, ?))";
  private static final String COME = "SELECT up_to, points FROM shardjdbc.come_by(?, ?)";
  private static final String GIVE = "SELECT number, place, content FROM shardjdbc.m%d_give(?)";
  private static final String TAKE = "SELECT shardjdbc.m%d_take(?, ?, ?, ?)";
  private static final String NO_FUNCTION = "42883";

  private final KeptLinks links;
  private final AtomicLong count = new AtomicLong();
  private final ShardNodes nodes;
  private volatile Known last = new Known(null, null);

  BroughtKeys(ShardNodes nodes) {
    this.nodes = nodes;
    this.links = new KeptLinks(nodes);
  }

  /** Gives back what is needed only while something comes. */
  void rest() {
    links.rest();
  }

  /** What is known to have come of one move to one server, each with a number. */
  private record Known(@Nullable Coming of, @Nullable NodePool primary, Map<Long, Long> numbers) {
    Known(@Nullable Coming of, @Nullable NodePool primary) {
      this(of, primary, new ConcurrentHashMap<>());
    }
  }

  /** Rows as text, with their tables' numbers and their positions. */
  private record Rows(List<Integer> tables, List<Long> places, List<String> contents) {}

  @Override
  public long known() {
    return count.get();
  }

  private Map<Long, Long> knownOf(Coming coming) throws SQLException {
    NodePool primary = nodes.primary(coming.target());
    Known now = last;
    if (!coming.equals(now.of()) || now.primary() != primary || now.numbers().size() > MOST_KNOWN) {
      now = new Known(coming, primary);
      last = now;
    }
    return now.numbers();
  }

  @Override
  public long bring(Coming coming, long[] positions) throws SQLException {
    Map<Long, Long> known = knownOf(coming);
    Long[] unknown =
        Arrays.stream(positions)
            .distinct()
            .filter(position -> !known.containsKey(position))
            .sorted()
            .boxed()
            .toArray(Long[]::new);
    if (unknown.length > 0) {
      try {
        bring(coming, unknown);
      } catch (SQLException e) {
        throw asTold(coming, e);
      }
    }
    for (Long position : unknown) {
      known.computeIfAbsent(position, at -> count.incrementAndGet());
    }
    long latest = 0;
    for (long position : positions) {
      latest = Math.max(latest, known.getOrDefault(position, Long.MAX_VALUE));
    }
    return latest;
  }

  private void bring(Coming coming, Long[] positions) throws SQLException {
    int move = coming.move();
    Long[] missing = links.ask(coming.target(), on -> missing(on, move, positions));
    if (missing.length > 0) {
      Rows rows = links.ask(coming.source(), on -> given(on, move, missing));
      links.ask(coming.target(), on -> take(on, move, missing, rows));
    }
  }

  private static Long[] missing(Connection target, int move, Long[] positions) throws SQLException {
    try (PreparedStatement ask = target.prepareStatement(MISSING)) {
      ask.setInt(1, move);
      ask.setArray(2, target.createArrayOf("int8", positions));
      List<Long> missing = new ArrayList<>();
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          missing.add(rows.getLong(1));
        }
      }
      return missing.toArray(Long[]::new);
    }
  }

  private static Rows given(Connection source, int move, Long[] positions) throws SQLException {
    try (PreparedStatement give = source.prepareStatement(GIVE.formatted(move))) {
      give.setArray(1, source.createArrayOf("int8", positions));
      Rows given = new Rows(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      try (ResultSet rows = give.executeQuery()) {
        while (rows.next()) {
          given.tables().add(rows.getInt(1));
          given.places().add(rows.getLong(2));
          given.contents().add(rows.getString(3));
        }
      }
      return given;
    }
  }

  private static boolean take(Connection target, int move, Long[] positions, Rows rows)
      throws SQLException {
    try (PreparedStatement take = target.prepareStatement(TAKE.formatted(move))) {
      take.setArray(1, target.createArrayOf("int8", positions));
      take.setArray(2, target.createArrayOf("int4", rows.tables().toArray()));
      take.setArray(3, target.createArrayOf("int8", rows.places().toArray()));
      take.setArray(4, target.createArrayOf("text", rows.contents().toArray()));
      return take.execute();
    }
  }

  @Override
  public Positions come(Coming coming) throws SQLException {
    try {
      return links.ask(coming.target(), on -> come(on, coming));
    } catch (SQLException e) {
      throw asTold(coming, e);
    }
  }

  private static Positions come(Connection target, Coming coming) throws SQLException {
    try (PreparedStatement ask = target.prepareStatement(COME)) {
      ask.setInt(1, coming.move());
      ask.setInt(2, MOST_POINTS);
      try (ResultSet row = ask.executeQuery()) {
        row.next();
        List<PositionRange> come = new ArrayList<>();
        long upTo = row.getLong(1);
        if (!row.wasNull()) {
          come.add(new PositionRange(Long.MIN_VALUE, upTo));
        }
        Array points = row.getArray(2);
        if (points == null) {
          throw SqlErrors.of(
              ErrorCode.ROWS_HIDDEN,
              coming.target(),
              "a statement without the shard key, while so many single keys have come,");
        }
        for (Long point : (Long[]) points.getArray()) {
          come.add(new PositionRange(point, point));
        }
        return Positions.of(come).and(coming.positions());
      }
    }
  }

  /**
   * An error of the way is none of the statement's own, whatever its SQLSTATE: a unique index that
   * refuses a row that comes does not refuse the caller's.
   */
  private static SQLException asTold(Coming coming, SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    if (failure instanceof CodedError) {
      return failure;
    }
    if (state.equals(ErrorCode.MOVED_ELSEWHERE.sqlState()) || state.equals(NO_FUNCTION)) {
      return SqlErrors.of(failure, ErrorCode.MAP_CHANGED);
    }
    ShardId source = coming.source();
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("42")
        ? SqlErrors.of(ErrorCode.KEY_STAYS, source, coming.target(), state)
        : SqlErrors.of(failure, ErrorCode.ROWS_HELD, source);
  }
}
