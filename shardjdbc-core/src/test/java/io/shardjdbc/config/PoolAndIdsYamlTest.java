package io.shardjdbc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Leaks of pools, and where ids come from. */
class PoolAndIdsYamlTest {

  private static final String SHORT =
      "shards: {s0: {primary: 'jdbc:postgresql://db0/app'}}\ntables: {users: {key: id}}\n";

  private static Configuration read(String text) {
    return ConfigurationYaml.parse(text, name -> null);
  }

  @Test
  void poolsTellOfLeaksAfterSomeTime() {
    assertThat(read(SHORT).pool().leakDetection()).isZero();
    assertThat(read(SHORT + "pool: {leakDetection: 30s}").pool().leakDetection())
        .isEqualTo(Duration.ofSeconds(30));
    assertThatThrownBy(() -> read(SHORT + "pool: {leakDetection: 1s}"))
        .hasMessageContaining("leakDetection is not between 2s and maxLifetime");
  }

  @Test
  void aDataSourceOpensWhateverIsAwayUnlessItIsToFail() {
    assertThat(read(SHORT).pool().failFast()).isFalse();
    assertThat(read(SHORT + "pool: {failFast: true}").pool().failFast()).isTrue();
    assertThatThrownBy(() -> read(SHORT + "pool: {failFast: perhaps}"))
        .hasMessageContaining("failFast");
  }

  @Test
  void tablesSayWhereTheirIdsComeFrom() {
    assertThat(
            read(SHORT.replaceFirst("key: (\\w+)", "key: $1, ids: snowflake")).ids().snowflakes())
        .hasSize(1);
    assertThat(read(SHORT).ids()).isEqualTo(IdSettings.defaults());
    assertThatThrownBy(() -> read(SHORT.replaceFirst("key: (\\w+)", "key: $1, ids: random")))
        .hasMessageContaining("ids must be");
  }
}
