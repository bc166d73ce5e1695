package io.shardjdbc.examples.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class DemoTest {

  @Test
  void noMoneyIsMadeOrLostWhileProcessesAreKilled() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    boolean holds = new Demo(out, 2, Duration.ofMillis(20)).run(Duration.ofSeconds(4));

    String shown = bytes.toString(StandardCharsets.UTF_8);
    assertThat(holds).as(shown).isTrue();
    assertThat(shown).contains("All of it holds").contains("TWO_PHASE").contains("SAGA");
  }
}
