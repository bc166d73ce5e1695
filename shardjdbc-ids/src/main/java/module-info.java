/** Ids that many processes make without asking each other, and that are never made twice. */
module io.shardjdbc.ids {
  requires transitive java.sql;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.shardjdbc.ids;
}
