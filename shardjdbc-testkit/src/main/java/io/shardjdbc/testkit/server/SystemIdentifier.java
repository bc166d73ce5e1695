package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.zip.CRC32C;

/**
 * The number by which a server knows that a replica, or a piece of log, is of its own history.
 *
 * <p>{@code initdb} draws it, so that copies of one data directory share it, and a replica could
 * follow the wrong shard. {@link #renew} gives a copy another one. It stands at the beginning of
 * {@code global/pg_control}, which ends in a CRC-32C over all that is before it, and in the header
 * of each log file's first page, which has no checksum. Where the checksum stands differs from
 * version to version: it is the first place where it is right.
 *
 * <p>Sources: {@code ControlFileData} in PostgreSQL's {@code pg_control.h}, {@code
 * XLogLongPageHeaderData} in {@code xlog_internal.h}; {@code pg_createsubscriber} does the same to
 * a former standby.
 */
final class SystemIdentifier {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String LOG_FILES = "[0-9A-F]".repeat(24);
  private static final int OFFSET_IN_PAGE = 24;
  private static final int LONGEST_CONTROL_DATA = 512;

  private SystemIdentifier() {}

  /** Gives a data directory that no server has served yet a new system identifier. */
  static void renew(Path data) throws IOException {
    long id =
        RANDOM.nextLong() >>> 1; // initdb's have no sign: they begin with the seconds of a clock
    long old = replaceInControlFile(data.resolve("global/pg_control"), id);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(data.resolve("pg_wal"), LOG_FILES)) {
      for (Path file : files) {
        replaceInLogFile(file, old, id);
      }
    }
  }

  private static long replaceInControlFile(Path file, long id) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    long old = content.getLong(0);
    int end = checksumOffset(content.array(), content);
    content.putLong(0, id);
    CRC32C checksum = new CRC32C();
    checksum.update(content.array(), 0, end);
    content.putInt(end, (int) checksum.getValue());
    Files.write(file, content.array(), StandardOpenOption.WRITE);
    return old;
  }

  private static int checksumOffset(byte[] bytes, ByteBuffer content) throws IOException {
    CRC32C checksum = new CRC32C();
    for (int end = 0; end < LONGEST_CONTROL_DATA; end += Integer.BYTES) {
      if (end > 0 && content.getInt(end) == (int) checksum.getValue()) {
        return end;
      }
      checksum.update(bytes, end, Integer.BYTES);
    }
    throw new IOException("no checksum in pg_control");
  }

  private static void replaceInLogFile(Path file, long old, long id) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      channel.read(number, OFFSET_IN_PAGE);
      if (number.getLong(0) == old) { // a file that is not used yet has no header
        channel.write(number.clear().putLong(0, id), OFFSET_IN_PAGE);
      }
    }
  }
}
