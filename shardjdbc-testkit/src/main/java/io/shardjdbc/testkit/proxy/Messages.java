package io.shardjdbc.testkit.proxy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one direction of a connection to PostgreSQL, one after another.
 *
 * <p>A message is a byte that says its type, and a length. What a client says first has no type;
 * its wish to encrypt is answered by one byte alone.
 */
final class Messages {

  private static final int SSL = 80877103;
  private static final int GSS = 80877104;
  private static final int LENGTH = 4;

  private final DataInputStream in;
  private final boolean requests;
  private final AtomicInteger bareAnswers;
  private boolean introduced;
  private int type;

  /**
   * @param bareAnswers counts, for both directions, answers of one byte that are to come
   */
  Messages(InputStream in, boolean requests, AtomicInteger bareAnswers) {
    this.in = new DataInputStream(in);
    this.requests = requests;
    this.bareAnswers = bareAnswers;
  }

  /** The type of the last message. */
  int type() {
    return type;
  }

  /** The next message as it stands; null at the end. */
  byte @Nullable [] next() throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    if (!requests && bareAnswers.get() > 0) {
      bareAnswers.decrementAndGet();
      type = 0;
      return new byte[] {(byte) first};
    }
    boolean typed = !requests || introduced;
    byte[] head = new byte[typed ? 1 + LENGTH : LENGTH];
    head[0] = (byte) first;
    try {
      in.readFully(head, 1, head.length - 1);
      int length = ByteBuffer.wrap(head, head.length - LENGTH, LENGTH).getInt();
      byte[] message = new byte[head.length - LENGTH + length];
      System.arraycopy(head, 0, message, 0, head.length);
      in.readFully(message, head.length, message.length - head.length);
      type = typed ? first : 0;
      if (!typed) {
        introduce(ByteBuffer.wrap(message, LENGTH, LENGTH).getInt());
      }
      return message;
    } catch (EOFException e) {
      return null; // cut off in the middle
    }
  }

  private void introduce(int code) {
    if (code == SSL || code == GSS) {
      bareAnswers.incrementAndGet();
    } else {
      introduced = true;
    }
  }
}
