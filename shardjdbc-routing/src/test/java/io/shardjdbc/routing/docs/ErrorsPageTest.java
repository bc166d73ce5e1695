package io.shardjdbc.routing.docs;

import com.google.common.base.Splitter;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.docs.Refusals.Refusal;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code docs/errors.md} is the catalogue, and nothing else. */
class ErrorsPageTest {

  private static final int WIDTH = 112;

  private static final String INTRODUCTION =
      """
      # Errors

      Every error of shardjdbc itself has a code that never changes its meaning, an SQLSTATE, one
      line that says what is wrong, and a way out. The line names tables, columns, shards and clauses;
      it never holds a value of the statement or a credential. `{0}` and `{1}` stand for those names.

      An error of PostgreSQL keeps its SQLSTATE, its class and its text, with the shard's name behind
      it; the original is the cause.

      This page is generated from `ErrorCode`, the examples from the golden files of the planner.
      """;

  @Test
  void thePageIsTheCatalogue() throws IOException {
    Map<ErrorCode, List<Refusal>> refusals = Refusals.read();
    StringBuilder page = new StringBuilder(INTRODUCTION);
    String section = "";
    for (ErrorCode code : ErrorCode.values()) {
      String itsSection = section(code);
      if (!itsSection.equals(section)) {
        section = itsSection;
        page.append("\n## ").append(section).append('\n');
      }
      page.append(entry(code, refusals.getOrDefault(code, List.of())));
    }
    Page.named("errors.md").shouldBe(page.toString());
  }

  private static String entry(ErrorCode code, List<Refusal> refusals) {
    String entry =
        """

        ### %s %s

        %s

        %s
        - SQLSTATE `%s`, thrown as `%s`
        """
            .formatted(
                code.code(),
                code.name(),
                wrapped(code.template(), ""),
                wrapped("- Way out: " + code.wayOut(), "  "),
                code.sqlState(),
                exception(code));
    return refusals.isEmpty() ? entry : entry + "- Example: `" + refusals.get(0).sql() + "`\n";
  }

  /** Lines of the width of other pages; what would begin a list stays behind its line's first. */
  private static String wrapped(String text, String indent) {
    StringBuilder lines = new StringBuilder();
    int length = 0;
    for (String word : Splitter.on(" ").split(text)) {
      if (length > 0 && length + word.length() >= WIDTH && Character.isLetter(word.charAt(0))) {
        lines.append('\n').append(indent);
        length = indent.length();
      } else if (length > 0) {
        lines.append(' ');
        length++;
      }
      lines.append(word);
      length += word.length();
    }
    return lines.toString();
  }

  private static final String OF_THE_MOVER = "SJ09";

  private static String section(ErrorCode code) {
    return switch (code.code().substring(0, 4)) {
      case "SJ01" -> "Configuration";
      case "SJ02" -> "Reading the statement";
      case "SJ03" -> "Planning the statement";
      case "SJ04" -> "Gathering";
      case "SJ05" -> "Servers";
      case "SJ06" -> "Transactions";
      case "SJ07" -> "Use of the API";
      case "SJ08" -> "Sagas and the outbox";
      case "SJ09" -> "Moving rows between shards";
      default -> throw new AssertionError("no section for " + code.code());
    };
  }

  private static String exception(ErrorCode code) {
    if (code.code().startsWith(OF_THE_MOVER)) {
      return code.sqlState().startsWith("SJ") ? "PSQLException" : "ReshardException";
    }
    return switch (code.kind()) {
      case CONFIGURATION -> "SQLNonTransientConnectionException";
      case SYNTAX -> "SQLSyntaxErrorException";
      case REFUSAL -> "SQLFeatureNotSupportedException";
      case UNAVAILABLE -> "SQLTransientConnectionException";
      case TIMEOUT -> "SQLTransientException";
      case TRANSACTION, USAGE -> "SQLNonTransientException";
      case SERVER -> "SQLException";
      case WARNING -> "SQLWarning";
    };
  }
}
