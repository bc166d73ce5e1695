package io.shardjdbc.session;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.AutoSave;

/**
 * Reads that a caller nests in a stream of rows, on the connection that streams.
 *
 * <p>A stream over shards holds a connection to each for as long as the caller reads, in a
 * transaction of its own. A read nested in it that waited for another connection of the same pool
 * would wait, in the end, for streams that wait likewise. So it shares the stream's. Should it
 * fail, the stream must go on: the driver sets a savepoint in front of it, without a round trip.
 * These lie on top of each other, and are released a few dozen at a time.
 */
final class Nesting {

  /** As the driver calls its savepoints. */
  private static final String RELEASE = "RELEASE SAVEPOINT PGJDBC_AUTOSAVE";

  private static final int MOST_SAVEPOINTS = 50;

  private final Held held;
  private @Nullable AutoSave before;
  private @Nullable String isolation;
  private int savepoints;

  Nesting(Held held) {
    this.held = held;
  }

  /**
   * Makes the connection fit for one more statement; false where that would see the moment at which
   * the stream began.
   */
  boolean enter() throws SQLException {
    if (isolation == null) {
      isolation = held.value("SHOW transaction_isolation");
    }
    if (!isolation.startsWith("read ")) {
      return false;
    }
    PGConnection driver = held.connection().unwrap(PGConnection.class);
    if (before == null) {
      before = driver.getAutosave();
    }
    if (savepoints == MOST_SAVEPOINTS) {
      driver.setAutosave(AutoSave.NEVER);
      try (Statement statement = held.connection().createStatement()) {
        statement.execute(String.join("; ", Collections.nCopies(savepoints, RELEASE)));
      }
      savepoints = 0;
    }
    driver.setAutosave(AutoSave.ALWAYS);
    savepoints++;
    return true;
  }

  /** Leaves it as it was, with the stream. */
  void leave() throws SQLException {
    if (before != null) {
      held.connection().unwrap(PGConnection.class).setAutosave(before);
      before = null;
      savepoints = 0;
    }
  }

  /** Whether its transaction goes on. */
  boolean isOpen() {
    return held.physical().transactionState() == TransactionState.OPEN;
  }
}
