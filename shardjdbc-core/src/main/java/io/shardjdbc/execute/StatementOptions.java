package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** What a caller set on a statement beside its SQL. Belongs to one statement; not thread-safe. */
public final class StatementOptions {

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
   * @param mayUpdate whether rows can be changed through a result
   * @throws SQLException if one of them is no such constant, or is not supported
   */
  public static StatementOptions of(int type, int concurrency, int holdability, boolean mayUpdate)
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
    if (updates && !mayUpdate) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "CONCUR_UPDATABLE over several shards");
    }
    StatementOptions options = new StatementOptions(type, holdability);
    options.updatable = updates;
    return options;
  }

  /** Whether rows are to be changed through the result. */
  public boolean updatable() {
    return updatable;
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

  public void fetchSize(int rows) {
    this.fetchSize = rows;
  }

  public int fetchDirection() {
    return fetchDirection;
  }

  public void fetchDirection(int direction) {
    this.fetchDirection = direction;
  }

  /** Rows to return at most; 0 for all. */
  public long maxRows() {
    return maxRows;
  }

  public void maxRows(long rows) {
    this.maxRows = rows;
  }

  public int maxFieldSize() {
    return maxFieldSize;
  }

  public void maxFieldSize(int bytes) {
    this.maxFieldSize = bytes;
  }

  /** How long an execution may take; zero for no end. */
  public Duration queryTimeout() {
    return queryTimeout;
  }

  public void queryTimeout(Duration timeout) {
    this.queryTimeout = timeout;
  }

  /** Whether the driver translates JDBC escapes. */
  public boolean escapes() {
    return escapes;
  }

  public void escapes(boolean on) {
    this.escapes = on;
  }

  /** Whether the next execution may answer without the rows of shards that do not answer. */
  public boolean partial() {
    return partial;
  }

  public void partial(boolean allowed) {
    this.partial = allowed;
  }

  /** Whether values come as the server writes them, so that {@code getString} is its own text. */
  public boolean asText() {
    return asText;
  }

  public void asText(boolean on) {
    this.asText = on;
  }

  /** Whether the rows of the next execution outlive its transaction, so that no cursor will do. */
  public boolean atOnce() {
    return atOnce;
  }

  public void atOnce(boolean on) {
    this.atOnce = on;
  }

  /** Which generated keys the next execution is to return. */
  public ReturnedKeys keys() {
    return keys;
  }

  public void keys(ReturnedKeys wanted) {
    this.keys = wanted;
  }
}
