package io.shardjdbc.jdbc;

/** Quotes names and texts for SQL of the library's own. */
final class Quotes {

  private Quotes() {}

  /** {@code "name"}, whatever is in it. */
  static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** {@code E'text'}, which means the same whether or not strings conform to the standard. */
  static String literal(String text) {
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + '\'';
  }
}
