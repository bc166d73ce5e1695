package io.shardjdbc.saga.work;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * JSON of one flat object whose values are strings, numbers and booleans.
 *
 * <p>A reader of RFC 8259 that takes nothing else: no nesting (so its depth is one), no null, no
 * name twice, no trailing text, bounded in length and in the digits of a number. It makes values of
 * four known classes and nothing that the text could choose.
 */
public final class FlatJson {

  /** The longest text that a state may be. */
  public static final int LONGEST = 1 << 18;

  private static final int MOST_DIGITS = 1_000;
  private static final int MOST_EXPONENT_DIGITS = 3;

  private final String text;
  private int at;

  private FlatJson(String text) {
    this.text = text;
  }

  /** Strings, longs, decimals and booleans by their names, in the text's order. */
  public static Map<String, Object> read(String json) {
    if (json.length() > LONGEST) {
      throw new IllegalArgumentException("JSON of more than " + LONGEST + " characters");
    }
    return new FlatJson(json).object();
  }

  public static String write(Map<String, Object> values) {
    StringBuilder out = new StringBuilder("{");
    values.forEach(
        (name, value) -> {
          out.append(out.length() > 1 ? "," : "");
          quote(out, name);
          out.append(':');
          if (value instanceof String string) {
            quote(out, string);
          } else {
            out.append(value instanceof BigDecimal decimal ? written(decimal) : value);
          }
        });
    String json = out.append('}').toString();
    if (json.length() > LONGEST) {
      throw new IllegalArgumentException("a state of more than " + LONGEST + " characters");
    }
    return json;
  }

  /** With a point, so that it is read as a decimal again. */
  private static String written(BigDecimal decimal) {
    if (decimal.precision() > MOST_DIGITS || Math.abs(decimal.scale()) >= MOST_DIGITS) {
      throw new IllegalArgumentException("a decimal of more than " + MOST_DIGITS + " digits");
    }
    if (decimal.scale() > 0) {
      return decimal.toPlainString();
    }
    return decimal.unscaledValue() + "e" + -decimal.scale();
  }

  private static void quote(StringBuilder out, String string) {
    if (!WellFormed.is(string)) {
      throw new IllegalArgumentException(
          "a text with the character 0 or half a surrogate pair, which PostgreSQL refuses");
    }
    out.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        escape(out, c);
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static void escape(StringBuilder out, char c) {
    out.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
  }

  private Map<String, Object> object() {
    Map<String, Object> values = new LinkedHashMap<>();
    space();
    expect('{');
    space();
    if (!take('}')) {
      do {
        space();
        String name = string();
        space();
        expect(':');
        space();
        if (values.put(name, value()) != null) {
          throw fault("a name twice");
        }
        space();
      } while (take(','));
      expect('}');
    }
    space();
    if (at < text.length()) {
      throw fault("text after the object");
    }
    return values;
  }

  private Object value() {
    return switch (peek()) {
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      default -> number();
    };
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw fault("an unknown word");
    }
    at += word.length();
    return value;
  }

  private Object number() {
    int start = at;
    take('-');
    if (!take('0')) {
      digits();
    }
    boolean integer = true;
    if (take('.')) {
      integer = false;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      integer = false;
      at++;
      if (!take('+')) {
        take('-');
      }
      int exponent = at;
      digits();
      if (at - exponent > MOST_EXPONENT_DIGITS) {
        throw fault("an exponent that is too large");
      }
    }
    if (at - start > 2 * MOST_DIGITS) {
      throw fault("a number that is too long");
    }
    BigDecimal number = new BigDecimal(text.substring(start, at));
    try {
      return integer ? (Object) number.longValueExact() : number;
    } catch (ArithmeticException e) {
      return number;
    }
  }

  private void digits() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == start) {
      throw fault("no digit");
    }
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        throw fault("a control character");
      }
      out.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw fault("an unknown escape");
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      char c = next();
      int digit = Character.digit(c, 16);
      if (digit < 0 || c > 'f') {
        throw fault("an unknown escape");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private char next() {
    if (at >= text.length()) {
      throw fault("an end too early");
    }
    return text.charAt(at++);
  }

  private boolean take(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char c) {
    if (!take(c)) {
      throw fault("no '" + c + "'");
    }
  }

  private void space() {
    while (" \t\r\n".indexOf(peek()) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException fault(String what) {
    return new IllegalArgumentException("not flat JSON: " + what + " at position " + at);
  }
}
