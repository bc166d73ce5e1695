package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Unpacked PostgreSQL programs of one version, and the account that runs them.
 *
 * <p>Unpacking happens once for each user and version, into a directory that appears under its name
 * only when it is whole; a lock file keeps concurrent JVMs from doing it twice. The number of files
 * is kept beside them, because cleaners of temporary directories take files one by one.
 */
public record Installation(Path home, String version, Platform platform, Account account) {

  private static final Object UNPACKING = new Object();
  private static final String COUNT = "file-count";

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

  static void unpackOnce(BinariesJar jar, Path home) throws IOException {
    Path lock = home.resolveSibling(home.getFileName() + ".lock");
    // A file lock belongs to the whole JVM: its threads need one of their own.
    synchronized (UNPACKING) {
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock();
        if (isWhole(home)) {
          return;
        }
        Path partial = home.resolveSibling(home.getFileName() + ".partial");
        Directories.delete(partial);
        Directories.delete(home);
        Files.createDirectories(partial);
        try (InputStream archive = jar.open()) {
          int files = Archive.unpack(archive, partial);
          Files.writeString(partial.resolve(COUNT), Integer.toString(files));
        }
        Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static boolean isWhole(Path home) throws IOException {
    Path count = home.resolve(COUNT);
    if (!Files.exists(count)) {
      return false;
    }
    try (Stream<Path> paths = Files.walk(home)) {
      long files = paths.filter(path -> !Files.isDirectory(path)).count() - 1;
      return Files.readString(count).equals(Long.toString(files));
    }
  }

  /** The major version, such as 18. */
  public int major() {
    return Integer.parseInt(version.substring(0, version.indexOf('.')));
  }

  /** The command that runs one of the programs under the account. */
  List<String> command(String program, List<String> arguments) {
    String file = home.resolve("bin").resolve(program).toString();
    return account.command(
        Stream.concat(Stream.of(platform.isWindows() ? file + ".exe" : file), arguments.stream())
            .toList());
  }
}
