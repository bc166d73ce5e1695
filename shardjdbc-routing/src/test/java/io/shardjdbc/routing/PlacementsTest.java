package io.shardjdbc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PlacementsTest {
  private static final ShardId S0 = new ShardId("s0");
  private static final ShardId S1 = new ShardId("s1");
  private static final ShardId S2 = new ShardId("s2");
  private static final ShardId S3 = new ShardId("s3");
  private static final List<ShardId> FOUR = List.of(S0, S1, S2, S3);

  /**
   * Where rows lie in every deployment with these shards. A failure here means that existing data
   * would no longer be found: change the code, never the vectors.
   *
   * <p>The vectors of the ring, of MD5 and of modulo were computed in SQL by a PostgreSQL 15.18
   * server: each key's owner is {@code (SELECT shard FROM virtual_nodes WHERE position >= hash
   * ORDER BY position LIMIT 1)}, or the least one's where there is none.
   */
  @Test
  void placementIsAWireFormat() {
    assertThat(ownersOf(Placements.ring(FOUR))).isEqualTo("323301121130320221020233");
    assertThat(ownersOf(HashRing.builder().shards(FOUR).hash(KeyHash.murmur3()).build()))
        .isEqualTo("000031232121102003230322");
    assertThat(ownersOf(HashRing.builder().shards(FOUR).hash(KeyHash.md5()).build()))
        .isEqualTo("113202330130122013311213");
    assertThat(ownersOf(Placements.modulo(FOUR))).isEqualTo("210321030201320231331011");
  }

  @Test
  void moduloCountsIntegersOffEvenBelowZero() {
    Placement modulo = Placements.modulo(FOUR);
    assertThat(LongStream.rangeClosed(-5, 5).mapToObj(k -> modulo.shardOf(Key.of(k)).name()))
        .containsExactly("s3", "s0", "s1", "s2", "s3", "s0", "s1", "s2", "s3", "s0", "s1");
  }

  @Test
  void rangeBoundsAreUpperBoundsThatAreThemselvesExcluded() {
    Placement range = Placements.range(Map.of(Key.of(200), S1, Key.of(100), S0), S2);
    assertThat(List.of(-1L, 99L, 100L, 199L, 200L, Long.MAX_VALUE))
        .extracting(k -> range.shardOf(Key.of(k)))
        .containsExactly(S0, S0, S1, S1, S2, S2);
  }

  @Test
  void aRangeOfKeysNeedsTheShardsOfItsRangesOnly() {
    Placement range = Placements.range(Map.of(Key.of(100), S0, Key.of(200), S1), S2);
    assertThat(range.shardsBetween(Key.of(5), Key.of(99))).containsExactly(S0);
    assertThat(range.shardsBetween(Key.of(5), Key.of(100))).containsExactly(S0, S1);
    assertThat(range.shardsBetween(Key.of(150), null)).containsExactly(S1, S2);
    assertThat(range.shardsBetween(null, Key.of(150))).containsExactly(S0, S1);
    assertThat(range.shardsBetween(null, null)).containsExactly(S0, S1, S2);
    assertThat(range.shardsBetween(Key.of(2), Key.of(1))).isEmpty();
  }

  @Test
  void uuidsAreOrderedAsTheServerOrdersThem() {
    Key middle = Key.of(UUID.fromString("80000000-0000-0000-0000-000000000000"));
    Placement range = Placements.range(Map.of(middle, S0), S1);
    assertThat(range.shardOf(Key.of(new UUID(0, -1)))).isEqualTo(S0);
    assertThat(range.shardOf(middle)).isEqualTo(S1);
    assertThat(range.shardOf(Key.of(new UUID(-1, 0)))).isEqualTo(S1);
  }

  @Test
  void textIsOrderedByItsBytes() {
    Placement range = Placements.range(Map.of(Key.of("\uFFFD"), S0), S1);
    assertThat(range.shardOf(Key.of("zebra"))).isEqualTo(S0);
    // Greater in UTF-8, less in UTF-16.
    assertThat(range.shardOf(Key.of("😀"))).isEqualTo(S1);
    assertThat(range.shardOf(Key.of("\uFFFDa"))).isEqualTo(S1);
  }

  @Test
  void aRangeOfTextNeedsEveryShardBecauseTheColumnMayOrderItOtherwise() {
    Placement range = Placements.range(Map.of(Key.of("m"), S0), S1);
    assertThat(range.shardsBetween(Key.of("a"), Key.of("b"))).containsExactly(S0, S1);
  }

  @Test
  void aShortRangeOfIntegersIsLookedUpKeyByKey() {
    Placement ring = Placements.ring(FOUR);
    for (long low : new long[] {Long.MIN_VALUE, -30, 0, 4711, Long.MAX_VALUE - 63}) {
      assertThat(ring.shardsBetween(Key.of(low), Key.of(low + 3)))
          .containsExactlyInAnyOrderElementsOf(
              LongStream.rangeClosed(0, 3)
                  .mapToObj(i -> ring.shardOf(Key.of(low + i)))
                  .distinct()
                  .toList());
    }
    assertThat(ring.shardsBetween(Key.of(Long.MIN_VALUE), Key.of(Long.MAX_VALUE))).isEqualTo(FOUR);
    assertThat(ring.shardsBetween(Key.of(0), Key.of(64))).isEqualTo(FOUR);
    assertThat(ring.shardsBetween(Key.of(1), Key.of(0))).isEmpty();
    assertThat(ring.shardsBetween(Key.of(1), null)).isEqualTo(FOUR);
    assertThat(ring.shardsBetween(Key.of("a"), Key.of("a"))).isEqualTo(FOUR);
  }

  @Test
  void aDirectoryFindsEachKeyByNameAndTheRestWhereItSays() {
    Key composite = Key.ofColumns(List.of(Key.of("eu"), Key.of(7)));
    assertThat(Placements.directory(Map.of(composite, S1), S2).shardOf(composite)).isEqualTo(S1);
    Placement directory = Placements.directory(Map.of(Key.of("de"), S0, Key.of("fr"), S1), S2);
    assertThat(directory.shardOf(Key.of("fr"))).isEqualTo(S1);
    assertThat(directory.shardOf(Key.of("it"))).isEqualTo(S2);
    assertThat(directory.shards()).containsExactly(S0, S1, S2);
  }

  @Test
  void aKeyThatTheDirectoryDoesNotListIsRefusedWithoutShowingIt() {
    Placement directory = Placements.directory(Map.of(Key.of("de"), S0));
    assertThatThrownBy(() -> directory.shardOf(Key.of("secret")))
        .isInstanceOf(RoutingException.class)
        .hasMessageContaining("neither the key nor a shard for the rest")
        .hasMessageNotContaining("secret");
    assertThat(directory.shardsBetween(Key.of("a"), Key.of("z"))).containsExactly(S0);
  }

  @Test
  void aKeyOfAnotherTypeIsRefusedAndNotTakenForTheRest() {
    Placement directory = Placements.directory(Map.of(Key.of(1), S0), S1);
    assertThatThrownBy(() -> directory.shardOf(Key.of("1")))
        .hasMessageContaining("directory is of bigint keys, not of text");
    Placement range = Placements.range(Map.of(Key.of(1), S0), S1);
    assertThatThrownBy(() -> range.shardOf(Key.of("1")))
        .hasMessageContaining("range is of bigint keys, not of text");
  }

  @Test
  void someKeysMayBeNamedAndTheRestPlacedOtherwise() {
    Placement tiered = Placements.tiered(Map.of(Key.of(7), S3), Placements.modulo(List.of(S0, S1)));
    assertThat(tiered.shardOf(Key.of(7))).isEqualTo(S3);
    assertThat(tiered.shardOf(Key.of(8))).isEqualTo(S0);
    assertThat(tiered.shards()).containsExactly(S0, S1, S3);
    assertThatThrownBy(() -> tiered.shardOf(Key.of("7")))
        .hasMessageContaining("tiered is of bigint keys, not of text");
    assertThat(tiered.shardsBetween(Key.of(6), Key.of(8))).containsExactly(S0, S3);
    assertThat(tiered)
        .isEqualTo(Placements.tiered(Map.of(Key.of(7), S3), Placements.modulo(List.of(S0, S1))))
        .isNotEqualTo(Placements.tiered(Map.of(Key.of(8), S3), Placements.modulo(List.of(S0, S1))));
  }

  @Test
  void aRegionPlacesTheRestOfTheKey() {
    Placement regional =
        Placements.regional(
            Map.of(
                Key.of("eu"), Placements.modulo(List.of(S0, S1)),
                Key.of("us"), Placements.ring(List.of(S2, S3))));
    assertThat(regional.shardOf(Key.ofColumns(List.of(Key.of("eu"), Key.of(5))))).isEqualTo(S1);
    Key american = Key.ofColumns(List.of(Key.of("us"), Key.of(5), Key.of("x")));
    assertThat(regional.shardOf(american))
        .isEqualTo(
            Placements.ring(List.of(S2, S3))
                .shardOf(Key.ofColumns(List.of(Key.of(5), Key.of("x")))));
    assertThat(regional.shards()).isEqualTo(FOUR);
    Key elsewhere = Key.ofColumns(List.of(Key.of("secret"), Key.of(5)));
    assertThatThrownBy(() -> regional.shardOf(elsewhere))
        .hasMessageContaining("regional does not list the region of the key")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> regional.shardOf(Key.of(5)))
        .hasMessageContaining("regional takes composite keys");
  }

  /**
   * The owners of hot keys, computed in SQL by a PostgreSQL 15.18 server as above: the first three
   * shards of the virtual nodes from the key's hash on.
   */
  @Test
  void theOwnersOfAHotKeyAreAWireFormatToo() {
    List<Key> keys = IntStream.range(0, 8).mapToObj(i -> Key.of(i * 1_000_003L - 2)).toList();
    Placement salted = Placements.salted(keys, 3, Placements.ring(FOUR));
    assertThat(keys)
        .extracting(
            key ->
                String.join(
                    "", salted.ownersOf(key).stream().map(s -> s.name().substring(1)).toList()))
        .containsExactly("302", "203", "320", "312", "021", "120", "132", "231");
  }

  @Test
  void newRowsOfAHotKeyGoToEachOfItsOwnersAndToNobodyElse() {
    HashRing ring = Placements.ring(FOUR);
    Placement salted = Placements.salted(List.of(Key.of(7)), 3, ring);
    List<ShardId> drawn =
        LongStream.rangeClosed(-30, 29)
            .mapToObj(draw -> salted.ownerOfNew(Key.of(7), draw))
            .distinct()
            .toList();
    assertThat(drawn).containsExactlyInAnyOrderElementsOf(salted.ownersOf(Key.of(7))).hasSize(3);
    for (long key = 8; key < 100; key++) {
      assertThat(salted.ownersOf(Key.of(key))).containsExactly(ring.shardOf(Key.of(key)));
      assertThat(salted.ownerOfNew(Key.of(key), key)).isEqualTo(ring.shardOf(Key.of(key)));
      assertThat(salted.shardOf(Key.of(key))).isEqualTo(ring.shardOf(Key.of(key)));
    }
    assertThatThrownBy(() -> salted.shardOf(Key.of(7))).hasMessageStartingWith("SJ0220");
    assertThat(salted.shardsBetween(Key.of(7), Key.of(7)))
        .containsExactlyElementsOf(salted.ownersOf(Key.of(7)));
  }

  @Test
  void aPlacementAroundASaltedOneSharesKeysToo() {
    Placement salted = Placements.salted(List.of(Key.of(7)), 2, Placements.ring(FOUR));
    Placement tiered = Placements.tiered(Map.of(Key.of(1), S0), salted);
    Placement regional = Placements.regional(Map.of(Key.of("eu"), salted));
    Key european = Key.ofColumns(List.of(Key.of("eu"), Key.of(7)));
    assertThat(List.of(salted, tiered, regional)).allMatch(Placement::sharesKeys);
    assertThat(tiered.ownersOf(Key.of(7))).isEqualTo(salted.ownersOf(Key.of(7)));
    assertThat(tiered.ownersOf(Key.of(1))).containsExactly(S0);
    assertThat(regional.ownersOf(european)).isEqualTo(salted.ownersOf(Key.of(7)));
    assertThat(regional.ownerOfNew(european, 1)).isEqualTo(salted.ownerOfNew(Key.of(7), 1));
    assertThat(tiered.ownerOfNew(Key.of(7), 1)).isEqualTo(salted.ownerOfNew(Key.of(7), 1));
    assertThat(Placements.ring(FOUR).sharesKeys()).isFalse();
  }

  @Test
  void aPlacementSaysWhichKeysItCannotPlace() {
    List<KeyColumn> texts = List.of(new KeyColumn("k", Optional.of(KeyType.TEXT)));
    List<KeyColumn> untyped = List.of(KeyColumn.of("k"));
    List<KeyColumn> two = List.of(KeyColumn.of("r"), KeyColumn.of("k"));
    Placement range = Placements.range(Map.of(Key.of(1), S0), S1);
    Placement regional = Placements.regional(Map.of(Key.of("eu"), range));
    assertThat(range.misfit(texts)).contains("has a key of other types than its placement, bigint");
    assertThat(range.misfit(two)).isPresent();
    assertThat(range.misfit(untyped)).isEmpty();
    assertThat(regional.misfit(two)).isEmpty();
    assertThat(regional.misfit(untyped)).isPresent();
    assertThat(regional.misfit(List.of(two.get(0), texts.get(0)))).isPresent();
    assertThat(Placements.ring(FOUR).misfit(two)).isEmpty();
  }

  @Test
  void whatCannotBeAPlacementIsRefused() {
    assertThatThrownBy(() -> Placements.salted(List.of(Key.of(1)), 5, Placements.ring(FOUR)))
        .hasMessageContaining("2 to all of its ring's shards, not over 5");
    assertThatThrownBy(() -> Placements.salted(List.of(), 2, Placements.ring(FOUR)))
        .hasMessageContaining("salted lists no key");
    assertThatThrownBy(() -> Placements.modulo(List.of()))
        .hasMessageContaining("modulo has no shard");
    assertThatThrownBy(() -> Placements.range(Map.of(), S0))
        .hasMessageContaining("range lists no key");
    assertThatThrownBy(() -> Placements.directory(Map.of(Key.of(1), S0, Key.of("a"), S0)))
        .hasMessageContaining("directory mixes keys of different types");
    Key composite = Key.ofColumns(List.of(Key.of(1), Key.of(2)));
    assertThatThrownBy(() -> Placements.range(Map.of(composite, S0), S1))
        .hasMessageContaining("range takes no composite keys");
  }

  @Test
  void placementsAreEqualByContent() {
    assertThat(Placements.modulo(FOUR)).isEqualTo(Placements.modulo(FOUR));
    assertThat(Placements.modulo(FOUR)).isNotEqualTo(Placements.modulo(List.of(S1, S0, S2, S3)));
    assertThat(Placements.range(Map.of(Key.of(1), S0, Key.of(2), S1), S2))
        .isEqualTo(Placements.range(Map.of(Key.of(2), S1, Key.of(1), S0), S2))
        .isNotEqualTo(Placements.range(Map.of(Key.of(2), S1, Key.of(1), S0), S1));
    assertThat(Placements.directory(Map.of(Key.of(1), S0), S1))
        .isEqualTo(Placements.directory(Map.of(Key.of(1), S0), S1))
        .isNotEqualTo(Placements.directory(Map.of(Key.of(1), S0)));
    assertThat(Placements.ring(FOUR)).isNotEqualTo(Placements.modulo(FOUR));
  }

  @Test
  void everyPlacementDescribesItselfInOneLine() {
    assertThat(
            List.of(
                Placements.ring(FOUR),
                Placements.modulo(FOUR),
                Placements.range(Map.of(Key.of(1), S0), S1),
                Placements.directory(Map.of(Key.of(1), S0), S1)))
        .extracting(Placement::describe)
        .containsExactly(
            "ring of 4 shards by postgres hash",
            "key modulo 4",
            "2 ranges of bigint",
            "directory of 1 keys");
  }

  /** The shards of 24 keys: eight integers, eight texts, four uuids, four composites. */
  private static String ownersOf(Placement placement) {
    StringBuilder owners = new StringBuilder();
    IntStream.range(0, 8)
        .mapToObj(i -> Key.of(i * 1_000_003L - 2))
        .forEach(key -> owners.append(placement.shardOf(key).name().substring(1)));
    IntStream.range(0, 8)
        .mapToObj(i -> Key.of("käse-" + i))
        .forEach(key -> owners.append(placement.shardOf(key).name().substring(1)));
    IntStream.range(0, 4)
        .mapToObj(i -> Key.of(new UUID(i * 0x9e3779b97f4a7c15L, -i)))
        .forEach(key -> owners.append(placement.shardOf(key).name().substring(1)));
    IntStream.range(0, 4)
        .mapToObj(i -> Key.ofColumns(List.of(Key.of(i), Key.of("x"))))
        .forEach(key -> owners.append(placement.shardOf(key).name().substring(1)));
    return owners.toString();
  }
}
