package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Predicate;

/** Copying and deleting of directory trees that a server may be changing meanwhile. */
final class Directories {

  private Directories() {}

  /** The user's name as a part of a file name. */
  static String userName() {
    return System.getProperty("user.name", "unknown").replaceAll("[^A-Za-z0-9_-]", "_");
  }

  /**
   * Copies a tree with its permissions and gives the copy to an account. Files that vanish on the
   * way are left out.
   *
   * @param content says of a path relative to the source whether it is copied; a directory that is
   *     refused is made, but stays empty
   */
  static void copy(Path source, Path target, Account account, Predicate<Path> content)
      throws IOException {
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Path relative = source.relativize(directory);
            place(directory, target.resolve(relative));
            return content.test(relative) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path relative = source.relativize(file);
            if (content.test(relative)) {
              place(file, target.resolve(relative));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          private void place(Path from, Path to) throws IOException {
            try {
              Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
              account.own(to);
            } catch (NoSuchFileException e) {
              // Dropped by the server since it was listed: a backup may miss it.
            }
          }
        });
  }

  /** Deletes a tree; one that is not there, or not any more, is no error. */
  static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The bytes free for this user where a directory is. */
  static long free(Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
