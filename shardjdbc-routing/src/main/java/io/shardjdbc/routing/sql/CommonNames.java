package io.shardjdbc.routing.sql;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The places in a statement where a name means one of its common tables, rather than a table.
 *
 * <p>A common table may have the name of a table that it reads: {@code WITH t AS (SELECT * FROM t)}
 * sees itself only where it is RECURSIVE. The target of a write is always a table.
 */
public final class CommonNames {

  private static final CommonNames NONE = new CommonNames();

  private final Set<FromItem.Table> places = Collections.newSetFromMap(new IdentityHashMap<>());

  private CommonNames() {}

  /** Of a whole statement: what stands around a part of it is not known. */
  public static CommonNames in(Node statement) {
    if (!hasWith(statement)) { // as most: they are asked many times a text
      return NONE;
    }
    CommonNames names = new CommonNames();
    names.walk(statement, Set.of());
    return names;
  }

  private static boolean hasWith(Node node) {
    return node instanceof Query.With || node.anyChild(CommonNames::hasWith);
  }

  /** Whether a name of the statement means a common table there. */
  public boolean has(FromItem.Table place) {
    return places.contains(place);
  }

  public boolean isEmpty() {
    return places.isEmpty();
  }

  @SuppressWarnings("ReferenceEquality") // that place in the text, not one that reads alike
  private void walk(Node node, Set<String> around) {
    if (node instanceof FromItem.Table table
        && table.name().parts().size() == 1
        && around.contains(table.name().last())) {
      places.add(table);
    }
    Set<String> visible = around;
    for (Node child : node.children()) {
      visible = child instanceof Query.With with ? defined(with, around) : visible;
    }
    FromItem.Table target = target(node);
    for (Node child : node.children()) {
      if (child != target && !(child instanceof Query.With)) {
        walk(child, visible);
      }
    }
  }

  private Set<String> defined(Query.With with, Set<String> around) {
    Set<String> visible = new HashSet<>(around);
    if (with.recursive()) {
      with.tables().forEach(table -> visible.add(table.name()));
    }
    for (Query.CommonTable table : with.tables()) {
      walk(table, visible);
      visible.add(table.name());
    }
    return visible;
  }

  private static FromItem.@Nullable Table target(Node node) {
    if (node instanceof Insert insert) {
      return insert.target();
    } else if (node instanceof Update update) {
      return update.target();
    } else if (node instanceof Delete delete) {
      return delete.target();
    }
    return node instanceof MergeInto merge ? merge.target() : null;
  }
}
