package io.shardjdbc.error;

import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** Where a plan goes with values; of a batch this is asked for each row, without a question. */
  public static Route route(Plan plan, List<@Nullable Object> values, ShardMap map)
      throws SQLException {
    try {
      return plan.route(values, map);
    } catch (RoutingException e) {
      throw SqlErrors.of(e);
    }
  }
}
