package io.shardjdbc.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ranges a ring names, against asking for each position's owner. */
final class HashRingMovesTest {
  /** So few positions that virtual nodes collide, the ends of the ring among them. */
  private static final List<Long> CROWDED =
      List.of(
          Long.MIN_VALUE, Long.MIN_VALUE + 1, -9L, -1L, 0L, 1L, Long.MAX_VALUE - 1, Long.MAX_VALUE);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void addAndRemoveNameExactlyThePositionsThatMove(long seed) {
    Random random = new Random(seed);
    HashRing ring = randomRing(random);
    HashRing.Change grown =
        ring.add(HashRing.Node.of(new ShardId("x")).withWeight(1 + random.nextInt(3)));
    checkMoves(seed, random, ring, grown);
    checkMoves(seed, random, grown.ring(), grown.ring().remove(new ShardId("s0")));
    checkMoves(seed, random, grown.ring(), grown.ring().remove(new ShardId("x")));
    checkRanges(seed, random, grown.ring());
  }

  @Test
  void theRingIsJoinedAtItsEnds() {
    HashRing ring = ringAt(-5, 10);
    assertThat(ring.ranges(new ShardId("s0")))
        .containsExactly(
            new PositionRange(Long.MIN_VALUE, -5), new PositionRange(11, Long.MAX_VALUE));
    assertThat(ring.ranges(new ShardId("s1"))).containsExactly(new PositionRange(-4, 10));
    assertThat(ring.ownerAt(Long.MAX_VALUE)).isEqualTo(ring.ownerAt(Long.MIN_VALUE));
  }

  @Test
  void virtualNodesMayStandAtTheVeryEnds() {
    HashRing ring = ringAt(Long.MIN_VALUE, Long.MAX_VALUE);
    assertThat(ring.ranges(new ShardId("s0")))
        .containsExactly(new PositionRange(Long.MIN_VALUE, Long.MIN_VALUE));
    assertThat(ring.ranges(new ShardId("s1")))
        .containsExactly(new PositionRange(Long.MIN_VALUE + 1, Long.MAX_VALUE));
    assertThat(ring.remove(new ShardId("s0")).moves())
        .containsExactly(
            new HashRing.Move(
                new PositionRange(Long.MIN_VALUE, Long.MIN_VALUE),
                new ShardId("s0"),
                new ShardId("s1")));
  }

  private static void checkMoves(
      long seed, Random random, HashRing before, HashRing.Change change) {
    List<PositionRange> ranges = change.moves().stream().map(HashRing.Move::range).toList();
    for (long position : positions(random, before, change.ring())) {
      ShardId from = before.ownerAt(position);
      ShardId to = change.ring().ownerAt(position);
      List<HashRing.Move> named =
          change.moves().stream().filter(m -> m.range().contains(position)).toList();
      if (from.equals(to)) {
        assertThat(named).as("seed %d, position %d", seed, position).isEmpty();
      } else {
        assertThat(named)
            .as("seed %d, position %d", seed, position)
            .singleElement()
            .satisfies(
                move -> {
                  assertThat(move.from()).isEqualTo(from);
                  assertThat(move.to()).isEqualTo(to);
                });
      }
    }
    assertThat(ranges)
        .as("seed %d", seed)
        .isSortedAccordingTo(Comparator.comparingLong(PositionRange::first));
  }

  private static void checkRanges(long seed, Random random, HashRing ring) {
    for (long position : positions(random, ring, ring)) {
      for (ShardId shard : ring.shards()) {
        long holding = ring.ranges(shard).stream().filter(r -> r.contains(position)).count();
        assertThat(holding)
            .as("seed %d, shard %s, position %d", seed, shard, position)
            .isEqualTo(ring.ownerAt(position).equals(shard) ? 1 : 0);
      }
    }
  }

  /** Random ones, the ends of the ring, and each border of either ring with its neighbours. */
  private static List<Long> positions(Random random, HashRing one, HashRing other) {
    List<Long> positions = new ArrayList<>();
    Stream.of(one, other)
        .flatMap(ring -> ring.shards().stream().flatMap(s -> ring.ranges(s).stream()))
        .flatMap(
            range -> Stream.of(range.first() - 1, range.first(), range.last(), range.last() + 1))
        .forEach(positions::add);
    positions.add(Long.MIN_VALUE);
    positions.add(Long.MAX_VALUE);
    random.longs(200).forEach(positions::add);
    return positions.stream().distinct().toList();
  }

  private static HashRing randomRing(Random random) {
    boolean crowded = random.nextBoolean();
    long salt = random.nextLong();
    KeyHash hash =
        key -> {
          long position = KeyHash.postgres().of(Key.of(salt + key.text()));
          return crowded ? CROWDED.get(Math.floorMod(position, CROWDED.size())) : position;
        };
    HashRing.Builder builder = HashRing.builder().virtualNodes(1 + random.nextInt(8)).hash(hash);
    IntStream.range(0, 2 + random.nextInt(4))
        .mapToObj(i -> HashRing.Node.of(new ShardId("s" + i)).withWeight(1 + random.nextInt(2)))
        .forEach(builder::node);
    return builder.build();
  }

  /** Two shards with one virtual node each, at these positions. */
  private static HashRing ringAt(long first, long second) {
    return HashRing.builder()
        .virtualNodes(1)
        .hash(key -> key.text().startsWith("s0:") ? first : second)
        .shards(List.of(new ShardId("s0"), new ShardId("s1")))
        .build();
  }
}
