package io.shardjdbc.copy;

import io.shardjdbc.routing.route.CopiedTable;
import java.sql.SQLException;

/**
 * A COPY statement.
 *
 * @param in whether rows are copied into a table
 * @param table the table; of no name for COPY of a query
 * @param listEnd where the list of columns ends, behind its parenthesis; -1 where there is none
 * @param query the text of the query; empty for COPY of a table
 * @param rest the text behind the table or the query; empty where COPY BINARY says its format first
 * @param format what its options make of the bytes
 */
record CopyCommand(
    boolean in, CopiedTable table, int listEnd, String query, String rest, CopyFormat format) {

  static CopyCommand parse(String sql) throws SQLException {
    return CopyParser.parse(sql);
  }

  boolean ofTable() {
    return !table.name().isEmpty();
  }
}
