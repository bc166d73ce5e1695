package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.Hint;
import org.junit.jupiter.api.Test;

/** The cache of plans is bounded by what its texts weigh, and keeps what is in use. */
class PlanCacheTest {

  private static final PlanCache.Weight<Integer> WEIGHT = (text, value) -> text.length() * 32L;

  private static String text(int number, int length) {
    return number + "-".repeat(length);
  }

  @Test
  void longTextsFillItSoonerThanShortOnes() {
    PlanCache<Integer> cache = new PlanCache<>(10_000, 8L << 20, WEIGHT);
    for (int i = 0; i < 1_000; i++) {
      int value = i;
      assertThat(cache.get(text(i, 60_000), Hint.NONE, 0, (t, h) -> value)).isEqualTo(i);
      assertThat(cache.size()).isLessThan(20);
    }
    for (int i = 0; i < 1_000; i++) {
      cache.get(text(i, 100), Hint.NONE, 0, (t, h) -> 1);
    }
    assertThat(cache.size()).isGreaterThan(900);
  }

  @Test
  void whatIsInUseStaysWhateverPasses() {
    PlanCache<Integer> cache = new PlanCache<>(10_000, 8L << 20, WEIGHT);
    cache.get("in use", Hint.NONE, 0, (t, h) -> 7);
    for (int i = 0; i < 1_000; i++) {
      cache.get(text(i, 60_000), Hint.NONE, 0, (t, h) -> 1);
      assertThat(cache.get("in use", Hint.NONE, 0, (t, h) -> 8)).isEqualTo(7);
    }
  }
}
