/** Real PostgreSQL clusters for tests, twin databases, fault injection. */
module io.shardjdbc.testkit {
  requires transitive io.shardjdbc;
  requires static org.junit.jupiter.api;
  requires org.apache.commons.compress;
  requires org.tukaani.xz;
  requires org.postgresql.jdbc;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.shardjdbc.testkit;
  exports io.shardjdbc.testkit.generate;
  exports io.shardjdbc.testkit.routes;
  exports io.shardjdbc.testkit.twin;
}
