package io.shardjdbc.tests.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.shardjdbc.config.ConfigurationYaml;
import io.shardjdbc.routing.Router;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.plan.Routers;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages show works: Java compiles, YAML is read, plans are as printed, links lead on. */
class DocumentedCodeTest {

  private static final String SHARDS =
      "shards: {s0: {primary: \"jdbc:postgresql://db0/app\"}, s1: {primary:"
          + " \"jdbc:postgresql://db1/app\"}, s2: {primary: \"jdbc:postgresql://db2/app\"}}\n";
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** The class path, which all pages read once. */
  private static final StandardJavaFileManager LIBRARIES =
      COMPILER.getStandardFileManager(null, null, null);

  @TempDir private Path directory;

  @AfterAll
  static void close() throws IOException {
    LIBRARIES.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "docs/guide.md",
        "docs/saga.md",
        "docs/spring.md",
        "docs/testkit.md",
        "docs/ids.md",
        "docs/observability.md"
      })
  void javaCompiles(String page) throws IOException {
    List<String> blocks = Markdown.page(page).blocks("java");
    assertThat(blocks).isNotEmpty();
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      Snippet snippet = Snippet.of("Snippet" + i, blocks.get(i));
      Path file = directory.resolve(snippet.className() + ".java");
      Files.writeString(file, snippet.source());
      files.add(file);
    }
    StringWriter complaints = new StringWriter();
    List<String> options = List.of("-proc:none", "-d", directory.toString());
    boolean compiles =
        COMPILER.getTask(complaints, LIBRARIES, null, options, null, sources(files)).call();
    assertThat(compiles).as("%s: %s", page, complaints).isTrue();
  }

  private static Iterable<? extends JavaFileObject> sources(List<Path> files) {
    return LIBRARIES.getJavaFileObjectsFromPaths(files);
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/guide.md"})
  void configurationsAreRead(String page) throws IOException {
    List<String> blocks = Markdown.page(page).blocks("yaml");
    assertThat(blocks).isNotEmpty();
    for (String block : blocks) {
      String whole =
          (block.contains("shards:\n") ? "" : SHARDS)
              + block
              + (block.contains("tables:") ? "" : "tables: {users: {key: user_id}}\n");
      Path file = configuration(whole);
      assertThatCode(() -> ConfigurationYaml.read(file))
          .as("%s:%n%s", page, whole)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void plansAreAsTheGuideShowsThem() throws IOException {
    Markdown guide = Markdown.page("docs/guide.md");
    Router router = Routers.fromYaml(configuration(guide.blocks("yaml").get(0)));
    assertThat(guide.blocks("plan")).isNotEmpty();
    String expected = guide.text();
    for (String block : guide.blocks("plan")) {
      String sql = block.lines().filter(l -> !l.startsWith("|")).collect(Collectors.joining("\n"));
      String plan =
          explain(router, sql).lines().map(l -> "| " + l).collect(Collectors.joining("\n"));
      expected = expected.replace("```plan\n" + block, "```plan\n" + sql + "\n" + plan + "\n");
    }
    if (Boolean.getBoolean("shardjdbc.generate")) {
      Files.writeString(Path.of("..", "docs", "guide.md"), expected);
    } else {
      assertThat(guide.text())
          .as("run the test with -Dshardjdbc.generate=true to write the plans anew")
          .isEqualTo(expected);
    }
  }

  private Path configuration(String text) throws IOException {
    Path file = directory.resolve("shardjdbc.yaml");
    return Files.writeString(file, text.replaceAll("\\$\\{\\w+}", "x"));
  }

  private static String explain(Router router, String sql) {
    try {
      return router.explain(sql);
    } catch (RoutingException e) {
      return e.getMessage();
    }
  }

  @Test
  void linksBetweenPagesLeadSomewhere() throws IOException {
    Path root = Path.of("..").toRealPath();
    List<Path> pages;
    try (Stream<Path> top = Files.list(root);
        Stream<Path> docs = Files.list(root.resolve("docs"))) {
      pages = Stream.concat(top, docs).filter(f -> f.toString().endsWith(".md")).toList();
    }
    for (Path page : pages) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        assertThat(page.resolveSibling(link.group(1))).as("link in %s", page).exists();
      }
    }
  }
}
