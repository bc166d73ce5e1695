package io.shardjdbc.reshard.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.reshard.SplitProposal;
import io.shardjdbc.reshard.SplitRules;
import io.shardjdbc.routing.ShardId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A shard is proposed for a split when it has had too much for long enough, and not before. */
class HotShardsTest {
  private static final ShardId S0 = new ShardId("s0");
  private static final ShardId S1 = new ShardId("s1");
  private static final ShardId S2 = new ShardId("s2");
  private static final Instant START = Instant.parse("2027-01-31T02:00:00Z");

  private final HotShards hot = new HotShards(SplitRules.of(1000, 0));

  private static Map<ShardId, Double> loads(double first, double second) {
    Map<ShardId, Double> loads = new LinkedHashMap<>();
    loads.put(S0, first);
    loads.put(S1, second);
    return loads;
  }

  private Optional<SplitProposal> look(int seconds, double first, double second) {
    return hot.look(START.plusSeconds(seconds), loads(first, second), List.of());
  }

  @Test
  void tooMuchForFiveMinutesIsProposedAndGoesToWhomHasRoom() {
    for (int seconds = 0; seconds < 300; seconds += 30) {
      assertThat(look(seconds, 0.9, 0.3)).as("after %d s", seconds).isEmpty();
    }
    assertThat(look(300, 0.9, 0.3)).contains(new SplitProposal(S0, 0.9, Optional.of(S1)));
    assertThat(look(330, 0.9, 0.5))
        .hasValueSatisfying(
            none ->
                assertThat(none.toString())
                    .endsWith("no shard has room for half of it, so add one"));
  }

  @Test
  void aShardThatOwnsNothingYetIsAskedFirst() {
    HotShards now = new HotShards(new SplitRules(0, 10, 0.5, Duration.ZERO, Duration.ZERO));
    assertThat(now.look(START, loads(0.6, 0.7), List.of(S2)))
        .contains(new SplitProposal(S1, 0.7, Optional.of(S2)));
    assertThat(now.look(START, loads(0.5, 0.5), List.of(S2))).isEmpty();
  }

  @Test
  void aMomentWithLessOrATimeWithoutLooksBeginsItAnew() {
    for (int seconds = 0; seconds <= 240; seconds += 60) {
      assertThat(look(seconds, 0.9, 0.3)).isEmpty();
    }
    assertThat(look(299, 0.85, 0.3)).isEmpty();
    assertThat(look(300, 0.9, 0.3)).isEmpty();
    assertThat(look(300 + 299, 0.9, 0.3)).as("nobody looked in between").isEmpty();
    assertThat(look(300 + 301, 0.9, 0.3)).isEmpty();
  }

  @Test
  void aCapacityIsUsedAsItsFullerPart() {
    SplitRules rules = SplitRules.of(1000, 1 << 20);
    assertThat(rules.load(500, 1 << 18)).isEqualTo(0.5);
    assertThat(rules.load(100, 1 << 19)).isEqualTo(0.5);
  }
}
