package io.shardjdbc.tests.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.config.ConfigurationYaml;
import io.shardjdbc.routing.RoutingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The starters of both lines of Boot are tested by one text, and the README shows what is tested.
 */
class StartersTest {

  private static final Pattern NAME = Pattern.compile("\"name\": \"(shardjdbc\\.[\\w.-]+)\"");

  private static final Pattern KNOWN = Pattern.compile("known: ([^;]*)");

  /** What is below these has names of the application's, or several forms. */
  private static final Set<String> OF_NAMES = Set.of("shards", "tables", "functions", "placement");

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
    assertThat(shownNames())
        .doesNotHaveDuplicates()
        .contains("shardjdbc.config", "shardjdbc.shards", "shardjdbc.health.read-only");
  }

  @Test
  void editorsShowAllThatAFileCanSay() throws IOException {
    List<String> sections = known("%s: 1");
    assertThat(sections).contains("shards", "transactions", "ids");
    List<String> missing = new ArrayList<>();
    List<String> shown = shownNames();
    for (String section : sections) {
      List<String> names =
          OF_NAMES.contains(section) ? List.of() : known(section + ": {%s: 1}").stream().toList();
      if (names.isEmpty() && !shown.contains("shardjdbc." + kebab(section))) {
        missing.add(section);
      }
      for (String name : names) {
        String property = "shardjdbc." + kebab(section) + "." + kebab(name);
        if (shown.stream()
            .noneMatch(its -> its.equals(property) || its.startsWith(property + "."))) {
          missing.add(property);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  /** What a refusal of a name that nothing is like lists; nothing, where there is a value alone. */
  private static List<String> known(String template) {
    String text =
        "shards: {s0: 'jdbc:postgresql://db0/app'}\ntables: {users: {key: id}}\n"
            + template.formatted("qqqqqqqqqqqq");
    try {
      ConfigurationYaml.parse(text, name -> null);
      throw new AssertionError(text);
    } catch (RoutingException e) {
      String message = String.valueOf(e.getMessage());
      Matcher names = KNOWN.matcher(message);
      return names.find() ? List.of(names.group(1).split("(?:,| and| or) ", -1)) : List.of();
    }
  }

  private static String kebab(String name) {
    return name.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  private static List<String> shownNames() throws IOException {
    String shown =
        Files.readString(
            Path.of(
                "../shardjdbc-spring-boot/src/main/resources/META-INF",
                "spring-configuration-metadata.json"));
    String properties =
        shown.substring(shown.indexOf("\"properties\""), shown.indexOf("\"hints\""));
    return NAME.matcher(properties).results().map(name -> name.group(1)).toList();
  }
}
