/** An Instagram-like application on four shards. */
module io.shardjdbc.examples.instagram {
  requires io.shardjdbc;
  requires io.shardjdbc.testkit;
  requires com.zaxxer.hikari;
  requires static org.jspecify;
}
