package io.shardjdbc.routing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says where statements run, with no database at hand.
 *
 * <p>Thread-safe. Plans are cached by text; a plan that was handed out stays valid.
 */
public interface Router {

  /**
   * The plan of a prepared statement's text, where {@code ?} is a parameter.
   *
   * @throws RoutingException if the statement is refused
   */
  Plan plan(String sql);

  /**
   * The plan of a text that takes no values, where {@code ?} is an operator.
   *
   * @throws RoutingException if the statement is refused
   */
  Plan planText(String sql);

  /**
   * The statements of a text that takes no values, in their order; those without words are left
   * out, and a hint of the text goes with each.
   *
   * @throws RoutingException if the text cannot be cut
   */
  List<String> statements(String text);

  /**
   * The table that a COPY names.
   *
   * @param name its parts, folded
   * @param columns the columns of a record; empty for all
   * @throws RoutingException if the table is not declared, or its key is not among the columns
   */
  CopyTarget copyTarget(List<String> name, List<String> columns);

  /** Where one execution goes: {@code plan(sql).route(values)}. */
  default Route route(String sql, List<@Nullable Object> values) {
    return plan(sql).route(values);
  }

  /**
   * The plan in words, and where this execution goes; no value is shown.
   *
   * @throws RoutingException if the statement or these values are refused
   */
  default String explain(String sql, @Nullable Object... values) {
    Plan plan = plan(sql);
    Route route = plan.route(Arrays.asList(values));
    String shards =
        route.statements().stream().map(s -> s.shard().name()).collect(Collectors.joining(", "));
    return plan.explain() + "\nroute: " + (shards.isEmpty() ? "the connection itself" : shards);
  }
}
