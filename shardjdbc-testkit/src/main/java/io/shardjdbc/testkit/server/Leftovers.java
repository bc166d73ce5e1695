package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Workspaces whose owners were killed together with the shells that watched them. */
final class Leftovers {

  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /**
   * Removes every workspace of this user whose lock is free.
   *
   * @param prefix how the names of this user's workspaces begin
   * @param mine how those of this JVM begin: opening their lock files would release their locks
   */
  static void sweep(Path parent, String prefix, String mine, Platform platform) {
    List<Path> locks = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(parent, prefix + "*.lock")) {
      files.forEach(locks::add);
    } catch (IOException e) {
      LOG.debug("cannot look for leftovers in {}", parent, e);
    }
    for (Path lock : locks) {
      if (!lock.getFileName().toString().startsWith(mine)) {
        removeIfAbandoned(lock, platform);
      }
    }
  }

  private static void removeIfAbandoned(Path lockFile, Platform platform) {
    String name = lockFile.getFileName().toString();
    Path directory = lockFile.resolveSibling(name.substring(0, name.length() - ".lock".length()));
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return;
      }
      LOG.info("removing {}, whose owner was killed", directory);
      if (platform.isWindows()) {
        Directories.delete(directory);
        Files.deleteIfExists(lockFile);
      } else {
        Reaper.watch(directory, lockFile).reap();
      }
    } catch (IOException e) {
      LOG.debug("cannot remove {}", directory, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
