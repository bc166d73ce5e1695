package io.shardjdbc.copy;

import java.nio.charset.Charset;
import java.util.Set;

/**
 * How the bytes of a COPY say what its records are.
 *
 * @param header whether a line of names comes before the records
 */
record CopyFormat(Kind kind, boolean header, Charset charset, Marks marks, Words words) {

  enum Kind {
    TEXT,
    CSV,
    BINARY
  }

  /** The bytes between fields and around them. */
  record Marks(char delimiter, char quote, char escape) {}

  /**
   * The texts of fields that have no value of their own.
   *
   * @param defaultText of a field that takes its column's default; empty where there is none
   * @param forced columns of FORCE_NULL and FORCE_NOT_NULL, {@code *} for all
   */
  record Words(String nullText, String defaultText, Set<String> forced) {
    Words {
      forced = Set.copyOf(forced);
    }

    boolean isForced(String column) {
      return forced.contains("*") || forced.contains(column);
    }
  }

  boolean isBinary() {
    return kind == Kind.BINARY;
  }

  boolean isCsv() {
    return kind == Kind.CSV;
  }
}
