package io.shardjdbc.tests.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages are laid out so that a reader of their source sees whole lines. */
class ProseTest {

  private static final int WIDTH = 120;

  /** A list whose lines are its entries. */
  private static final String CHANGES = "CHANGELOG.md";

  @Test
  void noLineOfProseIsLongerThanAScreenIsWide() throws IOException {
    List<String> tooLong = new ArrayList<>();
    int pages = 0;
    for (Path page : pages()) {
      pages++;
      for (String line : prose(Files.readString(page))) {
        if (line.codePointCount(0, line.length()) > WIDTH) {
          tooLong.add(page + ": " + line);
        }
      }
    }
    assertThat(pages).isGreaterThan(15);
    assertThat(tooLong).isEmpty();
  }

  private static List<Path> pages() throws IOException {
    Path root = Path.of("..");
    try (Stream<Path> above = Files.list(root);
        Stream<Path> docs = Files.walk(root.resolve("docs"));
        Stream<Path> benchmarks = Files.list(root.resolve("benchmarks"))) {
      return Stream.of(above, docs, benchmarks)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.endsWith(CHANGES))
          .sorted()
          .toList();
    }
  }

  /** The lines that are no code, no row of a table and no example. */
  private static List<String> prose(String text) {
    List<String> lines = new ArrayList<>();
    boolean code = false;
    for (String line : text.lines().toList()) {
      if (line.strip().startsWith("```")) {
        code = !code;
      } else if (!code && !line.startsWith("|") && !line.startsWith("- Example: `")) {
        lines.add(line);
      }
    }
    return lines;
  }
}
