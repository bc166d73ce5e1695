package io.shardjdbc;

import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.config.SchemaSettings;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once, when a DataSource is first used, for what in the servers' schemas does not hold over
 * shards. Thread-safe.
 *
 * <p>Tables that are missing yet are left out: a migration may be about to make them. So are the
 * rows of reference tables, which take time to compare.
 */
final class StartCheck {

  private static final Logger LOG = LoggerFactory.getLogger(ShardDataSource.class);

  private final SchemaMode mode;
  private final Supplier<SchemaCheck> look;
  private final Executor threads;
  private volatile boolean done;

  StartCheck(Supplier<SchemaCheck> look, SchemaSettings settings, Executor threads) {
    this.mode = settings.mode();
    this.look = look;
    this.threads = threads;
    this.done = mode == SchemaMode.OFF;
  }

  /**
   * To be called before a connection is given out.
   *
   * @throws SQLException in mode {@code check}, where something was found
   */
  void beforeUse() throws SQLException {
    if (!done) {
      begin();
    }
  }

  private synchronized void begin() throws SQLException {
    if (done) {
      return;
    }
    if (mode == SchemaMode.CHECK) {
      List<SchemaFinding> found = look.get().runAtStart();
      if (!found.isEmpty()) {
        throw SqlErrors.of(
            ErrorCode.SCHEMA_APART,
            found.stream().map(SchemaFinding::message).collect(Collectors.joining("; ")));
      }
      done = true;
      return;
    }
    done = true;
    try {
      threads.execute(this::warn);
    } catch (RejectedExecutionException e) {
      LOG.debug("the schema was not looked at, as the DataSource is closed", e);
    }
  }

  private void warn() {
    try {
      look.get().runAtStart().forEach(finding -> LOG.warn("{}", finding.message()));
    } catch (SQLException | RuntimeException e) {
      LOG.debug("the schema could not be looked at", e);
    }
  }
}
