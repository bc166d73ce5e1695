package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one cluster, which goes away with everything that runs in it when it is closed
 * and when this JVM ends, however it ends.
 *
 * <p>A lock file beside it is locked as long as its owner lives. Where both owner and {@link
 * Reaper} were killed, as when a container is stopped, the next workspace of the same user finds
 * the lock free and removes what was left.
 */
public final class Workspace implements AutoCloseable {

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private final Path directory;
  private final Path lockFile;
  private final FileChannel lockChannel;
  private final @Nullable Reaper reaper;
  private boolean closed;

  private Workspace(
      Path directory, Path lockFile, FileChannel lockChannel, @Nullable Reaper reaper) {
    this.directory = directory;
    this.lockFile = lockFile;
    this.lockChannel = lockChannel;
    this.reaper = reaper;
  }

  /**
   * Makes a workspace in memory where that has room for the given bytes, else in the temporary
   * directory.
   */
  public static Workspace create(long bytes, Platform platform) throws IOException {
    boolean inMemory = Files.isWritable(SHARED_MEMORY) && Directories.free(SHARED_MEMORY) >= bytes;
    Path parent = inMemory ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    return createIn(parent, platform);
  }

  /** Makes a workspace in a given directory. */
  public static Workspace createIn(Path parent, Platform platform) throws IOException {
    String prefix = "shardjdbc-testkit-" + Directories.userName() + "-";
    String mine = prefix + ProcessHandle.current().pid() + "-";
    Leftovers.sweep(parent, prefix, mine, platform);
    while (true) {
      String name = mine + Integer.toHexString(ThreadLocalRandom.current().nextInt());
      Workspace workspace = tryCreate(parent.toAbsolutePath().resolve(name), platform);
      if (workspace != null) {
        return workspace;
      }
    }
  }

  private static @Nullable Workspace tryCreate(Path directory, Platform platform)
      throws IOException {
    Path lockFile = directory.resolveSibling(directory.getFileName() + ".lock");
    FileChannel channel;
    try {
      channel = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      return null;
    }
    FileLock lock = channel.tryLock();
    // Between creating and locking, another JVM's sweep may have taken the file for a leftover.
    if (lock == null || !Files.exists(lockFile)) {
      channel.close();
      return null;
    }
    Files.createDirectory(directory);
    Reaper reaper = platform.isWindows() ? null : Reaper.watch(directory, lockFile);
    return new Workspace(directory, lockFile, channel, reaper);
  }

  /** The directory itself. */
  public Path directory() {
    return directory;
  }

  /** Ends every server in this workspace and removes it. A second call does nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (reaper != null) {
        reaper.reap();
      } else {
        Directories.delete(directory);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lockChannel.close();
      Files.deleteIfExists(lockFile);
    }
  }
}
