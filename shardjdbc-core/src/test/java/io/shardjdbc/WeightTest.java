package io.shardjdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/**
 * What an application carries when it depends on this module, as the build resolves it.
 *
 * <p>Modules of the same build may be directories of classes instead of jars; such a directory
 * weighs what its jar will.
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
    try {
      return Files.isDirectory(jarOrDirectory) ? asJar(jarOrDirectory) : Files.size(jarOrDirectory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How large the jar of a directory becomes, which is what users carry. */
  private static long asJar(Path directory) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream jar = new ZipOutputStream(bytes);
        Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new ZipEntry(directory.relativize(file).toString()));
        Files.copy(file, jar);
      }
    }
    return bytes.size();
  }
}
