package io.shardjdbc.status;

import java.util.List;

/**
 * A table of a status page.
 *
 * @param title what it shows
 * @param columns their headings
 * @param rows of as many cells as there are columns; a table without rows says "none"
 */
public record StatusTable(String title, List<String> columns, List<List<String>> rows) {
  public StatusTable {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
  }
}
