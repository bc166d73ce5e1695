package io.shardjdbc.tests.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a look at the source files is enough for. */
class SourceRulesTest {

  /** The ceiling of a hand-written file; what goes over it has its reason in docs/decisions.md. */
  private static final int CEILING = 400;

  /** One closed list, which is read entry by entry. */
  private static final Path CATALOGUE = Path.of("io/shardjdbc/routing/ErrorCode.java");

  private static final Pattern SKIPS =
      Pattern.compile(
          "@Disabled|@Ignore\\b|@(Enabled|Disabled)(If|On|For)\\w*|\\bAssumptions\\b"
              + "|TestAbortedException");
  private static final Pattern SLEEPS =
      Pattern.compile("Thread\\.sleep\\(|TimeUnit\\.\\w+\\.sleep\\(");

  /** The text of a code, which would be compared with a message. */
  private static final Pattern CODES = Pattern.compile("\"SJ\\d");

  private static final Map<Path, List<String>> FILES = new TreeMap<>();

  @BeforeAll
  static void readAllSources() throws IOException {
    Path root = Path.of("..").toRealPath();
    try (Stream<Path> found = Files.walk(root)) {
      List<Path> sources =
          found
              .filter(f -> f.toString().endsWith(".java"))
              .filter(f -> root.relativize(f).toString().contains("src"))
              .filter(f -> !f.toString().contains("/wrap/"))
              .toList();
      for (Path source : sources) {
        FILES.put(root.relativize(source), Files.readAllLines(source));
      }
    }
  }

  @Test
  void noTestIsSkipped() {
    assertThat(matching(SKIPS, "src/test/java")).isEmpty();
  }

  @Test
  void nothingSleeps() {
    assertThat(matching(SLEEPS, "src")).isEmpty();
  }

  @Test
  void nothingButTheCatalogueSpellsACode() {
    assertThat(matching(CODES, "src/main/java"))
        .anyMatch(line -> line.startsWith("shardjdbc-routing/src/main/java/" + CATALOGUE))
        .allMatch(line -> line.contains(CATALOGUE.toString()));
  }

  @Test
  void filesAreSmall() {
    assertThat(
            FILES.keySet().stream()
                .filter(file -> FILES.get(file).size() > CEILING)
                .filter(file -> !file.endsWith(CATALOGUE)))
        .as("files of more than %d lines", CEILING)
        .isEmpty();
    int[] lengths =
        FILES.entrySet().stream()
            .filter(file -> isMain(file.getKey()))
            .mapToInt(file -> file.getValue().size())
            .sorted()
            .toArray();
    assertThat(lengths[lengths.length / 2]).as("the median length of a file").isLessThan(100);
  }

  @Test
  void everyPackageIsToldAndNullMarked() {
    assertThat(
            FILES.keySet().stream().filter(SourceRulesTest::isMain).map(Path::getParent).distinct())
        .filteredOn(directory -> directory.toString().contains("io/shardjdbc"))
        .allSatisfy(
            directory ->
                assertThat(FILES.get(directory.resolve("package-info.java")))
                    .as("package-info.java of %s", directory)
                    .isNotNull()
                    .contains("@NullMarked")
                    .anyMatch(line -> line.startsWith("/**")));
  }

  private static boolean isMain(Path file) {
    return file.toString().replace('\\', '/').contains("src/main/java");
  }

  private static List<String> matching(Pattern pattern, String under) {
    List<String> found = new ArrayList<>();
    FILES.forEach(
        (file, lines) -> {
          if (file.toString().contains(under) && !file.endsWith("SourceRulesTest.java")) {
            for (int i = 0; i < lines.size(); i++) {
              if (pattern.matcher(lines.get(i)).find()) {
                found.add(file + ":" + (i + 1) + " " + lines.get(i).strip());
              }
            }
          }
        });
    return found;
  }
}
