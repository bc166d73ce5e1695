package io.shardjdbc.copy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A stream that is read byte by byte, with the record that is being read kept. */
final class Bytes {

  private static final int END = -1;

  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int next;
  private int limit;
  private byte[] record = new byte[1024];
  private int length;

  Bytes(InputStream in) {
    this.in = in;
  }

  /** The next byte, which becomes part of the record; -1 at the end. */
  int take() throws IOException {
    int b = peek();
    if (b != END) {
      next++;
      if (length == record.length) {
        record = Arrays.copyOf(record, length * 2);
      }
      record[length++] = (byte) b;
    }
    return b;
  }

  int peek() throws IOException {
    while (next == limit) {
      int read = in.read(buffer);
      if (read < 0) {
        return END;
      }
      next = 0;
      limit = read;
    }
    return buffer[next] & 0xFF;
  }

  /** Begins another record. */
  void begin() {
    length = 0;
  }

  byte[] record() {
    return record;
  }

  int length() {
    return length;
  }
}
