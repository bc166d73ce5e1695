package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.Router;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Planner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans that were made by one map, executed by another. */
class ChangingMapTest {

  private static final ShardId ADDED = new ShardId("added");

  private final AtomicReference<ShardMap> current =
      new AtomicReference<>(ShardMap.of(Instagram.configuration()));
  private final Planner planner = Instagram.router(current::get);

  /** The map with one shard more, and every placement a ring over all of them. */
  private static ShardMap grown(ShardMap map) {
    List<ShardId> shards = Stream.concat(map.shards().stream(), Stream.of(ADDED)).toList();
    Map<String, Placement> placements = new LinkedHashMap<>();
    map.placements().keySet().forEach(name -> placements.put(name, Placements.ring(shards)));
    return map.next(shards, placements);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from posts",
        "select count(*) from posts",
        "select * from posts order by post_id limit 3",
        "select body, count(*) from posts group by body",
        "select rank() over (order by body) from posts",
        "update posts set body = ''",
        "delete from posts where body = ''",
        "update countries set name = ''",
        "create table countries (code text)",
        "insert into countries select 'xx', body, 0 from posts"
      })
  void aPlanReachesAShardThatCameAfterIt(String sql) {
    Plan plan = planner.plan(sql);
    ShardMap before = current.get();
    assertThat(asked(plan, before)).isNotEmpty().doesNotContain(ADDED);
    assertThat(asked(plan, grown(before))).contains(ADDED);
  }

  private static List<ShardId> asked(Plan plan, ShardMap map) {
    return plan.route(List.of(), map).fold(new Asked());
  }

  @Test
  void aKeyIsLookedUpInTheMapOfEachExecution() {
    Plan read = planner.plan("select * from users where user_id = ?");
    Plan insert = planner.plan("insert into users (user_id, name) values (?, 'x')");
    ShardMap before = current.get();
    ShardMap after = grown(before);
    List<Long> moved = new ArrayList<>();
    for (long key = 0; key < 100; key++) {
      List<ShardId> then = read.route(List.of(key), before).shards();
      List<ShardId> now = read.route(List.of(key), after).shards();
      assertThat(insert.route(List.of(key), before).shards()).isEqualTo(then).hasSize(1);
      assertThat(insert.route(List.of(key), after).shards()).isEqualTo(now).hasSize(1);
      if (!now.equals(then)) {
        assertThat(now).containsExactly(ADDED);
        moved.add(key);
      }
    }
    assertThat(moved).isNotEmpty();
  }

  @Test
  void aKeyOfAHintIsLookedUpInTheMapOfEachExecution() {
    ShardMap after = grown(current.get());
    for (int key = 0; key < 100; key++) {
      Plan hinted = planner.plan("/* shardjdbc: key=" + key + " */ select count(*) from users");
      Plan read = planner.plan("select * from users where user_id = " + key);
      assertThat(hinted.route(List.of(), after).shards())
          .isEqualTo(read.route(List.of(), after).shards());
    }
  }

  @Test
  void plansAreKeptWhenAShardComes() {
    Plan plan = planner.plan("select count(*) from posts");
    current.set(grown(current.get()));
    assertThat(planner.plan("select count(*) from posts")).isSameAs(plan);
    assertThat(planner.shards("select count(*) from posts", List.of())).contains(ADDED);
    assertThat(planner.shards("/* shardjdbc: shard=added */ select 1", List.of()))
        .containsExactly(ADDED);
  }

  @Test
  void whatNamedAShardBeforeItCameIsRefusedNoMore() {
    String sql = "/* shardjdbc: shard=added */ select 1";
    assertThatThrownBy(() -> planner.plan(sql)).isInstanceOf(RoutingException.class);
    current.set(grown(current.get()));
    assertThat(planner.shards(sql, List.of())).containsExactly(ADDED);
  }

  @Test
  void whatNamesAShardThatHasGoneIsRefused() {
    ShardMap before = current.get();
    ShardMap after = grown(before);
    current.set(after);
    Plan plan = planner.plan("/* shardjdbc: shard=added */ select 1");
    assertThat(plan.route(List.of(), after).shards()).containsExactly(ADDED);
    assertThatThrownBy(() -> plan.route(List.of(), before))
        .isInstanceOf(RoutingException.class)
        .hasMessageContaining("added");
    current.set(before);
    assertThatThrownBy(() -> planner.plan("/* shardjdbc: shard=added */ select 1"))
        .isInstanceOf(RoutingException.class);
  }

  @Test
  void whatOnlyOneShardAllowsIsNotRunOverTwo() {
    RoutingConfiguration one =
        RoutingConfiguration.builder().shards("s0").sharded("posts", "user_id").build();
    AtomicReference<ShardMap> map = new AtomicReference<>(ShardMap.of(one));
    Planner alone = Routers.planner(one, Catalog.none(), map::get);
    String sql = "select rank() over (order by body) from posts";
    Plan plan = alone.plan(sql);
    assertThat(plan.route(List.of(), map.get()).shards()).hasSize(1);
    map.set(grown(map.get()));
    assertThatThrownBy(() -> plan.route(List.of(), map.get())).isInstanceOf(RoutingException.class);
    assertThatThrownBy(() -> ((Router) alone).shards(sql, List.of()))
        .isInstanceOf(RoutingException.class);
  }

  /** A statement takes its map when it begins; another may be the current one a moment later. */
  @Test
  void whoRunsByTheMapOfTwoShardsIsPlannedForItThoughThereIsOneAgain() {
    RoutingConfiguration one =
        RoutingConfiguration.builder().shards("s0").sharded("posts", "user_id").build();
    ShardMap before = ShardMap.of(one);
    AtomicReference<ShardMap> map = new AtomicReference<>(before);
    Planner alone = Routers.planner(one, Catalog.none(), map::get);
    ShardMap ofTwo = grown(before);
    map.set(ofTwo.next(before.shards(), before.placements()));
    Plan plan = alone.plan("update posts set body = ? where user_id = ?");
    assertThat(plan.route(List.of("x", 7L), map.get()).shards()).isEqualTo(before.shards());
    for (long user = 1; user < 20; user++) {
      assertThat(plan.route(List.of("x", user), ofTwo).shards())
          .containsExactly(ofTwo.placements().values().iterator().next().shardOf(Key.of(user)));
    }
    Plan rank = alone.plan("select rank() over (order by body) from posts");
    assertThatThrownBy(() -> rank.route(List.of(), ofTwo)).isInstanceOf(RoutingException.class);
  }

  /** Where there is one shard, its server looks at who may read a view; over two, nobody but us. */
  @Test
  void whatReplacesViewsOverTwoShardsSaysSoWhenTheSecondHasCome() {
    RoutingConfiguration one =
        RoutingConfiguration.builder().shards("s0").sharded("posts", "user_id").build();
    AtomicReference<ShardMap> map = new AtomicReference<>(ShardMap.of(one));
    Planner alone = Routers.planner(one, withView("shown", "SELECT user_id FROM posts"), map::get);
    Plan plan = alone.plan("select * from shown");
    assertThat(plan.route(List.of(), map.get()).direct())
        .extracting(route -> route.statements().get(0).sql())
        .isEqualTo("select * from shown");
    assertThat(plan.replacesViews()).isFalse();
    map.set(grown(map.get()));
    assertThat(plan.replacesViews()).isTrue();
    assertThat(plan.namesViewsByPath()).isTrue();
  }

  private static Catalog withView(String view, String query) {
    ColumnShape key =
        new ColumnShape("user_id", "int8", "bigint", "", true, true, true, Catalog.Default.NONE);
    return new Catalog() {
      @Override
      public Optional<TableShape> table(List<String> name) {
        return Optional.of(new TableShape(name, List.of(key), name.contains(view)));
      }

      @Override
      public Optional<String> view(List<String> name) {
        return name.contains(view) ? Optional.of(query) : Optional.empty();
      }
    };
  }
}
