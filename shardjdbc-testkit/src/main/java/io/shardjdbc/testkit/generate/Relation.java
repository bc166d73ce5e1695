package io.shardjdbc.testkit.generate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something in FROM, with the columns that can be named.
 *
 * @param alias how statements call it
 * @param from how it is written in FROM, alias included
 * @param key its shard key, if it is a sharded table or shows such a table's key
 * @param id a column that is unique and not null, if there is one
 */
record Relation(
    String alias, String from, List<Col> columns, @Nullable ShardKey key, @Nullable Col id) {

  /** A column as statements refer to it. */
  record Col(String sql, SqlType type) {}

  /** A shard key column and the values that occur in it. */
  record ShardKey(Col column, KeyDomain domain) {}

  Relation {
    columns = List.copyOf(columns);
  }

  /** Every column of any of them that has the type. */
  static List<Col> columns(List<Relation> scope, SqlType type) {
    List<Col> found = new ArrayList<>();
    for (Relation relation : scope) {
      relation.columns().stream().filter(c -> c.type() == type).forEach(found::add);
    }
    return found;
  }

  /** Every column of all of them. */
  static List<Col> columns(List<Relation> scope) {
    return scope.stream().flatMap(relation -> relation.columns().stream()).toList();
  }

  /** Those with a shard key. */
  static List<Relation> keyed(List<Relation> scope) {
    return scope.stream().filter(relation -> relation.key() != null).toList();
  }
}
