package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Update;
import java.util.ArrayList;
import java.util.List;

/** Finds the tables that a statement writes to, those of a data-modifying WITH among them. */
public final class WrittenTables {

  private WrittenTables() {}

  /** Their names, without the name of the database. */
  public static List<List<String>> of(Node statement) {
    List<List<String>> written = new ArrayList<>();
    collect(statement, written);
    return List.copyOf(written);
  }

  private static void collect(Node node, List<List<String>> written) {
    FromItem.Table target = null;
    if (node instanceof Insert insert) {
      target = insert.target();
    } else if (node instanceof Update update) {
      target = update.target();
    } else if (node instanceof Delete delete) {
      target = delete.target();
    } else if (node instanceof MergeInto merge) {
      target = merge.target();
    }
    if (target != null) {
      written.add(Tables.local(target.name()));
    }
    node.eachChild(child -> collect(child, written));
  }
}
