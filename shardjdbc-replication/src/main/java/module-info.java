/** One shard's primary and replicas: freshness, choice of node, failover. */
@SuppressWarnings("module") // io.shardjdbc is compiled after this module
module io.shardjdbc.replication {
  requires java.sql;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.shardjdbc.replication;
  exports io.shardjdbc.replication.failover;
  exports io.shardjdbc.replication.choose to
      io.shardjdbc;
  exports io.shardjdbc.replication.set to
      io.shardjdbc;
  exports io.shardjdbc.replication.watch to
      io.shardjdbc;
}
