package io.shardjdbc.testkit.generate;

import io.shardjdbc.routing.RoutingConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table: where it lies, its columns and how many rows it starts with.
 *
 * @param name as it is written in SQL
 * @param keyColumn the shard key's name in SQL; null if the table is not sharded
 * @param domain the values of the column that is the shard key, or refers to one
 * @param linkColumn the name of a column that refers to another table's shard key
 * @param shard the shard of a table of one shard; null for others
 * @param rows how many rows it starts with
 */
record GeneratedTable(
    String name,
    @Nullable String keyColumn,
    KeyDomain domain,
    String linkColumn,
    @Nullable String shard,
    List<SqlType> types,
    int rows) {

  boolean isSharded() {
    return keyColumn != null;
  }

  void declare(RoutingConfiguration.Builder routing) {
    if (keyColumn != null) {
      routing.sharded(name, keyColumn);
    } else if (shard != null) {
      routing.single(name, shard);
    } else {
      routing.reference(name);
    }
  }

  String ddl() {
    List<String> parts = new ArrayList<>();
    if (keyColumn != null) {
      parts.add(keyColumn + " " + domain.type().sql() + " NOT NULL");
    }
    parts.add("id int8 NOT NULL");
    parts.add(linkColumn + " " + domain.type().sql());
    types.forEach(type -> parts.add(type.columnName() + " " + type.sql()));
    parts.add("PRIMARY KEY (" + (keyColumn == null ? "id" : keyColumn + ", id") + ")");
    return "CREATE TABLE " + name + " (" + String.join(", ", parts) + ")";
  }

  /** The columns that an INSERT of {@link #row} names. */
  List<String> columnNames() {
    List<String> names = new ArrayList<>();
    if (keyColumn != null) {
      names.add(keyColumn);
    }
    names.add("id");
    names.add(linkColumn);
    types.forEach(type -> names.add(type.columnName()));
    return names;
  }

  /** A row of literals. */
  String row(Dice dice, long id) {
    List<String> values = new ArrayList<>();
    if (keyColumn != null) {
      values.add(domain.literal(dice));
    }
    values.add(Long.toString(id));
    values.add(dice.chance(15) ? "NULL" : domain.literal(dice));
    types.forEach(type -> values.add(dice.chance(20) ? "NULL" : type.value(dice)));
    return "(" + String.join(", ", values) + ")";
  }

  /** An INSERT of the rows that it starts with. */
  String load(Dice dice) {
    List<String> list = new ArrayList<>();
    for (int id = 1; id <= rows; id++) {
      list.add(row(dice, id));
    }
    return "INSERT INTO %s (%s) VALUES %s"
        .formatted(
            name,
            String.join(", ", columnNames()),
            list.stream().collect(Collectors.joining(",\n  ")));
  }

  /** The table under an alias. */
  Relation as(String alias) {
    List<Relation.Col> columns = new ArrayList<>();
    Relation.ShardKey key = null;
    if (keyColumn != null) {
      Relation.Col column = new Relation.Col(alias + "." + keyColumn, domain.type());
      columns.add(column);
      key = new Relation.ShardKey(column, domain);
    }
    Relation.Col id = new Relation.Col(alias + ".id", SqlType.INT8);
    columns.add(id);
    columns.add(new Relation.Col(alias + "." + linkColumn, domain.type()));
    for (SqlType type : types) {
      columns.add(new Relation.Col(alias + "." + type.columnName(), type));
    }
    return new Relation(alias, name + " AS " + alias, columns, key, id);
  }
}
