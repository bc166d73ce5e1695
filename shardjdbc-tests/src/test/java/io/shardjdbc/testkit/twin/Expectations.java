package io.shardjdbc.testkit.twin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The statements of a suite that are still refused, each with its code: a file that shrinks.
 *
 * <p>{@code -Dshardjdbc.generate=true} writes it anew.
 */
final class Expectations {

  private static final Path RESOURCES = Path.of("src/test/resources/twin");

  private final String file;
  private final Map<String, String> refused = new LinkedHashMap<>();

  Expectations(String file) {
    this.file = file;
  }

  void refused(Trial trial, Verdict.Refused refusal) {
    refused.put(trial.sql(), refusal.code());
  }

  /** What the file has to say. */
  String text() {
    StringBuilder text = new StringBuilder();
    refused.forEach((sql, code) -> text.append(code).append(' ').append(sql).append('\n'));
    return text.toString();
  }

  /** What the file says. */
  String expected() throws IOException {
    if (Boolean.getBoolean("shardjdbc.generate")) {
      Files.writeString(RESOURCES.resolve(file), text());
    }
    return Files.readString(RESOURCES.resolve(file));
  }
}
