/** OpenTelemetry's spans and metrics of a DataSource over shards. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // OpenTelemetry's are
module io.shardjdbc.opentelemetry {
  requires transitive io.shardjdbc;
  requires transitive io.opentelemetry.api;
  requires io.opentelemetry.context;
  requires static org.jspecify;

  exports io.shardjdbc.opentelemetry;
}
