package io.shardjdbc.examples.instagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class DemoTest {

  @Test
  void fourShardsAnswerAsOnePostgres() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    boolean equal = new Demo(out, 1, 20).run(new SampleData(310));

    String shown = bytes.toString(StandardCharsets.UTF_8);
    assertThat(equal).as(shown).isTrue();
    assertThat(shown)
        .contains("All equal to one PostgreSQL")
        .contains("6,200 rows")
        .contains("route: s0, s1, s2, s3")
        .doesNotContain("DIFFER");
  }
}
