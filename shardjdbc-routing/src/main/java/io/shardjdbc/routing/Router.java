package io.shardjdbc.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says where statements run, with no database at hand. */
public interface Router {

  /**
   * The plan of a statement, from the cache where it was planned before.
   *
   * @throws RoutingException if the statement is refused
   */
  Plan plan(String sql);

  /** Where one execution goes: {@code plan(sql).route(values)}. */
  default Route route(String sql, List<@Nullable Object> values) {
    return plan(sql).route(values);
  }
}
