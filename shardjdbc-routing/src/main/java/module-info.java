/**
 * Pure routing: SQL text and values to a plan and a route. No threads, no I/O, no {@code java.sql}.
 */
@SuppressWarnings("module") // io.shardjdbc is compiled after this module
module io.shardjdbc.routing {
  requires com.google.common;
  requires org.snakeyaml.engine;
  requires static org.jspecify;

  exports io.shardjdbc.routing;
  exports io.shardjdbc.routing.catalog to
      io.shardjdbc;
  exports io.shardjdbc.routing.plan;
  exports io.shardjdbc.routing.records to
      io.shardjdbc,
      io.shardjdbc.reshard;
  exports io.shardjdbc.routing.route to
      io.shardjdbc;
  exports io.shardjdbc.routing.sql.parse to
      io.shardjdbc;
  exports io.shardjdbc.routing.sql.text to
      io.shardjdbc;
  exports io.shardjdbc.routing.yaml to
      io.shardjdbc;
}
