package io.shardjdbc.routing.plan.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.Router;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ScatterPolicy;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.Routers;
import io.shardjdbc.routing.plan.prove.BruteForce.Database;
import io.shardjdbc.routing.plan.prove.BruteForce.Row;
import io.shardjdbc.routing.plan.prove.BruteForce.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a condition, the planner reads no fewer keys than meet it, and mostly not all. */
class ConditionsTest {

  /** One shard for each key that is drawn, and one for all others. */
  private static final List<ShardId> SHARDS =
      IntStream.rangeClosed(0, BruteForce.KEYS).mapToObj(i -> new ShardId("s" + i)).toList();

  private static final Placement PLACEMENT = Placements.modulo(SHARDS);

  private static final Router ROUTER =
      Routers.of(
          RoutingConfiguration.builder()
              .shards(SHARDS)
              .table(
                  new Table.Sharded(
                      List.of("a"),
                      List.of(new KeyColumn("k", Optional.of(KeyType.INTEGER))),
                      PLACEMENT,
                      ScatterPolicy.ALLOW))
              .build());

  private static final Database EMPTY =
      new Database(Map.of("a", List.of(), "b", List.of(), "c", List.of(), "r", List.of()));

  private static List<ShardId> asked(String condition, @Nullable Object... values) {
    return ROUTER.shards(
        "SELECT t0.v FROM a t0 WHERE " + condition, java.util.Arrays.asList(values));
  }

  @Test
  void everyKeyThatMeetsAConditionIsAsked() {
    long seed = Long.getLong("shardjdbc.seed", 4_711);
    Random random = new Random(seed);
    int narrowed = 0;
    int conditions = 5_000;
    for (int i = 0; i < conditions; i++) {
      BruteForce draw = new BruteForce(random);
      String alias = draw.alias();
      Written condition = draw.condition(List.of(alias), 3);
      if (condition.sql().contains("EXISTS")) {
        continue; // of other tables: see ColocationTest
      }
      List<ShardId> asked = asked(condition.sql());
      narrowed += asked.size() < SHARDS.size() ? 1 : 0;
      for (long k = 0; k < BruteForce.KEYS; k++) {
        for (Long v : values()) {
          Map<String, @Nullable Long> row = new HashMap<>();
          row.put(alias + ".k", k);
          row.put(alias + ".v", v);
          if (condition.holds(new Row(row), EMPTY)) {
            assertThat(asked)
                .as("seed %d, condition %d: %s", seed, i, condition.sql())
                .contains(PLACEMENT.shardOf(Key.of(k)));
          }
        }
      }
    }
    assertThat(narrowed).isBetween(conditions / 10, conditions * 9 / 10);
  }

  private static List<@Nullable Long> values() {
    List<@Nullable Long> values = new ArrayList<>();
    values.add(null);
    for (long v = 0; v < BruteForce.KEYS; v++) {
      values.add(v);
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t0.k = 3                                        | s3",
        "t0.k IN (1, 2) AND t0.k IN (2, 3)               | s2",
        "t0.k = 1 OR t0.k = 4                            | s1 s4",
        "(t0.k = 1 AND t0.v = 2) OR t0.k = 2             | s1 s2",
        "t0.k = 1 OR t0.v = 2                            | s0 s1 s2 s3 s4 s5",
        "NOT t0.k = 1                                    | s0 s1 s2 s3 s4 s5",
        "t0.k IS NOT DISTINCT FROM 2                     | s2",
        "t0.k BETWEEN 1 AND 2                            | s1 s2",
        "t0.k = ANY (ARRAY[0, 5])                        | s0 s5",
        "(t0.k, t0.v) = (4, 1)                           | s4",
        "t0.k = 2 AND t0.k = t0.v                        | s2",
        "t0.v = 2 AND t0.k = t0.v                        | s0 s1 s2 s3 s4 s5",
      })
  void aConditionNamesTheKeysThatItAllows(String condition, String shards) {
    assertThat(asked(condition))
        .extracting(ShardId::name)
        .containsExactlyInAnyOrder(shards.split(" "));
  }
}
