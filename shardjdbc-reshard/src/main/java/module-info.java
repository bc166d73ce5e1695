/** Moves rows between shards while everything runs. */
module io.shardjdbc.reshard {
  requires transitive java.sql;
  requires transitive io.shardjdbc.routing;
  requires org.postgresql.jdbc;
  requires static org.jspecify;

  exports io.shardjdbc.reshard;
  exports io.shardjdbc.reshard.engine;
}
