/** Real PostgreSQL clusters for tests, twin databases, fault injection. */
module io.shardjdbc.testkit {
  requires transitive io.shardjdbc;
  requires static org.junit.jupiter.api;
  requires org.apache.commons.compress;
  requires org.tukaani.xz;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.shardjdbc.testkit;
}
