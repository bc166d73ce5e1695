package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.CountedColumn;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.CopiedTable;
import io.shardjdbc.routing.route.CopyNumber;
import io.shardjdbc.routing.sql.CopyRows;
import java.util.ArrayList;
import java.util.List;

/** The columns that records of a COPY leave to sequences. */
public final class CopyNumbers {

  private CopyNumbers() {}

  /** In the table's order; none where one of them is more than a number, or nobody can tell. */
  public static List<CopyNumber> of(CopiedTable copied, Tables tables) {
    Table table = tables.find(copied.name()).orNull();
    if (table == null || tables.serversCount() || copied.columns().isEmpty() || copied.defaults()) {
      return List.of();
    }
    Sequences sequences = new Sequences(tables);
    ShardId here = table instanceof Table.Single single ? single.shard() : null;
    List<CopyNumber> numbers = new ArrayList<>();
    CopyRows rows = CopyRows.in(copied.name(), copied.columns(), false, null);
    for (CountedColumn column : sequences.counted(rows.target())) {
      if (copied.columns().contains(column.name())) {
        continue;
      }
      CountedText text = CountedText.ofDefault(column.expression(), sequences);
      if (text == null || !text.isPlain()) {
        return List.of();
      }
      if (!text.isOn(here)) {
        String type =
            tables.catalog().table(copied.name()).stream()
                .flatMap(shape -> shape.column(column.name()).stream())
                .map(shape -> shape.type())
                .findFirst()
                .orElse("");
        numbers.add(new CopyNumber(column.name(), type, text.slots().get(0).draw()));
      }
    }
    return numbers;
  }
}
