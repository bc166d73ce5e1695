package io.shardjdbc.tests.reshard;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What processes have been told of their writes, in a file that all of them have mapped: it is
 * there for everybody at once, and stays when a process is killed.
 *
 * <p>Of each user: how many writes were acknowledged, and how many may have been done. One process
 * writes to a user, and all read.
 */
final class SharedHistory {
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer bytes;

  private SharedHistory(MappedByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** The history in a file, which is created when it is not there. */
  static SharedHistory in(Path file, int users) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new SharedHistory(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, (users + 1) * 2L * Long.BYTES));
    }
  }

  long acknowledged(int user) {
    return (long) LONGS.getVolatile(bytes, acknowledgedAt(user));
  }

  long possible(int user) {
    return (long) LONGS.getVolatile(bytes, possibleAt(user));
  }

  /** A write begins: from now on it may be seen. */
  void begin(int user) {
    LONGS.getAndAdd(bytes, possibleAt(user), 1L);
  }

  /** It was acknowledged: from now on it has to be seen. */
  void acknowledge(int user) {
    LONGS.getAndAdd(bytes, acknowledgedAt(user), 1L);
  }

  /** It was certainly not done. */
  void undone(int user) {
    LONGS.getAndAdd(bytes, possibleAt(user), -1L);
  }

  private static int acknowledgedAt(int user) {
    return user * 2 * Long.BYTES;
  }

  private static int possibleAt(int user) {
    return acknowledgedAt(user) + Long.BYTES;
  }
}
