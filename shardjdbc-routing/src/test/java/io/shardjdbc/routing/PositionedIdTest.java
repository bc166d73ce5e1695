package io.shardjdbc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ids that carry positions, against the placements that own them. */
class PositionedIdTest {

  private static final List<ShardId> SHARDS =
      IntStream.range(0, 5).mapToObj(i -> new ShardId("s" + i)).toList();
  private static final SplittableRandom RANDOM = new SplittableRandom(7);

  private static Placement positioned(HashRing ring) {
    return MapDocument.Positioned.of(ring.positions().orElseThrow()).placement();
  }

  @Test
  void theOwnerOfAKeyIsAmongThoseThatItsIdNames() {
    HashRing ring = Placements.ring(SHARDS);
    for (Placement placement : List.of(ring, positioned(ring), Placements.modulo(SHARDS))) {
      for (int i = 0; i < 20_000; i++) {
        Key key = Key.of(RANDOM.nextLong());
        long id = PositionedId.of(i, KeyHash.postgres().of(key));
        List<ShardId> named = placement.ownersWithin(PositionedId.positions(id));
        assertThat(named).as(placement.describe()).contains(placement.shardOf(key));
        assertThat(named).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void mostlyItNamesOneShardOfARing() {
    HashRing ring = Placements.ring(SHARDS);
    for (Placement placement : List.of(ring, positioned(ring))) {
      long alone =
          RANDOM
              .longs(20_000)
              .filter(id -> placement.ownersWithin(PositionedId.positions(id)).size() == 1)
              .count();
      assertThat(alone).as(placement.describe()).isGreaterThan(19_000);
    }
  }

  @Test
  void everyOwnerOfARangeIsNamed() {
    HashRing ring = Placements.ring(SHARDS);
    Map<ShardId, Positions> owned = ring.positions().orElseThrow();
    for (Placement placement : List.of(ring, positioned(ring))) {
      for (int i = 0; i < 2_000; i++) {
        long one = RANDOM.nextLong();
        long other = RANDOM.nextBoolean() ? one + RANDOM.nextInt(1 << 30) : RANDOM.nextLong();
        PositionRange range = new PositionRange(Math.min(one, other), Math.max(one, other));
        Positions asked = Positions.of(List.of(range));
        assertThat(placement.ownersWithin(range))
            .containsExactlyInAnyOrderElementsOf(
                SHARDS.stream()
                    .filter(s -> !owned.getOrDefault(s, Positions.NONE).and(asked).isEmpty())
                    .toList());
      }
    }
  }

  @Test
  void positionsHaveTheirEnds() {
    for (long position : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
      assertThat(PositionedId.positions(PositionedId.of(3, position)).contains(position)).isTrue();
    }
    assertThat(PositionedId.of((1L << 47) - 1, -1)).isEqualTo(Long.MAX_VALUE);
    for (long number : new long[] {-1, 1L << 47}) {
      assertThatThrownBy(() -> PositionedId.of(number, 0)).isInstanceOf(RoutingException.class);
    }
  }

  @Test
  void aRingByAnotherHashOwnsNoneOfThesePositions() {
    HashRing ring = HashRing.builder().hash(KeyHash.murmur3()).shards(SHARDS).build();
    assertThat(ring.ownersWithin(PositionedId.positions(0))).isEqualTo(SHARDS);
  }
}
