package io.shardjdbc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class HashRingTest {
  private static final int KEYS = 10_000;

  /** The sorts of keys applications have. */
  static List<LongFunction<Key>> sortsOfKeys() {
    return List.of(
        Key::of,
        i -> Key.of("user-" + i),
        i -> Key.of(new UUID(i * 0x9e3779b97f4a7c15L, ~i)),
        i -> Key.ofColumns(List.of(Key.of(i % 100), Key.of("u" + i))));
  }

  @ParameterizedTest
  @MethodSource("sortsOfKeys")
  void aKeyAlwaysGoesToTheSameShard(LongFunction<Key> sort) {
    HashRing ring = ringOf(4);
    HashRing again =
        HashRing.builder().shards(List.of(shard(3), shard(1), shard(0), shard(2))).build();
    LongStream.range(0, KEYS)
        .mapToObj(sort)
        .forEach(
            key ->
                assertThat(again.get(key)).isEqualTo(ring.get(key)).isEqualTo(ring.shardOf(key)));
  }

  @ParameterizedTest
  @MethodSource("sortsOfKeys")
  void fourShardsHoldAFifthToThreeTenthsOfTheKeysEach(LongFunction<Key> sort) {
    assertThat(countsOf(ringOf(4), sort).values())
        .hasSize(4)
        .allSatisfy(count -> assertThat(count).isBetween(2_000L, 3_000L));
  }

  @ParameterizedTest
  @MethodSource("sortsOfKeys")
  void aFifthShardTakesItsShareAndKeysMoveOnlyToIt(LongFunction<Key> sort) {
    HashRing four = ringOf(4);
    HashRing five = four.add(HashRing.Node.of(shard(4))).ring();
    List<Key> moved =
        LongStream.range(0, KEYS)
            .mapToObj(sort)
            .filter(key -> !four.get(key).equals(five.get(key)))
            .toList();
    assertThat(moved).hasSizeBetween(1_500, 2_500);
    assertThat(moved).allSatisfy(key -> assertThat(five.get(key)).isEqualTo(shard(4)));
  }

  @Test
  void weightsAreInProportion() {
    HashRing ring =
        HashRing.builder()
            .node(HashRing.Node.of(shard(0)))
            .node(HashRing.Node.of(shard(1)).withWeight(3))
            .build();
    double share = shareOf(ring, shard(1));
    assertThat(share).isCloseTo(0.75, within(0.05));
  }

  @Test
  void copiesAreOnDistinctShardsTheOwnerFirst() {
    HashRing ring = ringOf(5);
    for (long k = 0; k < 1_000; k++) {
      Key key = Key.of(k);
      List<ShardId> all = ring.get(key, 5);
      assertThat(all).doesNotHaveDuplicates().hasSize(5).startsWith(ring.get(key));
      assertThat(ring.get(key, 2)).isEqualTo(all.subList(0, 2));
    }
  }

  @Test
  void copiesAreSpreadOverZones() {
    HashRing.Builder builder = HashRing.builder();
    for (int i = 0; i < 6; i++) {
      builder.node(HashRing.Node.of(shard(i)).inZone("zone-" + i % 3));
    }
    HashRing ring = builder.build();
    for (long k = 0; k < 1_000; k++) {
      List<ShardId> copies = ring.get(Key.of(k), 4);
      assertThat(zonesOf(copies.subList(0, 3))).containsExactlyInAnyOrder(0, 1, 2);
      assertThat(copies).doesNotHaveDuplicates().startsWith(ring.get(Key.of(k)));
    }
  }

  @Test
  void whichShardsHoldTheCopiesIsNotAlwaysTheSame() {
    HashRing ring = ringOf(4);
    Set<Set<ShardId>> pairs = new HashSet<>();
    for (long k = 0; k < 1_000; k++) {
      pairs.add(Set.copyOf(ring.get(Key.of(k), 2)));
    }
    assertThat(pairs).hasSize(6);
  }

  @Test
  void aRingCannotGiveMoreShardsThanItHas() {
    HashRing ring = ringOf(2);
    for (int count : new int[] {-1, 0, 3}) {
      assertThatThrownBy(() -> ring.get(Key.of(1), count))
          .isInstanceOf(RoutingException.class)
          .hasMessageContaining("a ring of 2 shards cannot give " + count);
    }
  }

  @Test
  void shardsThatCollideArePlacedByNameNotByHistory() {
    KeyHash everythingAtSeven = key -> 7;
    HashRing first =
        HashRing.builder().hash(everythingAtSeven).shards(List.of(shard(1), shard(0))).build();
    HashRing joined =
        HashRing.builder()
            .hash(everythingAtSeven)
            .shards(List.of(shard(1)))
            .build()
            .add(HashRing.Node.of(shard(0)))
            .ring();
    assertThat(first.get(Key.of(1))).isEqualTo(shard(0));
    assertThat(joined).isEqualTo(first);
    assertThat(first.get(Key.of(1), 2)).containsExactly(shard(0), shard(1));
    assertThat(first.remove(shard(0)).moves())
        .containsExactly(
            new HashRing.Move(
                new PositionRange(Long.MIN_VALUE, Long.MAX_VALUE), shard(0), shard(1)));
  }

  @Test
  void ringsOfTheSameShardsAreEqualAndOthersAreNot() {
    HashRing ring = ringOf(3);
    assertThat(HashRing.builder().shards(List.of(shard(2), shard(1), shard(0))).build())
        .isEqualTo(ring)
        .hasSameHashCodeAs(ring);
    assertThat(ring.add(HashRing.Node.of(shard(3))).ring().remove(shard(3)).ring()).isEqualTo(ring);
    assertThat(ringOf(4)).isNotEqualTo(ring);
    assertThat(HashRing.builder().shards(ring.shards()).virtualNodes(151).build())
        .isNotEqualTo(ring);
    assertThat(HashRing.builder().shards(ring.shards()).hash(KeyHash.md5()).build())
        .isNotEqualTo(ring);
  }

  @Test
  void whatCannotBeARingIsRefused() {
    assertThatThrownBy(() -> HashRing.builder().build()).hasMessageContaining("ring has no shard");
    assertThatThrownBy(() -> Placements.ring(List.of(shard(0), shard(0))))
        .hasMessageContaining("ring names shard s0 twice");
    assertThatThrownBy(() -> HashRing.builder().shards(List.of(shard(0))).virtualNodes(0).build())
        .hasMessageContaining("virtualNodes is less than 1");
    assertThatThrownBy(
            () -> HashRing.builder().shards(List.of(shard(0))).virtualNodes(1_000_001).build())
        .hasMessageContaining("at most 1000000 virtual nodes");
    assertThatThrownBy(() -> HashRing.Node.of(shard(0)).withWeight(0))
        .hasMessageContaining("weight of shard s0 is less than 1");
    assertThatThrownBy(() -> ringOf(2).add(HashRing.Node.of(shard(1))))
        .hasMessageContaining("ring names shard s1 twice");
    assertThatThrownBy(() -> ringOf(2).remove(shard(2))).hasMessageContaining("no shard s2");
    assertThatThrownBy(() -> ringOf(1).remove(shard(0))).hasMessageContaining("ring has no shard");
  }

  private static HashRing ringOf(int shards) {
    return Placements.ring(IntStream.range(0, shards).mapToObj(HashRingTest::shard).toList());
  }

  private static ShardId shard(int number) {
    return new ShardId("s" + number);
  }

  private static List<Integer> zonesOf(List<ShardId> shards) {
    return shards.stream().map(s -> Integer.parseInt(s.name().substring(1)) % 3).toList();
  }

  private static Map<ShardId, Long> countsOf(HashRing ring, LongFunction<Key> sort) {
    return LongStream.range(0, KEYS)
        .mapToObj(sort)
        .map(ring::get)
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  /** How much of the whole ring the shard owns. */
  private static double shareOf(HashRing ring, ShardId shard) {
    return ring.ranges(shard).stream()
            .mapToDouble(range -> (double) range.last() - (double) range.first())
            .sum()
        / 0x1p64;
  }
}
