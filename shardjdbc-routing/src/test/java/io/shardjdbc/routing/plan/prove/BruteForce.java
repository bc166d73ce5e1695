package io.shardjdbc.routing.plan.prove;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Small queries and what they answer, computed row by row by the rules of SQL: what the planner's
 * proofs are compared with.
 *
 * <p>Tables {@code a}, {@code b} and {@code c} are sharded by {@code k}, and {@code r} has a copy
 * everywhere. All have an integer {@code v}, too, which may be NULL, as {@code r.k} may.
 */
final class BruteForce {
  static final List<String> SHARDED = List.of("a", "b", "c");
  static final int KEYS = 5;

  /** A row of one table or of several that are joined: values by {@code alias.column}. */
  record Row(Map<String, @Nullable Long> values) {
    Row with(Row other) {
      Map<String, @Nullable Long> both = new HashMap<>(values);
      both.putAll(other.values());
      return new Row(both);
    }
  }

  /** The rows of all tables, as lists of k and v. */
  record Database(Map<String, List<@Nullable Long[]>> tables) {

    static Database draw(Random random) {
      Map<String, List<@Nullable Long[]>> tables = new LinkedHashMap<>();
      for (String table : List.of("a", "b", "c", "r")) {
        List<@Nullable Long[]> rows = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
          Long k = table.equals("r") && random.nextInt(4) == 0 ? null : (long) random.nextInt(KEYS);
          Long v = random.nextInt(4) == 0 ? null : Long.valueOf(random.nextInt(KEYS));
          rows.add(new Long[] {k, v});
        }
        tables.put(table, rows);
      }
      return new Database(tables);
    }

    /** What a shard has, where key k lies on shard k modulo their number. */
    Database on(int shard, int shards) {
      Map<String, List<@Nullable Long[]>> own = new LinkedHashMap<>(tables);
      for (String table : SHARDED) {
        own.put(
            table,
            tables.getOrDefault(table, List.of()).stream()
                .filter(row -> row[0] % shards == shard)
                .toList());
      }
      return new Database(own);
    }

    List<Row> rows(String table, String alias) {
      List<Row> rows = new ArrayList<>();
      for (@Nullable Long[] row : tables.getOrDefault(table, List.of())) {
        Map<String, @Nullable Long> values = new HashMap<>();
        values.put(alias + ".k", row[0]);
        values.put(alias + ".v", row[1]);
        rows.add(new Row(values));
      }
      return rows;
    }
  }

  /** A condition: true, false, or null for unknown. */
  interface Condition {
    @Nullable Boolean of(Row row, Database database);
  }

  /** A condition and its text. */
  record Written(String sql, Condition condition) {
    boolean holds(Row row, Database database) {
      return Boolean.TRUE.equals(condition.of(row, database));
    }
  }

  private final Random random;
  private int aliases;

  BruteForce(Random random) {
    this.random = random;
  }

  String alias() {
    return "t" + aliases++;
  }

  String table() {
    return random.nextInt(4) == 0 ? "r" : SHARDED.get(random.nextInt(SHARDED.size()));
  }

  /** A condition over columns of these aliases. */
  Written condition(List<String> names, int depth) {
    int kind = depth == 0 ? 9 : random.nextInt(16);
    if (kind < 2) {
      Written one = condition(names, depth - 1);
      Written other = condition(names, depth - 1);
      return new Written(
          "(" + one.sql() + " AND " + other.sql() + ")",
          (row, db) -> and(one.condition().of(row, db), other.condition().of(row, db)));
    }
    if (kind == 2) {
      Written one = condition(names, depth - 1);
      Written other = condition(names, depth - 1);
      return new Written(
          "(" + one.sql() + " OR " + other.sql() + ")",
          (row, db) ->
              not(and(not(one.condition().of(row, db)), not(other.condition().of(row, db)))));
    }
    if (kind == 3) {
      Written one = condition(names, depth - 1);
      return new Written("NOT " + one.sql(), (row, db) -> not(one.condition().of(row, db)));
    }
    if (kind == 4) {
      return exists(names, depth - 1);
    }
    return simple(names);
  }

  private Written exists(List<String> names, int depth) {
    String table = table();
    String alias = alias();
    List<String> inside = new ArrayList<>(names);
    inside.add(alias);
    Written where = condition(inside, depth);
    return new Written(
        "EXISTS (SELECT 1 FROM %s %s WHERE %s)".formatted(table, alias, where.sql()),
        (row, db) ->
            db.rows(table, alias).stream().anyMatch(inner -> where.holds(row.with(inner), db)));
  }

  private Written simple(List<String> names) {
    String left = column(names);
    if (random.nextInt(7) == 0) {
      return new Written(left + " IS NULL", (row, db) -> row.values().get(left) == null);
    }
    if (random.nextInt(7) == 0) {
      long one = random.nextInt(KEYS);
      long other = random.nextInt(KEYS);
      return new Written(
          "%s IN (%d, %d)".formatted(left, one, other),
          (row, db) -> {
            Long value = row.values().get(left);
            return value == null ? null : Boolean.valueOf(value == one || value == other);
          });
    }
    boolean toColumn = random.nextInt(3) > 0;
    String right = toColumn ? column(names) : "";
    long constant = random.nextInt(KEYS);
    String text = toColumn ? right : Long.toString(constant);
    int operator = random.nextInt(8);
    if (operator == 0) {
      return new Written(
          left + " IS NOT DISTINCT FROM " + text,
          (row, db) -> {
            Long a = row.values().get(left);
            Long b = toColumn ? row.values().get(right) : Long.valueOf(constant);
            return a == null ? b == null : a.equals(b);
          });
    }
    String sign = operator == 1 ? " < " : operator == 2 ? " <> " : " = ";
    return new Written(
        left + sign + text,
        (row, db) -> {
          Long a = row.values().get(left);
          Long b = toColumn ? row.values().get(right) : Long.valueOf(constant);
          if (a == null || b == null) {
            return null;
          }
          int order = a.compareTo(b);
          return operator == 1 ? order < 0 : operator == 2 ? order != 0 : order == 0;
        });
  }

  private String column(List<String> names) {
    return names.get(random.nextInt(names.size())) + (random.nextInt(4) == 0 ? ".v" : ".k");
  }

  private static @Nullable Boolean not(@Nullable Boolean value) {
    return value == null ? null : Boolean.valueOf(!value);
  }

  private static @Nullable Boolean and(@Nullable Boolean one, @Nullable Boolean other) {
    if (Boolean.FALSE.equals(one) || Boolean.FALSE.equals(other)) {
      return false;
    }
    return (one == null || other == null) ? null : Boolean.TRUE;
  }
}
