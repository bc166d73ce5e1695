package io.shardjdbc.routing.plan.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ScatterPolicy;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.plan.Routers;
import io.shardjdbc.routing.plan.prove.BruteForce.Database;
import io.shardjdbc.routing.plan.prove.BruteForce.Row;
import io.shardjdbc.routing.plan.prove.BruteForce.Written;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Planner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What each shard answers for its own rows is together the answer, wherever the planner says so:
 * drawn joins and groups are computed over all rows and over those of each shard.
 */
class ColocationTest {
  private static final int SHARDS = 3;
  private static final int QUERIES = Integer.getInteger("shardjdbc.proofs", 700);
  private static final int DATABASES = 4;

  private static final RoutingConfiguration TABLES = tables();
  private static final ShardMap MAP = ShardMap.of(TABLES);
  private static final Planner PLANNER = Routers.planner(TABLES, new Shapes(), () -> MAP);

  /** All tables have a k and a v. */
  private static final class Shapes implements Catalog {
    @Override
    public Optional<TableShape> table(List<String> name) {
      return Optional.of(new TableShape(name, List.of(bigint("k"), bigint("v")), List.of(), false));
    }

    private static ColumnShape bigint(String name) {
      return new ColumnShape(name, "int8", "bigint", "", false, true, true, Default.NONE);
    }
  }

  private static RoutingConfiguration tables() {
    List<ShardId> shards = IntStream.range(0, SHARDS).mapToObj(i -> new ShardId("s" + i)).toList();
    RoutingConfiguration.Builder tables = RoutingConfiguration.builder().shards(shards);
    for (String table : BruteForce.SHARDED) {
      tables.table(
          new Table.Sharded(
              List.of(table),
              List.of(new KeyColumn("k", Optional.of(KeyType.INTEGER))),
              Placements.modulo(shards),
              ScatterPolicy.ALLOW));
    }
    return tables.reference("r").build();
  }

  /** A drawn query: its text, and how its rows are computed. */
  private record Query(String sql, Rows rows) {}

  private interface Rows {
    List<List<@Nullable Long>> of(Database database);
  }

  private static Query draw(Random random) {
    BruteForce draw = new BruteForce(random);
    List<String> names = new ArrayList<>();
    String first = draw.table();
    String alias = draw.alias();
    names.add(alias);
    StringBuilder from = new StringBuilder(first + " " + alias);
    Joined joined = database -> database.rows(first, alias);
    for (int i = random.nextInt(3); i > 0; i--) {
      String table = draw.table();
      String next = draw.alias();
      List<String> left = List.copyOf(names);
      names.add(next);
      String kind =
          List.of("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN").get(random.nextInt(5));
      Written on = draw.condition(names, 1);
      from.append(' ').append(kind).append(' ').append(table).append(' ').append(next);
      from.append(" ON ").append(on.sql());
      joined = join(joined, left, kind, table, next, on);
    }
    Written where = draw.condition(names, 2);
    boolean filtered = random.nextBoolean();
    Joined source = joined;
    Joined rows =
        filtered
            ? database ->
                source.rows(database).stream().filter(row -> where.holds(row, database)).toList()
            : source;
    String tail = " FROM " + from + (filtered ? " WHERE " + where.sql() : "");
    return random.nextInt(3) == 0 ? grouped(random, names, rows, tail) : plain(names, rows, tail);
  }

  private interface Joined {
    List<Row> rows(Database database);
  }

  private static Joined join(
      Joined left, List<String> leftNames, String kind, String table, String alias, Written on) {
    return database -> {
      List<Row> result = new ArrayList<>();
      List<Row> right = database.rows(table, alias);
      boolean[] matched = new boolean[right.size()];
      for (Row one : left.rows(database)) {
        boolean found = false;
        for (int i = 0; i < matched.length; i++) {
          Row both = one.with(right.get(i));
          if (on.holds(both, database)) {
            result.add(both);
            matched[i] = true;
            found = true;
          }
        }
        if (!found && (kind.startsWith("LEFT") || kind.startsWith("FULL"))) {
          result.add(one.with(nulls(List.of(alias))));
        }
      }
      if (kind.startsWith("RIGHT") || kind.startsWith("FULL")) {
        for (int i = 0; i < matched.length; i++) {
          if (!matched[i]) {
            result.add(nulls(leftNames).with(right.get(i)));
          }
        }
      }
      return result;
    };
  }

