package io.shardjdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What an application carries when it depends on this module, as the build resolves it.
 *
 * <p>Modules of the same build may be directories of classes instead of jars; such a directory
 * weighs more than its jar would.
 */
class WeightTest {

  private static final int JARS = 12;
  private static final long BYTES = 8_000_000;

  @Test
  void theLibraryWithAllItPullsInIsAtMostTwelveJarsAndEightMegabytes() throws IOException {
    List<Path> carried = new ArrayList<>(List.of(Path.of("target", "classes")));
    String resolved = Files.readString(Path.of("target", "runtime-class-path.txt")).strip();
    for (String entry : resolved.split(Pattern.quote(File.pathSeparator), -1)) {
      carried.add(Path.of(entry));
    }
    assertThat(carried).hasSizeGreaterThan(3).hasSizeLessThanOrEqualTo(JARS);
    assertThat(carried.stream().mapToLong(WeightTest::size).sum())
        .as("bytes of %s", carried)
        .isPositive()
        .isLessThanOrEqualTo(BYTES);
  }

  private static long size(Path jarOrDirectory) {
    try (Stream<Path> files = Files.walk(jarOrDirectory)) {
      return files.mapToLong(file -> file.toFile().isFile() ? file.toFile().length() : 0).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
