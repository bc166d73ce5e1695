package io.shardjdbc.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadSettingsTest {

  @Test
  void theDefaultsAreConsistent() {
    assertThat(ReadSettings.defaults().maxLag()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void contradictionsAreRefused() {
    Duration minute = Duration.ofMinutes(1);
    refused(ReadSettings.builder().maxLag(minute));
    refused(ReadSettings.builder().maxLag(minute).staleThreshold(minute));
    refused(ReadSettings.builder().writeMemory(Duration.ZERO));
    refused(ReadSettings.builder().maxLag(Duration.ofMillis(-1)));
    refused(ReadSettings.builder().probeInterval(Duration.ZERO));
    refused(ReadSettings.builder().probeInterval(minute));
    refused(ReadSettings.builder().probeTimeout(Duration.ZERO));
    refused(ReadSettings.builder().failuresUntilDown(0));
    refused(ReadSettings.builder().policy(ReadPolicy.ZONE));
  }

  private static void refused(ReadSettingsBuilder builder) {
    assertThatIllegalArgumentException().isThrownBy(builder::build);
  }
}
