package io.shardjdbc.copy;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** The characters of a reader as UTF-8. */
public final class Utf8Input extends InputStream {

  private final Reader from;
  private final char[] characters = new char[8 * 1024];
  private byte[] bytes = new byte[0];
  private int next;
  private boolean pending;
  private char high;

  public Utf8Input(Reader from) {
    this.from = from;
  }

  private boolean fill() throws IOException {
    while (next == bytes.length) {
      int start = pending ? 1 : 0;
      if (pending) {
        characters[0] = high;
        pending = false;
      }
      int read = from.read(characters, start, characters.length - start);
      int count = start + Math.max(read, 0);
      if (read < 0 && count == 0) {
        return false;
      }
      if (read >= 0 && Character.isHighSurrogate(characters[count - 1])) {
        high = characters[--count]; // its other half is not there yet
        pending = true;
      }
      bytes = new String(characters, 0, count).getBytes(StandardCharsets.UTF_8);
      next = 0;
    }
    return true;
  }

  @Override
  public int read() throws IOException {
    return fill() ? bytes[next++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - next);
    System.arraycopy(bytes, next, target, offset, count);
    next += count;
    return count;
  }
}
