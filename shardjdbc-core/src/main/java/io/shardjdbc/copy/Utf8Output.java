package io.shardjdbc.copy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Writes UTF-8 as characters. */
public final class Utf8Output extends OutputStream {

  private final Writer to;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(8 * 1024);
  private final CharBuffer characters = CharBuffer.allocate(8 * 1024);

  public Utf8Output(Writer to) {
    this.to = to;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    int at = offset;
    while (at < offset + length) {
      int count = Math.min(bytes.remaining(), offset + length - at);
      bytes.put(source, at, count);
      at += count;
      decode(false);
    }
  }

  private void decode(boolean end) throws IOException {
    bytes.flip();
    var result = decoder.decode(bytes, characters, end);
    bytes.compact();
    if (result.isError()) {
      result.throwException();
    }
    characters.flip();
    to.append(characters);
    characters.clear();
  }

  /** Writes what is left. */
  public void finish() throws IOException {
    decode(true);
    to.flush();
  }
}
