package io.shardjdbc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.MapDocument.Since;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The map in the databases says what it was told, and is understood as a whole or not at all. */
class MapDocumentTest {
  private static final ShardId S0 = new ShardId("s0");
  private static final ShardId S1 = new ShardId("s1");
  private static final Positions MOVED = Positions.of(List.of(new PositionRange(7, 9)));

  @Test
  void whatWasWrittenIsReadAgain() {
    MapDocument map = map(moving());

    assertThat(MapDocument.parse(map.toString())).isEqualTo(map);
    assertThat(map.toString())
        .contains("shard\ts0\tjdbc:postgresql://a/app\tjdbc:postgresql://b/app\n")
        .contains("hides\tusers\ts1\t{[7,10)}\n")
        .contains("since\tusers\ts1\t{[7,10)}\t0/1A\n")
        .contains("comes\tusers\ts1\t{[7,10)}\ts0\t3\n")
        .contains("table\tposts\tusers\tuser_id\tbigint\n")
        .contains("table\torders\tusers\tregion\ttext\tno\tbigint\n");
  }

  @Test
  void eachPositionThatComesIsSeenOnOneSide() {
    Positions old = Positions.of(20);
    Moving moving =
        new Moving(Map.of(), Map.of("users", Map.of(S0, MOVED.plus(old))), Set.of(), Map.of());
    Coming coming = new Coming(3, S0, S1, MOVED);
    Positions come = Positions.of(8);

    assertThat(moving.seenBy("users", coming, come.plus(Positions.of(30))).hides().get("users"))
        .isEqualTo(Map.of(S0, come.plus(old), S1, MOVED.minus(come)));
    assertThat(moving.seenBy("users", coming, Positions.NONE).hides().get("users"))
        .isEqualTo(Map.of(S0, old, S1, MOVED));
    assertThat(moving.seenBy("users", coming, MOVED).hides().get("users"))
        .isEqualTo(Map.of(S0, MOVED.plus(old)));
  }

  @Test
  void keysLieOnTheShardsOfTheirPositions() {
    HashRing ring = Placements.ring(List.of(S0, S1));
    Map<ShardId, Positions> owns = new LinkedHashMap<>();
    ring.shards().forEach(shard -> owns.put(shard, Positions.of(ring.ranges(shard))));
    Placement placement = map(Positioned.of(owns)).placement("users").placement();

    for (long key = 0; key < 1_000; key++) {
      assertThat(placement.shardOf(Key.of(key))).isEqualTo(ring.shardOf(Key.of(key)));
    }
  }

  @Test
  void integersLieOnTheShardsOfTheirRangesAndStatementsFindThemBetween() {
    Placement ranges = Placements.range(Map.of(Key.of(100), S0, Key.of(-5), S1), S1);
    Placement listed = Placements.directory(Map.of(Key.of(7), S0, Key.of(9), S0), S1);
    for (Placement before : List.of(ranges, listed)) {
      Positioned positioned =
          Positioned.of(before.positioning().orElseThrow(), before.positions().orElseThrow());
      MapDocument map = MapDocument.parse(map(positioned).toString());
      Placement after = map.placement("users").placement();
      assertThat(map).isEqualTo(map(positioned));
      for (long key = -10; key < 110; key++) {
        assertThat(after.shardOf(Key.of(key))).isEqualTo(before.shardOf(Key.of(key)));
        assertThat(after.ownerAt(key)).isEqualTo(before.ownerAt(key));
      }
      assertThat(after.shardOf(Key.of(Long.MIN_VALUE))).isEqualTo(S1);
      assertThat(after.shardOf(Key.of(Long.MAX_VALUE))).isEqualTo(S1);
      assertThatThrownBy(() -> after.shardOf(Key.of("7"))).isInstanceOf(RoutingException.class);
      assertThat(after.shardsBetween(Key.of(8), Key.of(7))).isEmpty();
      assertThat(after.shardsBetween(null, null)).containsExactlyInAnyOrder(S0, S1);
      assertThat(after.shardsBetween(null, Key.of(-6))).containsExactly(S1);
      assertThat(after.shardsBetween(Key.of(100), null)).containsExactly(S1);
      assertThat(after.shardsBetween(Key.of(7), Key.of(7))).containsExactly(S0);
    }
  }

  @Test
  void rangesOfOtherTypesKeepTheirOrder() {
    Placement texts = Placements.range(Map.of(Key.of("g"), S0, Key.of("näher"), S1), S0);
    Placement after =
        Positioned.of(texts.positioning().orElseThrow(), texts.positions().orElseThrow())
            .placement();
    for (String text :
        List.of("", "f\uFFFF", "g", "ga", "n", "nz", "näh", "näher", "näherer", "z")) {
      assertThat(after.shardOf(Key.of(text))).as(text).isEqualTo(texts.shardOf(Key.of(text)));
      long position = Positioning.TEXTS.of(Key.of(text));
      assertThat(texts.ownerAt(position)).isEqualTo(after.ownerAt(position));
    }
    assertThat(after.shardsBetween(Key.of("h"), Key.of("i"))).hasSize(2);
    assertThatThrownBy(() -> after.shardOf(Key.of(7))).isInstanceOf(RoutingException.class);
    assertThat(after.misfit(List.of(new KeyColumn("k", Optional.of(KeyType.UUID))))).isPresent();
    assertThat(Placements.range(Map.of(Key.of("longer than 8"), S0), S1).positioning()).isEmpty();
    assertThat(
            Placements.tiered(
                    Map.of(Key.of("m"), S0), Placements.range(Map.of(Key.of("g"), S0), S1))
                .positioning())
        .as("others share the first bytes of m")
        .isEmpty();
  }

