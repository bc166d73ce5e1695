/** The DataSource and Driver over many PostgreSQL shards. */
module io.shardjdbc {
  requires transitive java.sql;
  requires transitive io.shardjdbc.routing;
  requires transitive io.shardjdbc.replication;
  requires transitive io.shardjdbc.ids;
  requires com.zaxxer.hikari;
  requires org.postgresql.jdbc;
  requires org.slf4j;
  requires static org.jspecify;

  opens io.shardjdbc.driver to
      org.postgresql.jdbc; // which makes the sockets by their factory's name

  exports io.shardjdbc;
  exports io.shardjdbc.config;
  exports io.shardjdbc.observe;
  exports io.shardjdbc.outcome;
  exports io.shardjdbc.saga;
  exports io.shardjdbc.saga.outbox;
  exports io.shardjdbc.status;

  provides java.sql.Driver with
      io.shardjdbc.ShardDriver;
}
