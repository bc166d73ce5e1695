package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans of everyday statements keep no tree of their text, and answer for all values the same. */
class KeptPlansTest {

  private final RoutingConfiguration configuration =
      RoutingConfiguration.builder()
          .shards("s0", "s1")
          .sharded("users", "user_id")
          .sharded("posts", "user_id")
          .build();
  private final ShardMap map = ShardMap.of(configuration);
  private final Planner planner = Routers.planner(configuration, Catalog.none(), () -> map);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT name, upper(email) FROM users WHERE user_id = ? AND active",
        "SELECT count(*) FROM users u JOIN posts p ON p.user_id = u.user_id WHERE u.user_id = 7",
        "SELECT name FROM users WHERE active AND age > 3 ORDER BY created",
        "UPDATE users SET name = upper(?), age = age + 1 WHERE user_id = ? AND active",
        "DELETE FROM users WHERE user_id = ? AND NOT active",
      })
  void noTreeIsKept(String sql) throws IllegalAccessException {
    assertThat(treesIn(planner.plan(sql))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT name FROM users WHERE user_id = ?",
        "SELECT name FROM users WHERE user_id = ? AND tags ?? 'it'",
        "SELECT name FROM users WHERE user_id = ? AND nick <> '?' ORDER BY name",
      })
  void valuesOfSeveralShardsAreAnswered(String sql) {
    assertThat(planner.route(sql, List.of(7)).isOverSeveralShards()).isFalse();
    assertThat(planner.route(sql, Arrays.asList((Object) null)).isOverSeveralShards()).isFalse();
    assertThat(planner.route(sql, List.of(1e300)).isOverSeveralShards()).isTrue();
  }

  @Test
  void aPlainTextMayHaveQuestionMarks() {
    String sql = "SELECT name FROM users WHERE user_id = 7 AND tags ? 'it'";
    assertThat(planner.planText(sql, Hint.NONE).explain()).contains("users: user_id = constant");
  }

  @Test
  void aQueryInsideAStatementIsAnswered() {
    Plan plan = planner.plan("EXPLAIN SELECT name FROM users WHERE user_id = ?");
    assertThat(plan.explain()).contains("users: user_id = $1");
    assertThat(plan.route(Arrays.asList((Object) null), map).isOverSeveralShards()).isFalse();
  }

  /** What of trees a plan keeps, beside the constants that its keys are equal to. */
  private static List<Object> treesIn(Plan plan) throws IllegalAccessException {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> left = new ArrayDeque<>(List.of(plan));
    while (!left.isEmpty()) {
      Object next = left.remove();
      if (!(next instanceof Tables) && seen.add(next)) {
        left.addAll(below(next));
      }
    }
    return seen.stream()
        .filter(o -> o instanceof Node || o instanceof ParsedSql)
        .filter(o -> !(o instanceof Expr.Parameter || o instanceof Expr.Literal))
        .toList();
  }

  private static List<Object> below(Object object) throws IllegalAccessException {
    List<@Nullable Object> all = new ArrayList<>();
    if (object instanceof Collection<?> collection) {
      all.addAll(collection);
    } else if (object instanceof Map<?, ?> entries) {
      all.addAll(entries.keySet());
      all.addAll(entries.values());
    } else if (object instanceof Object[] array) {
      all.addAll(Arrays.asList(array));
    }
    for (Class<?> type = object.getClass(); isOurs(type); type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          all.add(field.get(object));
        }
      }
    }
    all.removeIf(each -> each == null);
    return new ArrayList<>(all);
  }

  private static boolean isOurs(@Nullable Class<?> type) {
    return type != null && type.getName().startsWith("io.shardjdbc.");
  }
}
