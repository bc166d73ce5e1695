package io.shardjdbc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.RoutingException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdsYamlTest {

  private static int block(String more) {
    String text =
        "shards: {s0: {primary: 'jdbc:postgresql://db0/app'}}\ntables: {users: {key: id}}\n";
    return ConfigurationYaml.read(text + more, name -> Optional.empty()).ids().block();
  }

  @Test
  void numbersAreTakenOneByOneOrInBlocks() {
    assertThat(block("")).isEqualTo(1);
    assertThat(block("ids: {block: 50}\n")).isEqualTo(50);
  }

  @Test
  void aBlockHasANumberAtLeast() {
    assertThatThrownBy(() -> block("ids: {block: 0}\n")).isInstanceOf(RoutingException.class);
    assertThatThrownBy(() -> new IdSettings(0)).hasMessageContaining("block of ids");
  }
}
