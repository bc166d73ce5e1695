package io.shardjdbc.testkit.twin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Statements of a corpus in the order in which its authors ran them: lines of a kind, a tab and an
 * escaped text.
 */
final class CorpusFile {

  /** A heading of the kind with which a file of PostgreSQL's regression tests begins. */
  private static final Pattern HEADING =
      Pattern.compile("--\\n-- [A-Z][A-Z0-9_ ]{2,}\\n.*|-- directory paths.*", Pattern.DOTALL);

  /** So many statements share a database at least, unless the corpus ends. */
  private static final int LEAST = 120;

  /** So many at most. */
  private static final int MOST = 500;

  private CorpusFile() {}

  /** The statements of a file in parts that each stand for themselves, as far as one can tell. */
  static List<List<String>> parts(Path file) throws IOException {
    List<List<String>> parts = new ArrayList<>();
    List<String> part = new ArrayList<>();
    for (String statement : statements(file)) {
      boolean begins = HEADING.matcher(statement).matches();
      if (part.size() >= MOST || (begins && part.size() >= LEAST)) {
        parts.add(part);
        part = new ArrayList<>();
      }
      part.add(statement);
    }
    parts.add(part);
    return parts;
  }

  /** All statements of a file. */
  static List<String> statements(Path file) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(file));
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> unescape(line.substring(line.indexOf('\t') + 1)))
          .toList();
    }
  }

  private static String unescape(String text) {
    StringBuilder unescaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
        c = text.charAt(i);
        c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
      }
      unescaped.append(c);
    }
    return unescaped.toString();
  }
}
