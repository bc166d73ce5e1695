package io.shardjdbc.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnowflakeIdTest {

  private static final Instant LAST = SnowflakeId.EPOCH.plusMillis((1L << 41) - 1);

  @Test
  void anIdSaysWhatItWasComposedOf() {
    Random random = new Random(41);
    for (int i = 0; i < 100_000; i++) {
      long millis = random.nextLong() >>> 23;
      int node = random.nextInt(1024);
      int sequence = random.nextInt(4096);
      long id = SnowflakeId.compose(millis << 12 | sequence, node);
      assertThat(id).isNotNegative();
      assertThat(SnowflakeId.of(id))
          .isEqualTo(new SnowflakeId(SnowflakeId.EPOCH.plusMillis(millis), node, sequence));
    }
  }

  @Test
  void idsOfALaterMillisecondAreGreater() {
    long last = SnowflakeId.compose(7L << 12 | 4095, 1023);
    assertThat(SnowflakeId.compose(8L << 12, 0)).isGreaterThan(last);
  }

  @Test
  void theFirstIdOfAnInstantBoundsAllOfThatInstantAndLater() {
    Instant time = SnowflakeId.EPOCH.plusMillis(12_345);
    long first = SnowflakeId.firstAt(time, SnowflakeId.EPOCH);
    assertThat(first).isEqualTo(SnowflakeId.compose(12_345L << 12, 0));
    assertThat(SnowflakeId.compose(12_344L << 12 | 4095, 1023)).isLessThan(first);
  }

  @Test
  void timesThatDoNotFitAreRefused() {
    assertThat(SnowflakeId.of(Long.MAX_VALUE).time()).isEqualTo(LAST);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SnowflakeId.firstAt(LAST.plusMillis(1), SnowflakeId.EPOCH));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SnowflakeId.firstAt(
                    SnowflakeId.EPOCH.minus(Duration.ofMillis(1)), SnowflakeId.EPOCH));
    assertThatIllegalArgumentException().isThrownBy(() -> SnowflakeId.of(-1));
    assertThatThrownBy(() -> SnowflakeId.compose(1L << 53, 0))
        .isInstanceOf(IdsUnavailableException.class);
    assertThatThrownBy(() -> SnowflakeId.compose(-1L, 0))
        .isInstanceOf(IdsUnavailableException.class);
  }
}
