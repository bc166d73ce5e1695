package io.shardjdbc.testkit.generate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A query that was written.
 *
 * @param sql without ORDER BY and LIMIT
 * @param columns what it returns
 * @param sortKeys expressions, other than its columns, by which it can be sorted
 */
record DrawnQuery(String sql, List<Out> columns, List<String> sortKeys) {

  /**
   * A column of the result.
   *
   * @param name the alias it was given; null if none was
   * @param domain the domain of the shard key that it shows, if it is one
   */
  record Out(@Nullable String name, SqlType type, @Nullable KeyDomain domain) {}

  DrawnQuery {
    columns = List.copyOf(columns);
    sortKeys = List.copyOf(sortKeys);
  }

  /** What another query sees of it under that name. */
  Relation as(String alias, String from, boolean renamed) {
    List<Relation.Col> seen = new ArrayList<>();
    Relation.ShardKey key = null;
    for (int i = 0; i < columns.size(); i++) {
      Out out = columns.get(i);
      String name = renamed || out.name() == null ? "x" + i : out.name();
      Relation.Col column = new Relation.Col(alias + "." + name, out.type());
      seen.add(column);
      KeyDomain domain = out.domain();
      if (domain != null && key == null) {
        key = new Relation.ShardKey(column, domain);
      }
    }
    return new Relation(alias, from, seen, key, null);
  }

  /** New names for the columns, in parentheses. */
  String names() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      names.add("x" + i);
    }
    return "(" + String.join(", ", names) + ")";
  }

  /** Whether another query can refer to the columns by their own names. */
  boolean hasOwnNames() {
    Set<@Nullable String> names = new HashSet<>();
    return columns.stream().allMatch(out -> out.name() != null && names.add(out.name()));
  }

  List<SqlType> types() {
    return columns.stream().map(Out::type).toList();
  }
}
