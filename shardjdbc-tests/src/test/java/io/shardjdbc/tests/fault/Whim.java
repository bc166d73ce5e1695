package io.shardjdbc.tests.fault;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a caller does before one of its calls, whichever that is, be it between two rows or in the
 * middle of a stream.
 */
final class Whim {

  private static final int MOST_CALLS = 8;

  private final AtomicInteger left;
  private final AtomicReference<Kind> kind;

  private enum Kind {
    /** Its thread is interrupted already when the call is made. */
    INTERRUPT,
    CLOSE,
    ABORT,
    CANCEL,
    THROW,
    /** It asks something else on the same connection. */
    NEST,
    NOTHING
  }

  private Whim(int at, Kind kind) {
    this.left = new AtomicInteger(at);
    this.kind = new AtomicReference<>(kind);
  }

  /** One that never comes. */
  static Whim none() {
    return new Whim(Integer.MAX_VALUE, Kind.NOTHING);
  }

  static Whim draw(Random random) {
    return new Whim(
        1 + random.nextInt(MOST_CALLS), Kind.values()[random.nextInt(Kind.values().length)]);
  }

  /** One that comes with the first call. */
  static Whim thatThrows() {
    return new Whim(1, Kind.THROW);
  }

  /** Comes before a call, if it is the one. */
  void comes(Connection connection, @Nullable Statement statement) throws SQLException {
    if (left.decrementAndGet() != 0) {
      return;
    }
    switch (kind.get()) {
      case INTERRUPT -> Thread.currentThread().interrupt();
      case CLOSE -> connection.close();
      case ABORT -> connection.abort(Runnable::run);
      case CANCEL -> {
        if (statement != null) {
          statement.cancel();
        }
      }
      case THROW -> throw new IllegalStateException("as it was drawn");
      case NEST -> nest(connection);
      case NOTHING -> {
        // As it was drawn.
      }
    }
  }

  private static void nest(Connection connection) throws SQLException {
    try (Statement other = connection.createStatement()) {
      other.execute("SELECT count(*) FROM ledger WHERE op < 0");
    }
  }

  @Override
  public String toString() {
    return kind + " before call " + left;
  }
}
