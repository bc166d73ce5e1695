package io.shardjdbc.routing.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of {@code docs}, all or one part of which is generated. */
record Page(Path file) {

  private static final String BEGIN = "<!-- generated: begin -->\n";
  private static final String END = "<!-- generated: end -->\n";

  static Page named(String name) {
    return new Page(Path.of("..", "docs", name));
  }

  /** The whole page is this text. */
  void shouldBe(String text) throws IOException {
    if (isUpdate()) {
      Files.writeString(file, text);
    }
    assertThat(file)
        .as("run the test with -Dshardjdbc.generate=true to write it anew")
        .hasContent(text);
  }

  /** The part between the two marks is this text; the rest is written by hand. */
  void shouldContain(String part) throws IOException {
    String page = Files.readString(file);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(end).as("marks of the generated part of %s", file).isGreaterThanOrEqualTo(begin);
    shouldBe(page.substring(0, begin) + part + page.substring(end));
  }

  private static boolean isUpdate() {
    return Boolean.getBoolean("shardjdbc.generate") || Boolean.getBoolean("shardjdbc.plans.update");
  }
}
