package io.shardjdbc.copy;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that knows whether something was read from it. */
final class TouchedInput extends FilterInputStream {
  private boolean touched;

  TouchedInput(InputStream from) {
    super(from);
  }

  boolean isTouched() {
    return touched;
  }

  @Override
  public int read() throws IOException {
    touched = true;
    return super.read();
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    touched = true;
    return super.read(bytes, from, length);
  }
}
