package io.shardjdbc.copy;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of the text and csv formats: lines, by the rules of PostgreSQL's {@code COPY FROM}.
 *
 * <p>The first line's end says which lines end: at a newline, a carriage return, or both. In text a
 * backslash takes the byte behind it out of the line's structure; in csv quotes do. {@code \.}
 * alone on a line of text ends the data. What is wrong with a line is for the server to say, for
 * its bytes reach it unchanged; but not how it ends, for each server sees some lines only.
 */
final class LineRecords implements Records {

  private enum LineEnd {
    UNKNOWN,
    NEWLINE,
    RETURN,
    BOTH
  }

  private final CopyFormat format;
  private final char delimiter;
  private final char quote;
  private final char escape;
  private final Bytes bytes;
  private final boolean csv;
  private final KeyFields fields;
  private final int[] places;
  private LineEnd lineEnd = LineEnd.UNKNOWN;
  private int contentLength;
  private boolean ended;

  LineRecords(CopyFormat format, Bytes bytes, KeyFields fields) {
    this.format = format;
    this.delimiter = format.marks().delimiter();
    this.quote = format.marks().quote();
    this.escape = format.marks().escape();
    this.bytes = bytes;
    this.csv = format.isCsv();
    this.fields = fields;
    this.places = fields.places();
  }

  @Override
  public boolean readHeader() throws IOException, SQLException {
    return format.header() && readLine();
  }

  @Override
  public boolean next() throws IOException, SQLException {
    if (ended || !readLine()) {
      return false;
    }
    if (contentLength == 2 && bytes.record()[0] == '\\' && bytes.record()[1] == '.') {
      if (csv) {
        throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "a line \\. in csv");
      }
      ended = true;
      return false;
    }
    return true;
  }

  private boolean readLine() throws IOException, SQLException {
    bytes.begin();
    boolean quoted = false;
    boolean escaped = false;
    boolean ownEscape = csv && escape != quote;
    while (true) {
      int b = bytes.take();
      if (b < 0) {
        contentLength = bytes.length();
        return contentLength > 0;
      }
      if (csv) {
        if (ownEscape && quoted && b == escape) {
          escaped = !escaped;
        }
        if (b == quote && !escaped) {
          quoted = !quoted;
        }
        if (!ownEscape || b != escape) {
          escaped = false;
        }
      } else if (b == '\\') {
        bytes.take();
        continue;
      }
      if (!quoted && (b == '\n' || b == '\r')) {
        if (endsLine(b)) {
          return true;
        }
        throw SqlErrors.of(ErrorCode.COPY_MALFORMED, "a line ends otherwise than the first one");
      }
    }
  }

  private boolean endsLine(int b) throws IOException {
    if (lineEnd == LineEnd.UNKNOWN) {
      lineEnd = b == '\n' ? LineEnd.NEWLINE : bytes.peek() == '\n' ? LineEnd.BOTH : LineEnd.RETURN;
    }
    contentLength = bytes.length() - 1;
    return switch (lineEnd) {
      case NEWLINE -> b == '\n';
      case RETURN -> b == '\r';
      default -> {
        boolean both = b == '\r' && bytes.peek() == '\n';
        if (both) {
          bytes.take();
        }
        yield both;
      }
    };
  }

  @Override
  public byte[] header(List<String> more) {
    String q = String.valueOf(quote);
    return extended(
        bytes.record(),
        bytes.length(),
        contentLength,
        more.stream()
            .map(name -> csv ? q + name.replace(q, String.valueOf(escape) + q) + q : name)
            .toList());
  }

  @Override
  public Extensible extensible() {
    byte[] record = Arrays.copyOf(bytes.record(), bytes.length());
    int content = contentLength;
    return more ->
        extended(
            record,
            record.length,
            content,
            more.stream().map(field -> Long.toString(field.number())).toList());
  }

  private byte[] extended(byte[] record, int length, int content, List<String> more) {
    StringBuilder behind = new StringBuilder();
    more.forEach(text -> behind.append(delimiter).append(text));
    byte[] added = behind.toString().getBytes(format.charset());
    byte[] all = new byte[length + added.length];
    System.arraycopy(record, 0, all, 0, content);
    System.arraycopy(added, 0, all, content, added.length);
    System.arraycopy(record, content, all, content + added.length, length - content);
    return all;
  }

  @Override
  public byte[] trailer() {
    return new byte[0];
  }

  @Override
  public List<@Nullable Object> key() throws SQLException {
    @Nullable Object[] key = new @Nullable Object[fields.positions().size()];
    int at = 0;
    for (int place : places) {
      if (at > contentLength) {
        throw SqlErrors.of(ErrorCode.COPY_MALFORMED, "a record has too few fields");
      }
      if (place < 0) {
        at = (csv ? csvField(at, null) : textEnd(at)) + 1;
      } else if (csv) {
        ByteText text = new ByteText(format.charset());
        int end = csvField(at, text);
        String value = text.toString();
        key[place] = value(value, value, text.isQuoted(), place);
        at = end + 1;
      } else {
        int end = textEnd(at);
        key[place] = textField(at, end, place);
        at = end + 1;
      }
    }
    return Arrays.asList(key);
  }

  /**
   * @param raw the text before escapes are taken out, by which NULL is recognised
   */
  private @Nullable Object value(String value, String raw, boolean quoted, int place)
      throws SQLException {
    boolean isNull = raw.equals(format.words().nullText());
    String defaultText = format.words().defaultText();
    boolean isDefault = !defaultText.isEmpty() && raw.equals(defaultText);
    if ((isNull && fields.forced().get(place)) || isDefault) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "FORCE_NULL or DEFAULT for a shard key");
    }
    return isNull && !quoted ? null : value;
  }

  /** Where the delimiter behind a field is, or the end of the line. */
  private int textEnd(int start) {
    byte[] line = bytes.record();
    int at = start;
    while (at < contentLength && line[at] != delimiter) {
      at += line[at] == '\\' && at + 1 < contentLength ? 2 : 1;
    }
    return Math.min(at, contentLength);
  }

  private @Nullable Object textField(int start, int end, int place) throws SQLException {
    byte[] line = bytes.record();
    String raw = new String(line, start, end - start, format.charset());
    if (raw.indexOf('\\') < 0) {
      return value(raw, raw, false, place);
    }
    ByteText value = new ByteText(format.charset());
    int at = start;
    while (at < end) {
      if (line[at] == '\\' && at + 1 < end) {
        at = value.appendEscape(line, at + 1, end);
      } else {
        value.append(line[at++]);
      }
    }
    return value(value.toString(), raw, false, place);
  }

  /**
   * Reads a field.
   *
   * @param value takes its text; null where nobody needs it
   * @return where the delimiter behind it is, or the end of the line
   */
  private int csvField(int start, @Nullable ByteText value) {
    byte[] line = bytes.record();
    boolean quoted = false;
    int at = start;
    while (at < contentLength) {
      byte b = line[at];
      if (!quoted && b == delimiter) {
        break;
      }
      boolean escapes =
          quoted
              && b == escape
              && at + 1 < contentLength
              && (line[at + 1] == escape || line[at + 1] == quote);
      if (b == quote && !escapes) {
        quoted = !quoted;
        if (value != null) {
          value.quoted();
        }
      } else if (value != null) {
        value.append(line[escapes ? at + 1 : at]);
      }
      at += escapes ? 2 : 1;
    }
    return at;
  }
}
