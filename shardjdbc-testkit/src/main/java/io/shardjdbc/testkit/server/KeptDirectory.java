package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A directory in the cache that is made once and found again by later JVMs.
 *
 * <p>It appears under its name only when it is whole; a lock file keeps concurrent JVMs from making
 * it twice. The number of its leaves, files and empty directories, is kept in it, because cleaners
 * of temporary directories take them one by one.
 */
final class KeptDirectory {

  private static final Object MAKING = new Object();
  private static final String COUNT = "file-count";

  private KeptDirectory() {}

  /** What fills a new directory. */
  @FunctionalInterface
  interface Content {
    /** Fills the directory, which exists and is empty. */
    void fill(Path directory) throws IOException, InterruptedException;
  }

  /** Makes the directory unless it is there and whole. */
  static void makeOnce(Path home, Content content) throws IOException {
    Path lock = home.resolveSibling(home.getFileName() + ".lock");
    // A file lock belongs to the whole JVM: its threads need one of their own.
    synchronized (MAKING) {
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock();
        if (isWhole(home)) {
          return;
        }
        Path partial = home.resolveSibling(home.getFileName() + ".partial");
        Directories.delete(partial);
        Directories.delete(home);
        content.fill(Files.createDirectories(partial));
        Files.writeString(partial.resolve(COUNT), Long.toString(leaves(partial)));
        Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while making " + home, e);
      }
    }
  }

  private static boolean isWhole(Path home) throws IOException {
    Path count = home.resolve(COUNT);
    return Files.exists(count) && Files.readString(count).equals(Long.toString(leaves(home) - 1));
  }

  private static long leaves(Path home) throws IOException {
    long[] leaves = {0};
    Files.walkFileTree(
        home,
        new SimpleFileVisitor<>() {
          private long before;

          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            before = leaves[0];
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            leaves[0]++;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException e) {
            if (leaves[0] == before) {
              leaves[0]++;
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return leaves[0];
  }
}
