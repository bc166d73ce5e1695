/** Money moved between shards while processes are killed. */
module io.shardjdbc.examples.transfer {
  requires io.shardjdbc;
  requires io.shardjdbc.testkit;
  requires static org.jspecify;
}