  @Test
  void whatAListDoesNotHaveHasNoOwner() {
    Placement integers = Placements.directory(Map.of(Key.of(7), S0, Key.of(9), S1));
    Positioned numbers =
        Positioned.of(integers.positioning().orElseThrow(), integers.positions().orElseThrow());
    Placement texts = Placements.directory(Map.of(Key.of("a"), S0));
    for (Placement after : List.of(numbers.placement(), texts.listed().orElseThrow().placement())) {
      assertThatThrownBy(() -> after.ownerAt(8)).hasMessageContaining("neither the key nor");
      assertThat(MapDocument.parse(map(numbers).toString())).isEqualTo(map(numbers));
    }
    assertThat(numbers.placement().shardOf(Key.of(9))).isEqualTo(S1);
    assertThat(numbers.placement().shardsBetween(Key.of(7), Key.of(8))).containsExactly(S0);
  }

  @Test
  void regionsAreRingsOfTheirOwn() {
    HashRing eu = Placements.ring(List.of(S0, S1));
    Placement regional =
        Placements.regional(Map.of(Key.of("eu"), eu, Key.of("us"), Placements.ring(List.of(S1))));
    Placement after = regional.listed().orElseThrow().placement();
    for (long user = 0; user < 1_000; user++) {
      Key key = Key.ofColumns(List.of(Key.of("eu"), Key.of(user)));
      assertThat(after.shardOf(key)).isEqualTo(regional.shardOf(key));
      assertThat(after.shardOf(Key.ofColumns(List.of(Key.of("us"), Key.of(user))))).isEqualTo(S1);
    }
    assertThatThrownBy(() -> after.shardOf(Key.ofColumns(List.of(Key.of("asia"), Key.of(1)))))
        .hasMessageContaining("neither the key nor");
    Placement modulo = Placements.modulo(List.of(S0, S1));
    assertThat(Placements.regional(Map.of(Key.of("eu"), modulo)).listed()).isEmpty();
    assertThat(modulo.listed()).isEmpty();
  }

  @Test
  void aPositionWithoutAnOwnerOrWithTwoIsRefused() {
    Map<ShardId, Positions> gap = Map.of(S0, MOVED, S1, Positions.ALL.minus(MOVED.plus(MOVED)));
    Map<ShardId, Positions> twice = Map.of(S0, MOVED, S1, Positions.ALL);

    assertThat(Positioned.of(gap).ownedBy(S0)).isEqualTo(MOVED);
    assertThatThrownBy(() -> Positioned.of(Map.of(S0, MOVED)))
        .hasMessageContaining("belong to one shard");
    assertThatThrownBy(() -> Positioned.of(twice)).hasMessageContaining("belong to one shard");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shardjdbc-map\t2\n",
        "shardjdbc-map\t1\nnews\tx\n",
        "shardjdbc-map\t1\nplacement\tusers\tmurmur3\n",
        "shardjdbc-map\t1\nplacement\tusers\tpostgres\nowns\tusers\ts0\t{(,)}\n",
        "shardjdbc-map\t1\nshard\ts0\tjdbc:x\ntable\tposts\tusers\tid\tbigint\n",
        "shardjdbc-map\t1\nplacement\tu\tpostgres\ntable\tposts\tu\tid\tbigint\tregion\n",
        "shardjdbc-map\t1\nplacement\tu\tpostgres\nowns\tu\ts0\t{(,)}\ncomes\tu\ts0\t{}\ts1\tx\n",
        "shardjdbc-map\t1\nshard\ts0\tjdbc:x\nplacement\tu\tpostgres\nnews\tu\ts0\t{(,)}\n"
      })
  void whatIsNotUnderstoodIsRefused(String text) {
    assertThatThrownBy(() -> MapDocument.parse(text)).isInstanceOf(RoutingException.class);
  }

  private static Positioned moving() {
    Map<ShardId, Positions> owns = Map.of(S0, Positions.ALL, S1, Positions.NONE);
    return new Positioned(
        Positioning.HASH,
        owns,
        Map.of(S1, MOVED),
        Map.of(S0, MOVED),
        List.of(new Since(S1, MOVED, "0/1A")),
        List.of(new Coming(3, S0, S1, MOVED)));
  }

  private static MapDocument map(Positioned positioned) {
    Map<ShardId, Reach> shards = new LinkedHashMap<>();
    shards.put(S0, new Reach("jdbc:postgresql://a/app", List.of("jdbc:postgresql://b/app")));
    shards.put(S1, new Reach("jdbc:postgresql://c/app", List.of()));
    return new MapDocument(
        shards,
        Map.of(
            "posts",
            new Placed("users", "user_id", KeyType.INTEGER),
            "orders",
            new Placed("users", List.of("region", "no"), List.of(KeyType.TEXT, KeyType.INTEGER))),
        Map.of("users", positioned));
  }
}
