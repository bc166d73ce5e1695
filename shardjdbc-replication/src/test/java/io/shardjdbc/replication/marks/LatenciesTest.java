package io.shardjdbc.replication.marks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private final Latencies latencies = new Latencies();

  @Test
  void tooFewRequestsGiveNoAnswer() {
    latencies.record(100);
    assertThat(latencies.percentile(0.5, 2)).isEqualTo(-1);
    assertThat(latencies.percentile(0.5, 1)).isGreaterThanOrEqualTo(100);
  }

  @Test
  void aPercentileIsAtMostAQuarterTooHigh() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    long[] times = new long[3000];
    for (int i = 0; i < times.length; i++) {
      times[i] = 1 + (long) Math.exp(random.nextDouble() * 20);
      latencies.record(times[i]);
    }
    Arrays.sort(times);
    for (double fraction : new double[] {0.1, 0.5, 0.9, 0.95, 0.99}) {
      long exact = times[(int) Math.ceil(times.length * fraction) - 1];
      assertThat(latencies.percentile(fraction, 1))
          .as("seed %d, fraction %s", seed, fraction)
          .isBetween(exact, exact + exact / 4 + 3);
    }
  }

  @Test
  void thePastFades() {
    for (int i = 0; i < 4000; i++) {
      latencies.record(1_000_000);
    }
    for (int i = 0; i < 40_000; i++) {
      latencies.record(1_000);
    }
    assertThat(latencies.percentile(0.9, 1)).isLessThan(2_000);
  }

  @Test
  void extremesHaveAPlace() {
    latencies.record(0);
    latencies.record(-5);
    latencies.record(Long.MAX_VALUE);
    assertThat(latencies.percentile(0.5, 1)).isEqualTo(1);
    assertThat(latencies.percentile(0.999, 1)).isEqualTo(Long.MAX_VALUE);
  }
}
