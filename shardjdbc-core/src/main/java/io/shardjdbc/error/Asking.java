package io.shardjdbc.error;

import io.shardjdbc.routing.RoutingException;
import java.sql.SQLException;

/**
 * The boundary between routing, which refuses by {@link RoutingException}, and JDBC, which has
 * {@code SQLException}.
 */
public final class Asking {

  private Asking() {}

  /**
   * What is asked of the router, the catalogue or the configuration.
   *
   * @param <T> the answer
   * @param <X> what else may go wrong
   */
  @FunctionalInterface
  public interface Question<T, X extends Exception> {
    T answer() throws SQLException, X;
  }

  /** The answer; a refusal as JDBC says it. */
  public static <T, X extends Exception> T of(Question<T, X> question) throws SQLException, X {
    try {
      return question.answer();
    } catch (RoutingException e) {
      throw SqlErrors.of(e);
    }
  }
}
