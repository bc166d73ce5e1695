package io.shardjdbc.examples.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.examples.instagram.SampleData;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class DemoTest {

  @Test
  void aFifthShardTakesItsPartAndEachRowIsThere() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    boolean well =
        new Demo(out, false, Duration.ofMillis(200), Duration.ofMillis(40))
            .run(new SampleData(100));

    String shown = bytes.toString(StandardCharsets.UTF_8);
    assertThat(well).as(shown).isTrue();
    assertThat(shown)
        .contains("move 4 of 4")
        .contains("the rows were held for")
        .contains("s4    20.0 %")
        .contains("All as before, on 5 shards")
        .doesNotContain("DIFFERENT");
  }
}
