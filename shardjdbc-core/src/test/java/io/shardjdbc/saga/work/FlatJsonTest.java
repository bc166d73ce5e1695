package io.shardjdbc.saga.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** States as JSON, read from rows that anybody may have written. */
class FlatJsonTest {

  @Test
  void whatIsWrittenIsReadAgainInItsOrderAndTypes() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("text", "a \"quoted\" \\ line\n\tend \u0001 \ud83d\ude00 \u00e9 </script>");
    values.put("", "");
    values.put("least", Long.MIN_VALUE);
    values.put("most", Long.MAX_VALUE);
    values.put("scale", new BigDecimal("1.500"));
    values.put("whole", new BigDecimal("7"));
    values.put("large", new BigDecimal("1e30"));
    values.put("yes", true);
    values.put("no", false);
    assertThat(FlatJson.read(FlatJson.write(values)))
        .isEqualTo(values)
        .containsExactlyEntriesOf(values);
    assertThat(FlatJson.read(FlatJson.write(Map.of()))).isEmpty();
  }

  @Test
  void spacesAndEscapesOfOtherWritersAreRead() {
    assertThat(FlatJson.read(" {\n\"a\" :\t\"\\u0041\\/\\b\\f\" ,\"b\": -0.5E+2 , \"c\":1e2}\r\n"))
        .containsEntry("a", "A/\b\f")
        .containsEntry("b", new BigDecimal("-0.5E+2"))
        .containsEntry("c", new BigDecimal("1E+2"));
    assertThat(FlatJson.read("{\"n\": 9223372036854775808}"))
        .containsEntry("n", new BigDecimal("9223372036854775808"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[]",
        "null",
        "\"text\"",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1}x",
        "{\"a\":1}{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":null}",
        "{\"a\":{}}",
        "{\"a\":[1]}",
        "{\"a\":tru}",
        "{\"a\":True}",
        "{\"a\":truex}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":+1}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1e}",
        "{\"a\":1e9999}",
        "{\"a\":0x10}",
        "{\"a\":1L}",
        "{\"a\":\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u12G4\"}",
        "{\"a\":\"\\u\uff11\uff12\uff13\uff14\"}",
        "{\"a\":\"line\nend\"}",
        "{\"a\":1/* no */}",
        "\ufeff{}",
      })
  void whatIsNotFlatJsonIsRefusedWithoutAWordOfIt(String json) {
    assertThatThrownBy(() -> FlatJson.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("not flat JSON: .* at position [0-9]+");
  }

  @Test
  void whatIsTooLargeIsRefusedBeforeItIsRead() {
    String digits = "1".repeat(3000);
    String nested = "[".repeat(100_000);
    for (String value : List.of(digits, "1." + digits, nested, "{\"a\":".repeat(40_000))) {
      assertThatThrownBy(() -> FlatJson.read("{\"a\":" + value + "}"))
          .isInstanceOf(IllegalArgumentException.class);
    }
    String text = "x".repeat(FlatJson.LONGEST);
    assertThatThrownBy(() -> FlatJson.read("{\"a\":\"" + text + "\"}"))
        .hasMessageContaining("more than 262144 characters");
    assertThatThrownBy(() -> FlatJson.write(Map.of("a", text)))
        .hasMessageContaining("more than 262144 characters");
  }

  @Test
  void whatCouldNotBeReadAgainIsNotWritten() {
    assertThatThrownBy(() -> FlatJson.write(Map.of("a", "nul \0")))
        .hasMessageContaining("the character 0");
    for (String half : List.of("\ud83d", "a\ude00", "\ude00\ud83d", "\ud83d\ud83d\ude00")) {
      assertThatThrownBy(() -> FlatJson.write(Map.of("a", half)))
          .hasMessageContaining("half a surrogate pair");
    }
    assertThatThrownBy(() -> FlatJson.write(Map.of("a", new BigDecimal("1e5000"))))
        .hasMessageContaining("digits");
  }
}
