package io.shardjdbc.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Answers for programs can be read by any of them. */
class JsonTest {

  @Test
  void textsAreQuotedAndNumbersAreNot() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("a \"b\"", "c\\d\n\u0001");
    object.put("n", 1.5);
    object.put("list", List.of(true, "x", Map.of()));

    assertThat(Json.of(object))
        .isEqualTo(
            "{\"a \\\"b\\\"\": \"c\\\\d\\n\\u0001\", \"n\": 1.5, \"list\": [true, \"x\", {}]}");
  }
}
