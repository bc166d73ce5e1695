package io.shardjdbc.copy;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of the text and csv formats: lines, by the rules of PostgreSQL's {@code COPY FROM}.
 *
 * <p>The first line's end says which lines end: at a newline, a carriage return, or both. In text a
 * backslash takes the byte behind it out of the line's structure; in csv quotes do. {@code \.}
 * alone on a line of text ends the data. What is wrong with a line is for the server to say, for
 * its bytes reach it unchanged.
 */
final class LineRecords implements Records {

  private enum LineEnd {
    UNKNOWN,
    NEWLINE,
    RETURN,
    BOTH
  }

  private final CopyCommand command;
  private final Bytes bytes;
  private final boolean csv;
  private final List<Boolean> forced;
  private LineEnd lineEnd = LineEnd.UNKNOWN;
  private int contentLength;
  private boolean ended;

  /**
   * @param forced whether FORCE_NULL or FORCE_NOT_NULL speaks of the key's columns
   */
  LineRecords(CopyCommand command, Bytes bytes, List<Boolean> forced) {
    this.command = command;
    this.bytes = bytes;
    this.csv = command.format() == CopyCommand.Format.CSV;
    this.forced = forced;
  }

  @Override
  public boolean readHeader() throws IOException {
    return command.header() && readLine();
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

  private boolean readLine() throws IOException {
    bytes.begin();
    boolean quoted = false;
    boolean escaped = false;
    boolean ownEscape = csv && command.escape() != command.quote();
    while (true) {
      int b = bytes.take();
      if (b < 0) {
        contentLength = bytes.length();
        return contentLength > 0;
      }
      if (csv) {
        if (ownEscape && quoted && b == command.escape()) {
          escaped = !escaped;
        }
        if (b == command.quote() && !escaped) {
          quoted = !quoted;
        }
        if (!ownEscape || b != command.escape()) {
          escaped = false;
        }
      } else if (b == '\\') {
        bytes.take();
        continue;
      }
      if (!quoted && (b == '\n' || b == '\r') && endsLine(b)) {
        return true;
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
  public byte[] trailer() {
    return new byte[0];
  }

  @Override
  public List<@Nullable Object> fields(List<Integer> positions) throws SQLException {
    int last = positions.stream().mapToInt(Integer::intValue).max().orElse(-1);
    List<@Nullable Object> fields = new ArrayList<>();
    int at = 0;
    for (int field = 0; field <= last; field++) {
      if (at > contentLength) {
        throw SqlErrors.of(ErrorCode.COPY_MALFORMED, "a record has too few fields");
      }
      Field read = csv ? csvField(at) : textField(at);
      at = read.end() + 1;
      int key = positions.indexOf(field);
      if (key >= 0) {
        fields.add(value(read, forced.get(key)));
      }
    }
    // In the order of the key, which need not be that of the fields.
    List<@Nullable Object> ordered = new ArrayList<>();
    List<Integer> sorted = positions.stream().sorted().toList();
    positions.forEach(position -> ordered.add(fields.get(sorted.indexOf(position))));
    return ordered;
  }

  /**
   * A field.
   *
   * @param raw its text before escapes are taken out, by which NULL is recognised
   * @param end where the delimiter behind it is
   */
  private record Field(String value, String raw, boolean quoted, int end) {}

  private @Nullable Object value(Field field, boolean isForced) throws SQLException {
    boolean isNull = field.raw().equals(command.nullText());
    boolean isDefault =
        !command.defaultText().isEmpty() && field.raw().equals(command.defaultText());
    if ((isForced && isNull) || isDefault) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "FORCE_NULL or DEFAULT for a shard key");
    }
    return isNull && !field.quoted() ? null : field.value();
  }

  private Field textField(int start) {
    byte[] line = bytes.record();
    ByteText value = new ByteText(command.charset());
    int at = start;
    while (at < contentLength && line[at] != command.delimiter()) {
      if (line[at] == '\\' && at + 1 < contentLength) {
        at = value.appendEscape(line, at + 1, contentLength);
      } else {
        value.append(line[at++]);
      }
    }
    String raw = new String(line, start, at - start, command.charset());
    return new Field(value.toString(), raw, false, at);
  }

  private Field csvField(int start) {
    byte[] line = bytes.record();
    ByteText value = new ByteText(command.charset());
    boolean quoted = false;
    boolean sawQuote = false;
    int at = start;
    while (at < contentLength) {
      byte b = line[at];
      if (!quoted && b == command.delimiter()) {
        break;
      }
      boolean escapes =
          quoted
              && b == command.escape()
              && at + 1 < contentLength
              && (line[at + 1] == command.escape() || line[at + 1] == command.quote());
      if (escapes) {
        value.append(line[at + 1]);
        at += 2;
        continue;
      }
      if (b == command.quote()) {
        quoted = !quoted;
        sawQuote = true;
      } else {
        value.append(b);
      }
      at++;
    }
    String text = value.toString();
    return new Field(text, text, sawQuote, at);
  }
}
