/** One shard's primary and replicas: freshness, choice of node, failover. */
module io.shardjdbc.replication {
  requires java.sql;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.shardjdbc.replication;
}
