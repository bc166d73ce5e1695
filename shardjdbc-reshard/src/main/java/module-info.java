/** Moves rows between shards while everything runs. */
module io.shardjdbc.reshard {
  requires transitive java.sql;
  requires transitive io.shardjdbc.routing;
  requires static org.jspecify;
}
