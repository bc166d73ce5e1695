package io.shardjdbc.copy;

import io.shardjdbc.map.MapInUse;
import io.shardjdbc.map.MapNews;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.session.Session;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Runs a COPY by the current map, and by the next one if it has not begun by the first. */
final class CopyByMap {
  private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

  private final Session session;
  private final MapNews news;

  CopyByMap(Session session, MapNews news) {
    this.session = session;
    this.news = news;
  }

  /** A COPY by a map. */
  interface Copy {
    /** How many rows it has copied. */
    long by(ShardMap map) throws SQLException, IOException;
  }

  /**
   * How many rows were copied.
   *
   * @param begun whether the caller's stream was touched, which nobody can undo
   */
  long run(Copy copy, BooleanSupplier begun) throws SQLException, IOException {
    boolean anew = session.routed().mayBeginAnew();
    long start = System.nanoTime();
    while (true) {
      MapInUse use = session.takeMap();
      ShardMap map = use.map();
      try {
        return copy.by(map);
      } catch (SQLException e) {
        boolean over =
            System.nanoTime() - start > PATIENCE || Thread.currentThread().isInterrupted();
        if (!anew || over || begun.getAsBoolean() || !isOfMap(e)) {
          throw e;
        }
      } finally {
        use.release();
      }
      session.routed().beginAnew();
      news.awaitAfter(map);
    }
  }

  private static boolean isOfMap(SQLException e) {
    return CodedError.is(e, ErrorCode.MAP_CHANGED) || CodedError.is(e, ErrorCode.ROWS_HELD);
  }
}
