package io.shardjdbc.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/errors.md} promises a class and an SQLSTATE for each code; this is who keeps it. */
class ThrownClassesTest {

  /** All but those of the mover, which has a class of its own and lets servers refuse. */
  static List<ErrorCode> codes() {
    return Arrays.stream(ErrorCode.values()).filter(c -> !c.code().startsWith("SJ09")).toList();
  }

  @ParameterizedTest
  @MethodSource("codes")
  void anErrorIsThrownAsThePageSays(ErrorCode code) throws IOException {
    String page = Files.readString(Path.of("..", "docs", "errors.md"));
    String entry = page.substring(page.indexOf("### " + code.code() + " " + code.name()));
    SQLException thrown = SqlErrors.of(code, "one", "two", "three");

    assertThat(entry.lines().filter(line -> line.startsWith("- SQLSTATE")).findFirst())
        .hasValue(
            "- SQLSTATE `%s`, thrown as `%s`"
                .formatted(
                    thrown.getSQLState(), thrown.getClass().getSuperclass().getSimpleName()));
    assertThat(thrown.getMessage()).startsWith(code.code() + ": ").doesNotContain("{0}");
  }
}
