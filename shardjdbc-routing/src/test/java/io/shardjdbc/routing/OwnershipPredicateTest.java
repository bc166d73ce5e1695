package io.shardjdbc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OwnershipPredicateTest {
  private static final ShardId S0 = new ShardId("s0");
  private static final ShardId S1 = new ShardId("s1");

  @Test
  void ownershipIsAConditionOnTheServersHash() {
    HashRing ring = HashRing.builder().virtualNodes(1).shards(List.of(S0, S1)).build();
    // hashtextextended('s0:vn0', 0) and hashtextextended('s1:vn0', 0) of a PostgreSQL 15.18 server.
    assertThat(ring.ownershipPredicate("user_id", KeyType.INTEGER, S0))
        .isEqualTo(
            "(hashint8extended(\"user_id\", 0) BETWEEN -2277940145352052724 AND 6915175866341678785)");
    assertThat(ring.ownershipPredicate("Na\"me", KeyType.TEXT, S1))
        .isEqualTo(
            "(hashtextextended(\"Na\"\"me\", 0) <= -2277940145352052725"
                + " OR hashtextextended(\"Na\"\"me\", 0) >= 6915175866341678786)");
  }

  @Test
  void theEndsOfTheRingAreWrittenSoThatTheServerReadsThemAsBigints() {
    long least = Long.MIN_VALUE;
    long greatest = Long.MAX_VALUE;
    assertThat(new PositionRange(least, greatest).condition("h")).isEqualTo("true");
    assertThat(new PositionRange(least, least).condition("h"))
        .isEqualTo("h = (-9223372036854775807 - 1)");
    assertThat(new PositionRange(greatest, greatest).condition("h"))
        .isEqualTo("h = 9223372036854775807");
    assertThat(new PositionRange(least, 5).condition("h")).isEqualTo("h <= 5");
    assertThat(new PositionRange(5, greatest).condition("h")).isEqualTo("h >= 5");
  }

  @Test
  void aShardThatOwnsNothingHasNoRow() {
    assertThat(Placements.ring(List.of(S0)).ownershipPredicate("id", KeyType.UUID, S1))
        .isEqualTo("(false)");
    assertThat(Placements.ring(List.of(S0)).ownershipPredicate("id", KeyType.UUID, S0))
        .isEqualTo("(true)");
  }

  @Test
  void aRingByAnotherHashHasNoSuchCondition() {
    HashRing ring = HashRing.builder().hash(KeyHash.murmur3()).shards(List.of(S0)).build();
    assertThatThrownBy(() -> ring.ownershipPredicate("id", KeyType.INTEGER, S0))
        .isInstanceOf(RoutingException.class)
        .hasMessageContaining("only on a ring by postgres hash");
  }
}
