package io.shardjdbc.routing.docs;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.docs.Refusals.Refusal;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table in {@code docs/limits.md} is the golden file of refusals. */
class LimitsPageTest {

  @Test
  void theTableOfRefusalsIsWhatThePlannerRefuses() throws IOException {
    StringBuilder table =
        new StringBuilder("| Code | Statement | Refused because |\n|---|---|---|\n");
    for (Map.Entry<ErrorCode, List<Refusal>> refusals : Refusals.read().entrySet()) {
      String code = refusals.getKey().code();
      String link =
          "[%s](errors.md#%s-%s)".formatted(code, lower(code), lower(refusals.getKey().name()));
      for (Refusal refusal : refusals.getValue()) {
        table.append(
            "| %s | `%s` | %s |\n".formatted(link, cell(refusal.sql()), cell(refusal.problem())));
      }
    }
    Page.named("limits.md").shouldContain(table.toString());
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
