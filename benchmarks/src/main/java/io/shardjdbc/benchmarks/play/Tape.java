package io.shardjdbc.benchmarks.play;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The answers that one connection has heard, by what it had asked. */
final class Tape {

  private static final int SLOTS = 1 << 14;
  private static final int READY = 'Z';
  private static final int END = -1;

  private final byte[][] requests = new byte[SLOTS][];
  private final byte[][] answers = new byte[SLOTS][];
  private byte[] playing = new byte[0];
  private int at;

  /** Whether a request is of a kind. */
  static boolean says(byte[] request, char kind) {
    return request[0] == kind;
  }

  /** Begins to play the answer to a request, if it was heard before. */
  boolean find(byte[] request, int length) {
    int slot = slot(request, length);
    byte[] answer = answers[slot];
    if (answer == null) {
      return false;
    }
    playing = answer;
    at = 0;
    return true;
  }

  /** Listens to the answer of a request until the server is ready for the next, and plays it. */
  void record(byte[] request, int length, InputStream server) throws IOException {
    DataInputStream in = new DataInputStream(server);
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    int kind;
    do {
      kind = in.readUnsignedByte();
      int size = in.readInt();
      heard.write(kind);
      heard.writeBytes(
          new byte[] {(byte) (size >> 24), (byte) (size >> 16), (byte) (size >> 8), (byte) size});
      heard.writeBytes(in.readNBytes(size - Integer.BYTES));
    } while (kind != READY);
    int slot = slot(request, length);
    requests[slot] = Arrays.copyOf(request, length);
    answers[slot] = heard.toByteArray();
    find(request, length);
  }

  private int slot(byte[] request, int length) {
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + request[i];
    }
    int slot = (hash ^ hash >>> 15) & SLOTS - 1;
    byte[] known = requests[slot];
    while (known != null && !Arrays.equals(known, 0, known.length, request, 0, length)) {
      slot = slot + 1 & SLOTS - 1;
      known = requests[slot];
    }
    return slot;
  }

  int left() {
    return playing.length - at;
  }

  int play(byte[] target, int offset, int length) {
    int count = Math.min(length, left());
    if (count == 0) {
      return END;
    }
    System.arraycopy(playing, at, target, offset, count);
    at += count;
    return count;
  }
}
