package io.shardjdbc.tests.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The starters of both lines of Boot are tested by one text, and the README shows what is tested.
 */
class StartersTest {

  private static final Pattern NAME = Pattern.compile("\"name\": \"(shardjdbc\\.[\\w.-]+)\"");

  private static String source(String module, String line, String type) throws IOException {
    return Files.readString(
        Path.of("..", module, "src/test/java/io/shardjdbc/spring", line, type + ".java"));
  }

  private static String words(String java) {
    return java.replaceAll("/\\*\\*.*?\\*/", "").replaceAll("\\s+", "");
  }

  /** Boot 4 moved its packages. */
  private static String asInBoot4(String source) {
    String boot = "import org.springframework.boot.";
    return source
        .replace("boot3", "boot4")
        .replace(boot + "test.autoconfigure.jdbc.", boot + "jdbc.test.autoconfigure.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Application", "CausalTokenTest", "SliceTest", "StarterTest", "TelemetryTest"})
  void bothLinesRunTheSame(String type) throws IOException {
    assertThat(asInBoot4(source("shardjdbc-spring-boot-3-starter", "boot3", type)))
        .isEqualTo(source("shardjdbc-spring-boot-starter", "boot4", type));
  }

  @Test
  void theApplicationInTheReadmeIsTheOneThatIsTested() throws IOException {
    String tested = words(source("shardjdbc-spring-boot-starter", "boot4", "Application"));
    List<String> shown = Markdown.page("README.md").blocks("spring");
    assertThat(shown).hasSize(1);
    assertThat(shown.get(0).lines().map(StartersTest::words).filter(line -> line.length() > 3))
        .hasSizeLessThan(14)
        .allSatisfy(line -> assertThat(tested).contains(line));
  }

  @Test
  void whatEditorsShowIsSaidOnce() throws IOException {
    String shown =
        Files.readString(
            Path.of(
                "../shardjdbc-spring-boot/src/main/resources/META-INF",
                "spring-configuration-metadata.json"));
    String properties =
        shown.substring(shown.indexOf("\"properties\""), shown.indexOf("\"hints\""));
    List<String> names = NAME.matcher(properties).results().map(name -> name.group(1)).toList();
    assertThat(names)
        .doesNotHaveDuplicates()
        .contains("shardjdbc.config", "shardjdbc.shards", "shardjdbc.health.read-only");
  }
}
