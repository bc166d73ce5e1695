package io.shardjdbc.benchmarks.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The peer's classes, which see nothing of ours: what it stands on comes in other versions.
 *
 * <p>The driver, the pool and the log are the benchmarks', so that both sides have the same.
 */
final class PeerClasses extends URLClassLoader {

  private static final List<String> SHARED =
      List.of("org.postgresql.", "com.zaxxer.hikari.", "org.slf4j.");

  PeerClasses(Path jars) throws IOException {
    super("peer", urls(jars), new Shared());
  }

  private static URL[] urls(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .sorted()
          .map(PeerClasses::url)
          .toArray(URL[]::new);
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JDK's classes, and of the benchmarks' those that both sides share. */
  private static final class Shared extends ClassLoader {

    private final ClassLoader benchmarks = PeerClasses.class.getClassLoader();

    Shared() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (SHARED.stream().anyMatch(name::startsWith)) {
        return benchmarks.loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }
}
