package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.wrap.Binding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Texts that are given as streams of a certain length: they are read when they are set, as the
 * driver does, so their owner may close them or go on reading.
 */
final class SentTexts {

  private SentTexts() {}

  /** The first characters of a stream, as many as there are of so many. */
  static String read(Reader reader, int length) throws SQLException {
    if (length < 0) {
      throw SqlErrors.of(ErrorCode.USAGE, "the length of a stream is negative");
    }
    char[] text = new char[length];
    int count = 0;
    try {
      while (count < length) {
        int more = reader.read(text, count, length - count);
        if (more < 0) {
          break;
        }
        count += more;
      }
    } catch (IOException e) {
      SQLException failed =
          SqlErrors.of(ErrorCode.USAGE, "the stream that is given as a value fails");
      failed.initCause(e);
      throw failed;
    }
    return new String(text, 0, count);
  }

  static Binding of(InputStream stream, int length, Charset charset) throws SQLException {
    return new SentText(read(new InputStreamReader(stream, charset), length));
  }

  /** The driver says of such a text, other than of a string, that it is a varchar in any case. */
  private record SentText(String value) implements Binding {
    @Override
    @SuppressWarnings("deprecation")
    public void bind(PreparedStatement target, int index) throws SQLException {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      target.setUnicodeStream(index, new ByteArrayInputStream(bytes), value.length());
    }

    @Override
    public String toString() {
      return "SentText";
    }
  }
}
