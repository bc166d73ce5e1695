package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Statements for the parser's tests: from files where they are, else a few of our own. */
final class Corpora {

  /**
   * A statement that PostgreSQL accepts.
   *
   * @param kind {@code select}, {@code insert}, {@code update}, {@code delete}, {@code merge},
   *     {@code explain}, {@code ddl} or {@code other}
   */
  record Sample(String kind, String sql, QuestionMarks questionMarks) {

    ParsedSql parse() {
      return SqlParser.parse(sql, questionMarks);
    }
  }

  private Corpora() {}

  static List<Sample> all() {
    List<Sample> samples = new ArrayList<>(own());
    String directory = System.getProperty("shardjdbc.corpora", "");
    Path edge = Path.of(directory, "edge.tsv.gz");
    Path regress = Path.of(directory, "postgres15-regress.tsv.gz");
    if (Files.exists(edge) && Files.exists(regress)) {
      read(edge, QuestionMarks.PARAMETERS, samples);
      read(regress, QuestionMarks.OPERATORS, samples);
    } else {
      System.out.println("No corpora in the directory that shardjdbc.corpora names: own samples");
    }
    return samples;
  }

  static List<Sample> own() {
    List<Sample> samples = new ArrayList<>();
    read(
        new InputStreamReader(
            Corpora.class.getResourceAsStream("samples.tsv"), StandardCharsets.UTF_8),
        QuestionMarks.PARAMETERS,
        samples);
    return samples;
  }

  private static void read(Path file, QuestionMarks questionMarks, List<Sample> into) {
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      read(new InputStreamReader(in, StandardCharsets.UTF_8), questionMarks, into);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void read(
      InputStreamReader reader, QuestionMarks questionMarks, List<Sample> into) {
    new BufferedReader(reader)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(
            line -> {
              int tab = line.indexOf('\t');
              into.add(
                  new Sample(
                      line.substring(0, tab), unescape(line.substring(tab + 1)), questionMarks));
            });
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
