package io.shardjdbc.routing.route;

import io.shardjdbc.routing.Identifiers;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The rows of one table that a query gives, as those of statements that change them.
 *
 * <p>Whoever changes a row through the result that shows it sends a statement that nobody here has
 * planned. These texts are planned in its place: they name the same table, the same columns and, by
 * the query's own condition, the same keys.
 *
 * @param name the table
 * @param table the table with its alias, as the query has it
 * @param condition the query's condition; empty where it has none
 * @param hint the query's hint as a comment; empty where it has none
 */
public record ChangeableRows(String name, String table, String condition, String hint) {

  /** A text that changes these columns of the rows. */
  public String update(List<String> columns) {
    String changes =
        columns.stream()
            .map(column -> Identifiers.quote(column) + " = NULL")
            .collect(Collectors.joining(", "));
    return hint + "UPDATE " + table + " SET " + changes + where();
  }

  /** A text that deletes the rows. */
  public String delete() {
    return hint + "DELETE FROM " + table + where();
  }

  /** A text that adds a row of such columns, whose values are its parameters. */
  public String insert(List<String> columns) {
    String names = columns.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    String values = columns.stream().map(column -> "?").collect(Collectors.joining(", "));
    return "INSERT INTO " + name + " (" + names + ") VALUES (" + values + ")";
  }

  private String where() {
    return condition.isEmpty() ? "" : " WHERE " + condition;
  }
}
