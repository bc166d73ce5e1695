package io.shardjdbc.routing.sql.lex;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Collects a string's content and decodes its escapes: those of {@code E''} and of {@code U&''}.
 *
 * <p>{@code \x} and octal escapes of {@code E''} are bytes to the server: several of them may make
 * up one UTF-8 character. What is no valid character is refused, as the server refuses it.
 */
final class EscapeDecoder {

  private static final char REPLACEMENT = '\uFFFD';

  private final String text;
  private final StringBuilder content = new StringBuilder();
  private @Nullable ByteArrayOutputStream bytes;
  private int highSurrogate;

  EscapeDecoder(String text) {
    this.text = text;
  }

  void plain(char c) {
    flush();
    content.append(c);
  }

  /** Decodes the escape whose backslash stands at {@code at}; returns where it ends. */
  int escape(int at, int quote) {
    if (at + 1 >= text.length()) {
      throw new SqlSyntaxException("an unterminated quotation", quote);
    }
    char c = text.charAt(at + 1);
    switch (c) {
      case 'b' -> plain('\b');
      case 'f' -> plain('\f');
      case 'n' -> plain('\n');
      case 'r' -> plain('\r');
      case 't' -> plain('\t');
      case 'v' ->
          // A vertical tab to newer servers, the letter to older ones: no way to know.
          throw new SqlSyntaxException("the escape \\v, whose meaning differs by version", at);
      case 'u' -> {
        return unicodeEscape(at, 4);
      }
      case 'U' -> {
        return unicodeEscape(at, 8);
      }
      default -> {
        return number(c, at);
      }
    }
    return at + 2;
  }

  /** Too few digits are no reason to stop: the server refuses them with an error of its own. */
  private int unicodeEscape(int at, int digits) {
    for (int i = at + 2; i < at + 2 + digits; i++) {
      if (i >= text.length() || digit(i, 16) < 0) {
        plain(REPLACEMENT);
        return at + 2;
      }
    }
    unicode(hex(at + 2, digits), at);
    return at + 2 + digits;
  }

  private int number(char c, int at) {
    int radix = c == 'x' ? 16 : 8;
    int from = c == 'x' ? at + 2 : at + 1;
    int longest = c == 'x' ? 2 : 3;
    int end = from;
    while (end < from + longest && end < text.length() && digit(end, radix) >= 0) {
      end++;
    }
    if (end == from) {
      plain(c);
      return at + 2;
    }
    octet(Integer.parseInt(text.substring(from, end), radix) & 0xFF, at);
    return end;
  }

  private void octet(int value, int at) {
    if (value == 0) {
      throw invalid(at);
    }
    if (value < 0x80) {
      plain((char) value);
      return;
    }
    if (highSurrogate != 0) {
      throw invalid(at);
    }
    if (bytes == null) {
      bytes = new ByteArrayOutputStream(4);
    }
    bytes.write(value);
  }

  /** Adds the character that a {@code \\uXXXX} or the like at {@code at} names. */
  void unicode(int codePoint, int at) {
    if (highSurrogate != 0) {
      if (!isLowSurrogate(codePoint)) {
        throw invalid(at);
      }
      content.appendCodePoint(Character.toCodePoint((char) highSurrogate, (char) codePoint));
      highSurrogate = 0;
      return;
    }
    flush();
    if (codePoint <= 0 || !Character.isValidCodePoint(codePoint) || isLowSurrogate(codePoint)) {
      throw invalid(at);
    }
    if (codePoint >= Character.MIN_HIGH_SURROGATE && codePoint <= Character.MAX_HIGH_SURROGATE) {
      highSurrogate = codePoint;
    } else {
      content.appendCodePoint(codePoint);
    }
  }

  private static boolean isLowSurrogate(int codePoint) {
    return codePoint >= Character.MIN_LOW_SURROGATE && codePoint <= Character.MAX_LOW_SURROGATE;
  }

  /** The number that exactly {@code count} hexadecimal digits at {@code from} give. */
  private int hex(int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      int digit = i < text.length() ? digit(i, 16) : -1;
      if (digit < 0) {
        throw invalid(from);
      }
      value = value * 16 + digit;
    }
    return value > Character.MAX_CODE_POINT ? -1 : (int) value;
  }

  private int digit(int at, int radix) {
    char c = text.charAt(at);
    return c < 128 ? Character.digit(c, radix) : -1;
  }

  private void flush() {
    if (highSurrogate != 0) {
      throw invalid(0);
    }
    if (bytes != null) {
      try {
        content.append(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())));
      } catch (CharacterCodingException e) {
        throw invalid(0);
      }
      bytes = null;
    }
  }

  String result(int quote) {
    try {
      flush();
    } catch (SqlSyntaxException e) {
      throw invalid(quote);
    }
    return content.toString();
  }

  private static SqlSyntaxException invalid(int at) {
    return new SqlSyntaxException("an invalid escape in a string", at);
  }

  /** The content of a {@code U&''} or {@code U&""}, with its escape character, decoded. */
  static String unicodeEscapes(String raw, char escape, int quote) {
    if (raw.indexOf(escape) < 0) {
      return raw;
    }
    EscapeDecoder decoder = new EscapeDecoder(raw);
    int at = 0;
    while (at < raw.length()) {
      char c = raw.charAt(at);
      if (c != escape) {
        decoder.plain(c);
        at++;
      } else if (at + 1 < raw.length() && raw.charAt(at + 1) == escape) {
        decoder.plain(c);
        at += 2;
      } else if (at + 1 < raw.length() && raw.charAt(at + 1) == '+') {
        decoder.unicode(decoder.hex(at + 2, 6), quote);
        at += 8;
      } else {
        decoder.unicode(decoder.hex(at + 1, 4), quote);
        at += 5;
      }
    }
    return decoder.result(quote);
  }
}
