package io.shardjdbc.copy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that knows whether something was written to it. */
final class TouchedOutput extends FilterOutputStream {
  private boolean touched;

  TouchedOutput(OutputStream to) {
    super(to);
  }

  boolean isTouched() {
    return touched;
  }

  @Override
  public void write(int one) throws IOException {
    touched = true;
    out.write(one);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    touched = true;
    out.write(bytes, from, length);
  }
}
