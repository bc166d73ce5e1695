package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where unpacked binaries are kept from one run to the next. */
final class CacheDirectory {

  private CacheDirectory() {}

  /**
   * The user's own cache directory; for root, whose home another account cannot enter, one in the
   * temporary directory.
   */
  static Path locate(Account account) throws IOException {
    String home = System.getProperty("user.home", "");
    String xdg = System.getenv("XDG_CACHE_HOME");
    if (account == Account.SELF && !home.isBlank() && Files.isWritable(Path.of(home))) {
      Path base = xdg == null || xdg.isBlank() ? Path.of(home, ".cache") : Path.of(xdg);
      return Files.createDirectories(base.resolve("shardjdbc-testkit"));
    }
    return inTemporaryDirectory(Path.of(System.getProperty("java.io.tmpdir")));
  }

  private static Path inTemporaryDirectory(Path temporary) throws IOException {
    Path directory = temporary.resolve("shardjdbc-testkit-cache-" + Directories.userName());
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(directory);
    }
    // The name is easy to guess: whoever made the directory decides which programs we run.
    Path probe = Files.createTempFile(directory, "owner", "");
    try {
      if (!Files.getOwner(probe).equals(Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS))) {
        throw new IOException(directory + " belongs to another user");
      }
    } finally {
      Files.delete(probe);
    }
    if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return directory;
  }
}
