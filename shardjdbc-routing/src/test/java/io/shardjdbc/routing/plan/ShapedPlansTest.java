package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.code.LookingCatalog;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.yaml.RoutingYaml;
import io.shardjdbc.routing.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that differ in numbers are planned by what they have in common, as each by itself. */
class ShapedPlansTest {

  private static final Path FILES = Path.of("src", "test", "resources", "plans");
  private static final Pattern VALUE = Pattern.compile("= ?(?:\\?|\\d+)");
  private static final Pattern IDENTITY = Pattern.compile("@[0-9a-f]+");
  private static final int[] NUMBERS = {0, 1, 2, 7, 42, 1_000, 2_000_000_000};

  private static final RoutingConfiguration CONFIGURATION =
      RoutingYaml.read(
          Yaml.read(
              Instagram.YAML.replace("tenantGuard: true", "gather: allow"),
              name -> Optional.empty()));

  private final ShardMap map = ShardMap.of(CONFIGURATION);
  private final Tables tables =
      new Tables(CONFIGURATION, new LookingCatalog(CONFIGURATION, Instagram.catalog(), map), map);
  private final ShapedPlans shapes = new ShapedPlans(1_000);
  private int shaped;

  /** What its shape says of a text; null where the text is planned by itself. */
  private @Nullable Plan byShape(String sql) {
    return shapes.plan(sql, Hint.NONE, tables, 0);
  }

  private static String itself(Plan plan, ShardMap map) {
    try {
      return String.join(
          "\n",
          plan.sql(),
          plan.summary(),
          plan.effect().toString(),
          plan.explain(),
          plan.route(List.of(), map).fold(new Asked()).toString(),
          Arrays.toString(plan.route(List.of(), map).keys().toArray()),
          IDENTITY.matcher(plan.route(List.of(), map).toString()).replaceAll(""));
    } catch (RoutingException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void isPlannedAlike(String sql) {
    Plan plan = byShape(sql);
    if (plan != null) {
      shaped++;
      Plan own = Routers.planner(CONFIGURATION, Instagram.catalog(), () -> map).plan(sql);
      assertThat(itself(plan, map)).isEqualTo(itself(own, map));
    }
  }

  /** The statements of the golden files, with numbers in the place of what columns are equal to. */
  @Test
  void asItself() throws IOException {
    Random random = new Random(18);
    List<Path> files;
    try (Stream<Path> found = Files.list(FILES)) {
      files = found.filter(f -> f.toString().endsWith(".plan")).sorted().toList();
    }
    for (Path file : files) {
      for (String block : Files.readString(file).strip().split("\n\n+", -1)) {
        String sql = String.join("\n", block.lines().takeWhile(l -> !l.startsWith("|")).toList());
        for (int i = 0; i < 6 && !sql.contains("values:"); i++) {
          isPlannedAlike(VALUE.matcher(sql).replaceAll(value -> number(value, random)));
        }
      }
    }
    assertThat(shaped).isGreaterThan(50);
  }

  private static String number(MatchResult value, Random random) {
    String start = value.group().startsWith("= ") ? "= " : "=";
    return start + NUMBERS[random.nextInt(NUMBERS.length)];
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select body from posts where user_id = 1",
        "select body from posts where user_id=1 and post_id = 1 order by created_at limit 3",
        "select p.body from posts p join users u on u.user_id = p.user_id where p.user_id = 1",
        "select title from documents where tenant = 'acme' and owner = 1",
        "SELECT u.name, count(*) FROM users u, posts p WHERE p.user_id = u.user_id AND u.user_id ="
            + " 1 GROUP BY u.name",
        "select 'it''s', \"name\" from users where user_id = 1 and name = 'o''neill'",
        "select body from posts where user_id = 1 and (post_id = 1 or body = 'a')",
        "select * from (select * from users where user_id = 1) u where country = 'de'"
      })
  void fromTheThirdTextOn(String sql) {
    List<Integer> planned = new ArrayList<>();
    for (int number : new int[] {17, 17, 4_711, 3, 17}) {
      String text = sql.replaceAll("(?<==) ?1\\b", " " + number);
      if (byShape(text) != null) {
        planned.add(number);
      }
      isPlannedAlike(text);
    }
    assertThat(planned).contains(4_711, 3);
  }

  /** A condition that one text has twice says two things in another. */
  @Test
  void equalNumbersProveNothing() {
    for (int i = 0; i < 4; i++) {
      isPlannedAlike("select body from posts where user_id = 5 and user_id = 5");
    }
    isPlannedAlike("select body from posts where user_id = 5 and user_id = 6");
    isPlannedAlike("select body from posts where user_id = 5 or user_id = 6");
    isPlannedAlike("select body from posts where user_id = 5 or user_id = 5");
  }

  /** Two conditions of one kind, of which the numbers decide what is asked. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select body from posts where user_id = 5 or %d = 1",
        "select body from posts where user_id = 5 or (%d) = 1",
        "select body from posts where user_id = 5 or '%d' = 1",
        "select body from posts where user_id = 5 limit %d",
        "select body from posts where user_id in (5, %d)",
        "select body from posts where user_id >= %d",
        "select body from posts where user_id <> %d",
        "select body from posts where user_id = -%d",
        "select body from posts where user_id = %d.5",
        "select body from posts where user_id = %d5555555555555555555",
        "select body from posts where user_id = %d::smallint",
        "select body from posts where user_id = %d + 1",
        "select body from posts where user_id = 5 /* shardjdbc: shard=s%d */",
        "select body from posts where user_id = 5 -- = %d",
        "select E'\\' = 5', 'user_id = %d' from posts where user_id = 5",
        "select $$user_id = 5$$ from posts where user_id = %d",
        "select post_id = 5 from posts where post_id = %d",
        "select user_id = %d from posts",
        "select body from posts where not user_id = %d",
        "select body from posts where case when user_id = %d then true end",
        "update posts set user_id = %d where user_id = 5",
        "delete from posts where user_id = %d"
      })
  void whateverTheNumber(String sql) {
    for (int number : new int[] {0, 1, 2, 3, 1, 0, 40_000}) {
      isPlannedAlike(sql.formatted(number));
    }
  }

  @Test
  void aFloodOfShapesKeepsTheOnesInUse() {
    for (int i = 0; i < 20_000; i++) {
      byShape("select name as n" + i + " from users where user_id = " + i);
      Plan used = byShape("select name from users where user_id = " + i);
      assertThat(used != null).isEqualTo(i > 0);
    }
  }
}
