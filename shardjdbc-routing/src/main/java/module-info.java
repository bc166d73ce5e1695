/**
 * Pure routing: SQL text and values to a plan and a route. No threads, no I/O, no {@code java.sql}.
 */
module io.shardjdbc.routing {
  requires com.google.common;
  requires static org.jspecify;

  exports io.shardjdbc.routing;
}
