package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * What a caller set on a statement beside its SQL, and what one execution of it needs.
 *
 * <p>Immutable: a change makes another one, so that what is meant for one execution cannot outlive
 * it. Of an execution are {@code partial}, {@code ofOneMoment}, {@code asText}, {@code atOnce} and
 * {@code keys}.
 */
public final class StatementOptions {

  /** What most statements have. */
  private static final StatementOptions USUAL =
      new StatementOptions(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CLOSE_CURSORS_AT_COMMIT);

  private static final StatementOptions HOLDING =
      new StatementOptions(ResultSet.TYPE_FORWARD_ONLY, ResultSet.HOLD_CURSORS_OVER_COMMIT);

  private final int type;
  private final int holdability;
  private boolean updatable;
  private int fetchSize;
  private int fetchDirection = ResultSet.FETCH_FORWARD;
  private long maxRows;
  private int maxFieldSize;
  private Duration queryTimeout = Duration.ZERO;
  private boolean escapes = true;
  private boolean partial;
  private boolean ofOneMoment;
  private boolean asText;
  private boolean atOnce;
  private ReturnedKeys keys = ReturnedKeys.Simple.NONE;

  /**
   * @param type one of the {@code TYPE_} constants of {@link ResultSet}
   * @param holdability one of the constants of {@link ResultSet} that say what a commit does to a
   *     cursor
   */
  public StatementOptions(int type, int holdability) {
    this.type = type;
    this.holdability = holdability;
  }

  /**
   * The options of a statement as callers ask for it.
   *
   * @param concurrency one of the {@code CONCUR_} constants of {@link ResultSet}
   * @throws SQLException if one of them is no such constant, or is not supported
   */
  public static StatementOptions of(int type, int concurrency, int holdability)
      throws SQLException {
    boolean known =
        type >= ResultSet.TYPE_FORWARD_ONLY
            && type <= ResultSet.TYPE_SCROLL_SENSITIVE
            && (concurrency == ResultSet.CONCUR_READ_ONLY
                || concurrency == ResultSet.CONCUR_UPDATABLE)
            && (holdability == ResultSet.HOLD_CURSORS_OVER_COMMIT
                || holdability == ResultSet.CLOSE_CURSORS_AT_COMMIT);
    if (!known) {
      throw SqlErrors.of(
          ErrorCode.USAGE, "unknown type, concurrency or holdability of a result set");
    }
    boolean updates = concurrency == ResultSet.CONCUR_UPDATABLE;
    if (!updates && type == ResultSet.TYPE_FORWARD_ONLY) {
      return holdability == ResultSet.CLOSE_CURSORS_AT_COMMIT ? USUAL : HOLDING;
    }
    StatementOptions options = new StatementOptions(type, holdability);
    options.updatable = updates;
    return options;
  }

  /**
   * The options of a statement of the library's own, which a statement of the caller's needs
   * answered first: it may take as long.
   */
  public StatementOptions ofPart() {
    StatementOptions part =
        new StatementOptions(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CLOSE_CURSORS_AT_COMMIT);
    part.queryTimeout = queryTimeout;
    part.escapes = escapes;
    return part;
  }

  /** The same for a part whose rows are counted when they come, so many at most. */
  public StatementOptions counted(long most) {
    StatementOptions part =
        new StatementOptions(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CLOSE_CURSORS_AT_COMMIT);
    part.queryTimeout = queryTimeout;
    part.escapes = escapes;
    part.maxFieldSize = maxFieldSize;
    part.asText = asText;
    part.maxRows = most;
    part.atOnce = true;
    return part;
  }

  private StatementOptions copy() {
    StatementOptions copy = new StatementOptions(type, holdability);
    copy.updatable = updatable;
    copy.fetchSize = fetchSize;
    copy.fetchDirection = fetchDirection;
    copy.maxRows = maxRows;
    copy.maxFieldSize = maxFieldSize;
    copy.queryTimeout = queryTimeout;
    copy.escapes = escapes;
    copy.partial = partial;
    copy.ofOneMoment = ofOneMoment;
    copy.asText = asText;
    copy.atOnce = atOnce;
    copy.keys = keys;
    return copy;
  }

  /** Whether rows are to be changed through the result. */
  public boolean updatable() {
    return updatable;
  }

  /** The same for rows that are only read. */
  public StatementOptions forReading() {
    StatementOptions next = copy();
    next.updatable = false;
    return next;
  }

  /** One of the {@code CONCUR_} constants of {@link ResultSet}. */
  public int concurrency() {
    return updatable ? ResultSet.CONCUR_UPDATABLE : ResultSet.CONCUR_READ_ONLY;
  }

  public int type() {
    return type;
  }

  public int holdability() {
    return holdability;
  }

  /** Rows to fetch at a time; 0 for all at once. */
  public int fetchSize() {
    return fetchSize;
  }

  public StatementOptions withFetchSize(int rows) {
    StatementOptions next = copy();
    next.fetchSize = rows;
    return next;
  }

  public int fetchDirection() {
    return fetchDirection;
  }

  public StatementOptions withFetchDirection(int direction) {
    StatementOptions next = copy();
    next.fetchDirection = direction;
    return next;
  }

  /** Rows to return at most; 0 for all. */
  public long maxRows() {
    return maxRows;
  }

  public StatementOptions withMaxRows(long rows) {
    StatementOptions next = copy();
    next.maxRows = rows;
    return next;
  }

  public int maxFieldSize() {
    return maxFieldSize;
  }

  public StatementOptions withMaxFieldSize(int bytes) {
    StatementOptions next = copy();
    next.maxFieldSize = bytes;
    return next;
  }

  /** How long an execution may take; zero for no end. */
  public Duration queryTimeout() {
    return queryTimeout;
  }

  public StatementOptions withQueryTimeout(Duration timeout) {
    StatementOptions next = copy();
    next.queryTimeout = timeout;
    return next;
  }

  /** Whether the driver translates JDBC escapes. */
  public boolean escapes() {
    return escapes;
  }

  public StatementOptions withEscapes(boolean on) {
    StatementOptions next = copy();
    next.escapes = on;
    return next;
  }

  /** Whether it may answer without the rows of shards that do not answer. */
  public boolean partial() {
    return partial;
  }

  public StatementOptions withPartial(boolean allowed) {
    if (allowed == partial) {
      return this;
    }
    StatementOptions next = copy();
    next.partial = allowed;
    return next;
  }

  /** Whether all shards are to be seen of one moment. */
  public boolean ofOneMoment() {
    return ofOneMoment;
  }

  public StatementOptions withOneMoment(boolean asked) {
    if (asked == ofOneMoment) {
      return this;
    }
    StatementOptions next = copy();
    next.ofOneMoment = asked;
    return next;
  }

  /** Whether values come as the server writes them, so that {@code getString} is its own text. */
  public boolean asText() {
    return asText;
  }

  public StatementOptions withText() {
    StatementOptions next = copy();
    next.asText = true;
    return next;
  }

  /** Whether the rows outlive their transaction, so that no cursor will do. */
  public boolean atOnce() {
    return atOnce;
  }

  public StatementOptions withAllAtOnce() {
    StatementOptions next = copy();
    next.atOnce = true;
    return next;
  }

  /** Which generated keys are to be returned. */
  public ReturnedKeys keys() {
    return keys;
  }

  public StatementOptions withKeys(ReturnedKeys wanted) {
    if (wanted == keys) {
      return this;
    }
    StatementOptions next = copy();
    next.keys = wanted;
    return next;
  }
}
