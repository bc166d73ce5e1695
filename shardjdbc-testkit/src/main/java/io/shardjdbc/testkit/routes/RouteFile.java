package io.shardjdbc.testkit.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The reviewed file: blocks of a statement and the lines of its plan, each with {@code |} before
 * it, sorted, with empty lines between them.
 */
final class RouteFile {

  private static final String HEAD =
      """
      # Statements over several shards. Each line that appears here costs every shard its time:
      # review it as you would code. Tests write new ones with -Dshardjdbc.routes.update=true.

      """;

  private final Path path;

  RouteFile(Path path) {
    this.path = path;
  }

  Set<SeenRoute> read() {
    Set<SeenRoute> routes = new TreeSet<>();
    if (!Files.exists(path)) {
      return routes;
    }
    try {
      for (String block : Files.readString(path).split("\\R\\R+", -1)) {
        List<String> lines = block.lines().filter(line -> !line.startsWith("#")).toList();
        if (!lines.isEmpty()) {
          String plan =
              lines.stream()
                  .filter(line -> line.startsWith("| "))
                  .map(line -> line.substring(2))
                  .collect(Collectors.joining("\n"));
          routes.add(new SeenRoute(lines.get(0), plan));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return routes;
  }

  void write(Set<SeenRoute> routes) {
    String text =
        new TreeSet<>(routes).stream().map(SeenRoute::block).collect(Collectors.joining("\n"));
    try {
      Path directory = path.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.writeString(path, HEAD + text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
