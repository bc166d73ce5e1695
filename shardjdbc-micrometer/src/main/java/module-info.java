/** Micrometer's meters of a DataSource over shards. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Micrometer's is one
module io.shardjdbc.micrometer {
  requires transitive io.shardjdbc;
  requires transitive micrometer.core;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.shardjdbc.micrometer;
}
