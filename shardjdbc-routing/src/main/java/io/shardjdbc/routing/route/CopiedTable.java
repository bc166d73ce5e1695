package io.shardjdbc.routing.route;

import java.util.List;

/**
 * The table that a COPY names, and what of the statement says where its rows may go.
 *
 * @param name its parts, folded
 * @param columns the columns of a record; empty for all
 * @param defaults whether a record may say of a column that it takes its default
 * @param where the text of the condition on rows that come in; empty where there is none
 */
public record CopiedTable(List<String> name, List<String> columns, boolean defaults, String where) {

  public CopiedTable {
    name = List.copyOf(name);
    columns = List.copyOf(columns);
  }
}