  private static Row nulls(List<String> names) {
    Map<String, @Nullable Long> values = new HashMap<>();
    for (String name : names) {
      values.put(name + ".k", null);
      values.put(name + ".v", null);
    }
    return new Row(values);
  }

  private static Query plain(List<String> names, Joined rows, String tail) {
    List<String> columns = new ArrayList<>();
    names.forEach(name -> columns.addAll(List.of(name + ".k", name + ".v")));
    return new Query(
        "SELECT " + String.join(", ", columns) + tail,
        database -> rows.rows(database).stream().map(row -> values(row, columns)).toList());
  }

  private static Query grouped(Random random, List<String> names, Joined rows, String tail) {
    List<String> columns = new ArrayList<>();
    for (int i = random.nextInt(2); i >= 0; i--) {
      columns.add(names.get(random.nextInt(names.size())) + (random.nextInt(3) == 0 ? ".v" : ".k"));
    }
    String keys = String.join(", ", columns);
    return new Query(
        "SELECT " + keys + ", count(*)" + tail + " GROUP BY " + keys,
        database -> {
          Map<List<@Nullable Long>, Long> groups = new HashMap<>();
          rows.rows(database).forEach(row -> groups.merge(values(row, columns), 1L, Long::sum));
          List<List<@Nullable Long>> result = new ArrayList<>();
          groups.forEach(
              (key, count) -> {
                List<@Nullable Long> row = new ArrayList<>(key);
                row.add(count);
                result.add(row);
              });
          return result;
        });
  }

  private static List<@Nullable Long> values(Row row, List<String> columns) {
    List<@Nullable Long> values = new ArrayList<>();
    columns.forEach(column -> values.add(row.values().get(column)));
    return values;
  }

  private static Map<String, Integer> bag(List<List<@Nullable Long>> rows) {
    Map<String, Integer> bag = new TreeMap<>();
    rows.forEach(row -> bag.merge(row.toString(), 1, Integer::sum));
    return bag;
  }

  @Test
  void theAnswersOfTheShardsAreTogetherTheAnswer() {
    long seed = Long.getLong("shardjdbc.seed", 4_711);
    Random random = new Random(seed);
    Map<String, Integer> ways = new TreeMap<>();
    for (int i = 0; i < QUERIES; i++) {
      Query query = draw(random);
      List<Integer> shards = shards(query.sql());
      ways.merge(shards.isEmpty() ? "not proved" : shards.size() + " shards", 1, Integer::sum);
      for (int j = 0; j < DATABASES && !shards.isEmpty(); j++) {
        Database all = Database.draw(random);
        List<List<@Nullable Long>> parts = new ArrayList<>();
        shards.forEach(shard -> parts.addAll(query.rows().of(all.on(shard, SHARDS))));
        assertThat(bag(parts))
            .as("seed %d, query %d: %s", seed, i, query.sql())
            .isEqualTo(bag(query.rows().of(all)));
      }
    }
    assertThat(ways.keySet()).contains("not proved", "1 shards", "2 shards", "3 shards");
    assertThat(ways.values()).as(ways.toString()).allMatch(count -> count > QUERIES / 200);
  }

  /** Where the query runs as it is, and its rows are put one behind the other; else nothing. */
  private static List<Integer> shards(String sql) {
    DirectRoute route;
    try {
      route = PLANNER.plan(sql).route(List.of(), MAP).direct();
    } catch (RoutingException e) {
      return List.of();
    }
    if (route == null
        || !(route.isSingle() || route.merge() instanceof Merge.Concatenate)
        || !route.statements().stream().allMatch(part -> part.sql().equals(sql))) {
      return List.of();
    }
    return route.shards().stream().map(s -> Integer.parseInt(s.name().substring(1))).toList();
  }
}
