package io.shardjdbc.saga.work;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import java.nio.channels.ClosedByInterruptException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLSyntaxErrorException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a failure means: whether trying again can help, and how it is told without values. */
public final class StepFailures {

  private static final int LONGEST_REASON = 500;

  /**
   * Classes of SQLSTATE that say that the statement is wrong, not the moment: refused features,
   * data, integrity, the transaction's state, syntax and access, views' checks, configuration.
   */
  private static final List<String> PERMANENT =
      List.of("0A", "22", "23", "25", "2D", "2F", "42", "44", "F0", "P0");

  /** Classes that say that a server, or its load, is the reason. */
  private static final List<String> OUTSIDE = List.of("08", "40", "53", "55", "57", "58");

  /** A transaction that its server ended because nothing came; of class 25, but of the moment. */
  private static final String IDLE_TIMEOUT = "25P03";

  private StepFailures() {}

  /** Whether it will not go away by waiting. */
  public static boolean isPermanent(Throwable failure) {
    SQLException sql = sqlException(failure);
    return failure instanceof Rejection
        || failure instanceof Error
        || sql instanceof SQLFeatureNotSupportedException
        || sql instanceof SQLSyntaxErrorException
        || (sql != null && !IDLE_TIMEOUT.equals(sql.getSQLState()) && is(sql, PERMANENT));
  }

  /** Whether it is only that rows change their owner at this moment. */
  public static boolean isMoving(Throwable failure) {
    SQLException sql = sqlException(failure);
    return sql != null
        && (CodedError.is(sql, ErrorCode.MAP_CHANGED) || CodedError.is(sql, ErrorCode.ROWS_HELD));
  }

  /** Whether servers or their load are the reason, and not the step. */
  public static boolean isFromOutside(Throwable failure) {
    SQLException sql = sqlException(failure);
    return sql != null && (is(sql, OUTSIDE) || IDLE_TIMEOUT.equals(sql.getSQLState()));
  }

  /** Whether a shard did not answer, so that all who need it wait. */
  public static boolean isAway(Throwable failure) {
    SQLException sql = sqlException(failure);
    return sql != null && SqlErrors.isNoAnswer(sql);
  }

  /** Whether it came of an interruption of the thread, which says nothing about the work. */
  public static boolean isInterruption(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException || cause instanceof ClosedByInterruptException) {
        return true;
      }
    }
    return false;
  }

  /** In a few words, without a value of a statement. */
  public static String words(Throwable failure) {
    if (failure instanceof Rejection) {
      return "rejected: " + line(String.valueOf(failure.getMessage()));
    }
    SQLException sql = sqlException(failure);
    if (sql == null) {
      return failure.getClass().getName();
    }
    return sql instanceof CodedError coded ? coded.code().code() : "SQLSTATE " + sql.getSQLState();
  }

  /** A caller's reason as one short line that can be kept and logged. */
  private static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(LONGEST_REASON)
        .forEach(
            c -> {
              int type = Character.getType(c);
              boolean kept = type != Character.CONTROL && type != Character.SURROGATE;
              line.appendCodePoint(kept ? c : ' ');
            });
    return line.toString();
  }

  private static boolean is(SQLException failure, List<String> classes) {
    String state = failure.getSQLState();
    return state != null && classes.stream().anyMatch(state::startsWith);
  }

  private static @Nullable SQLException sqlException(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return sql;
      }
    }
    return null;
  }
}
