package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.CountedColumn;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.CopyRows;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps rows that are copied in from being counted on each shard: records go to servers as they
 * are, so nobody can take their numbers first.
 */
public final class CountedColumns {

  private CountedColumns() {}

  /** Why the rows cannot be copied: a server would take a number that counts elsewhere; or null. */
  public static @Nullable Refusal counts(CopyRows copy, Table table, Tables tables) {
    Sequences sequences = new Sequences(tables);
    ShardId here = table instanceof Table.Single single ? single.shard() : null;
    boolean givesAll = copy.columns().isEmpty();
    for (CountedColumn column : sequences.counted(copy.target())) {
      boolean given = givesAll || copy.columns().contains(column.name());
      if (given && !copy.defaults()) {
        continue;
      }
      CountedText text = CountedText.ofDefault(column.expression(), sequences);
      if (text == null && !sequences.first().equals(here)) {
        return apart("column " + column.name() + " of " + table.displayName(), sequences.first());
      }
      if (text != null && !text.isOn(here)) {
        return apart(text.slots().get(0).draw());
      }
    }
    return copy.where() == null ? null : steps(copy.where(), here, sequences);
  }

  private static @Nullable Refusal steps(Node node, @Nullable ShardId here, Sequences sequences) {
    if (node instanceof Expr.Call call && Sequences.isStep(call)) {
      Draw draw = sequences.draw(call);
      if (draw == null) {
        return sequences.first().equals(here) ? null : apart("the sequence", sequences.first());
      }
      return draw.home().equals(here) ? null : apart(draw);
    }
    List<? extends Node> children = node.children();
    for (Node child : children) {
      Refusal refusal = steps(child, here, sequences);
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }

  private static Refusal apart(Draw draw) {
    return apart(draw.sequence(), draw.home());
  }

  private static Refusal apart(String what, ShardId home) {
    return Refusal.of(ErrorCode.SEQUENCE_APART, what, home);
  }
}
