package io.shardjdbc.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares the committed wrappers with what the generator makes; writes them where asked to. */
class GeneratedSourcesTest {

  private static final Path DIRECTORY =
      Path.of("src/main/java", Families.PACKAGE.replace('.', '/'));

  private static final List<SourceWriter> FAMILIES = new Families().all();

  @BeforeAll
  static void updateWhereAsked() throws IOException {
    if (Boolean.getBoolean("shardjdbc.generate")) {
      for (SourceWriter family : FAMILIES) {
        Files.writeString(fileOf(family), family.source());
      }
    }
  }

  @Test
  void theCommittedSourcesAreWhatTheGeneratorMakes() throws IOException {
    for (SourceWriter family : FAMILIES) {
      assertThat(fileOf(family))
          .as("run with -Dshardjdbc.generate=true to update %s", family.name())
          .hasContent(family.source());
    }
  }

  @Test
  void nothingElseLivesBesideTheGeneratedSources() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .hasSize(FAMILIES.size() + 1)
          .contains("package-info.java");
    }
  }

  private static Path fileOf(SourceWriter family) {
    return DIRECTORY.resolve(family.name() + ".java");
  }
}
