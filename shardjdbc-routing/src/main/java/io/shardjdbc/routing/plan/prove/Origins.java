package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.TableVariable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the column of a table that a column of a query passes on unchanged. */
public final class Origins {

  private final Analyzer analyzer;
  private final Map<Integer, TableVariable> tables = new HashMap<>();

  public Origins(Analyzer analyzer) {
    this.analyzer = analyzer;
    analyzer.analysis().tables().forEach(table -> tables.put(table.id(), table));
    analyzer.analysis().returned().forEach(table -> tables.put(table.id(), table));
  }

  /** The shape of the table's column, or null where it is none, or not known. */
  @Nullable ColumnShape shape(@Nullable ColumnId column) {
    ColumnId at = column;
    while (at != null) {
      TableVariable table = tables.get(at.variable());
      if (table != null) {
        return table.columnShape(at.column());
      }
      List<ColumnId> sources = analyzer.sources(at);
      at = sources.size() == 1 ? sources.get(0) : null;
    }
    return null;
  }
}
