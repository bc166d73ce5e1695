package io.shardjdbc.copy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;

/** A field's text, put together byte by byte. */
final class ByteText {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Charset charset;
  private boolean quoted;

  ByteText(Charset charset) {
    this.charset = charset;
  }

  void append(int b) {
    bytes.write(b);
  }

  /** Some of it stands in quotes, if only nothing. */
  void quoted() {
    quoted = true;
  }

  boolean isQuoted() {
    return quoted;
  }

  /**
   * Takes an escape of the text format.
   *
   * @param at behind the backslash
   * @return behind the escape
   */
  int appendEscape(byte[] line, int at, int end) {
    int c = line[at];
    if (c >= '0' && c <= '7') {
      return digits(line, at, Math.min(end, at + 3), 8);
    }
    if (c == 'x' && at + 1 < end && Character.digit(line[at + 1], 16) >= 0) {
      return digits(line, at + 1, Math.min(end, at + 3), 16);
    }
    bytes.write(
        switch (c) {
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'v' -> 0x0B;
          default -> c;
        });
    return at + 1;
  }

  private int digits(byte[] line, int from, int end, int radix) {
    int at = from;
    int value = 0;
    while (at < end && Character.digit(line[at], radix) >= 0) {
      value = value * radix + Character.digit(line[at], radix);
      at++;
    }
    bytes.write(value & 0xFF);
    return at;
  }

  @Override
  public String toString() {
    return bytes.toString(charset);
  }
}
