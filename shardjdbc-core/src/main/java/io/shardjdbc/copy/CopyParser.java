package io.shardjdbc.copy;

import io.shardjdbc.copy.CopyWords.Word;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.CopiedTable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads a COPY statement: its table or query, and its options in either of their two forms. */
final class CopyParser {

  private final List<Word> words;
  private final String sql;
  private final Map<String, List<Word>> options = new HashMap<>();
  private String where = "";
  private String rest = "";
  private int at;
  private int listEnd = -1;

  private CopyParser(List<Word> words, String sql) {
    this.words = words;
    this.sql = sql;
  }

  static CopyCommand parse(String sql) throws SQLException {
    return new CopyParser(CopyWords.of(sql), sql).parse();
  }

  private CopyCommand parse() throws SQLException {
    expect("copy");
    List<String> table = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    String query = "";
    if (is("(")) {
      query = query();
    } else {
      if (is("binary") && !isNext(".")) {
        at++;
        options.put("format", List.of(new Word('w', "binary")));
      }
      table.add(take());
      while (accept(".")) {
        table.add(take());
      }
      if (accept("(")) {
        do {
          columns.add(take());
        } while (accept(","));
        expect(")");
        listEnd = CopyWords.endOf(sql, at);
      }
    }
    rest = options.isEmpty() ? sql.substring(CopyWords.endOf(sql, at)) : "";
    boolean in = accept("from");
    if (!in) {
      expect("to");
    }
    if (!accept(in ? "stdin" : "stdout")) {
      throw refused(in ? "COPY FROM a file or program" : "COPY TO a file or program");
    }
    options();
    return command(in, table, columns, query);
  }

  private String query() throws SQLException {
    int open = CopyWords.endOf(sql, at + 1);
    int depth = 0;
    for (; at < words.size(); at++) {
      char kind = words.get(at).kind();
      depth += kind == '(' ? 1 : kind == ')' ? -1 : 0;
      if (depth == 0) {
        break;
      }
    }
    at++;
    int close = CopyWords.endOf(sql, at);
    if (at > words.size() || close <= open) {
      throw refused("COPY in this form");
    }
    return sql.substring(open, close - 1);
  }

  private void options() throws SQLException {
    accept("with");
    if (accept("(")) {
      do {
        String name = take();
        List<Word> value = new ArrayList<>();
        int depth = 0;
        while (at < words.size() && (depth > 0 || (!is(",") && !is(")")))) {
          depth += is("(") ? 1 : is(")") ? -1 : 0;
          value.add(words.get(at++));
        }
        options.put(name, value);
      } while (accept(","));
      expect(")");
    } else {
      oldOptions();
    }
    if (accept("where")) {
      where = sql.substring(CopyWords.endOf(sql, at));
      return;
    }
    accept(";");
    if (at < words.size()) {
      throw refused("COPY in this form");
    }
  }

  /** The form before 9.0: DELIMITER 'c' NULL 's' CSV HEADER QUOTE 'c' ... */
  private void oldOptions() throws SQLException {
    while (at < words.size() && !is("where") && !is(";")) {
      String name = take();
      switch (name) {
        case "csv", "binary" -> options.put("format", List.of(new Word('w', name)));
        case "header" -> options.put(name, List.of());
        case "delimiter", "delimiters", "null", "quote", "escape", "encoding" -> {
          accept("as");
          options.put(name.equals("delimiters") ? "delimiter" : name, List.of(words.get(at++)));
        }
        default -> throw refused("COPY option " + name.toUpperCase(Locale.ROOT));
      }
    }
  }

  private CopyCommand command(boolean in, List<String> table, List<String> columns, String query)
      throws SQLException {
    CopyFormat format = format();
    boolean defaults = !format.words().defaultText().isEmpty();
    return new CopyCommand(
        in, new CopiedTable(table, columns, defaults, where), listEnd, query, rest, format);
  }

  private CopyFormat format() throws SQLException {
    CopyFormat.Kind kind =
        switch (text("format", "text").toLowerCase(Locale.ROOT)) {
          case "text" -> CopyFormat.Kind.TEXT;
          case "csv" -> CopyFormat.Kind.CSV;
          case "binary" -> CopyFormat.Kind.BINARY;
          default -> throw refused("COPY of another format");
        };
    if (options.containsKey("reject_limit") || options.containsKey("force_array")) {
      throw refused("COPY option REJECT_LIMIT");
    }
    boolean csv = kind == CopyFormat.Kind.CSV;
    String header = text("header", options.containsKey("header") ? "true" : "false");
    char quote = character("quote", '"');
    Set<String> forced = new HashSet<>();
    for (String option : List.of("force_null", "force_not_null")) {
      options.getOrDefault(option, List.of()).forEach(word -> forced.add(word.text()));
    }
    return new CopyFormat(
        kind,
        !Set.of("false", "off", "0").contains(header.toLowerCase(Locale.ROOT)),
        charset(text("encoding", "UTF8")),
        new CopyFormat.Marks(
            character("delimiter", csv ? ',' : '\t'), quote, character("escape", quote)),
        new CopyFormat.Words(text("null", csv ? "" : "\\N"), text("default", ""), forced));
  }

  private static Charset charset(String name) throws SQLException {
    return switch (name.toUpperCase(Locale.ROOT).replace("-", "").replace("_", "")) {
      case "UTF8", "UNICODE" -> StandardCharsets.UTF_8;
      case "LATIN1", "ISO88591" -> StandardCharsets.ISO_8859_1;
      default -> throw refused("COPY of another encoding than UTF8 and LATIN1");
    };
  }

  private String text(String option, String otherwise) {
    List<Word> value = options.get(option);
    return value == null || value.isEmpty() ? otherwise : value.get(0).text();
  }

  private char character(String option, char otherwise) throws SQLException {
    String value = text(option, String.valueOf(otherwise));
    if (value.length() != 1 || value.charAt(0) > 127) {
      throw refused("COPY with a " + option.toUpperCase(Locale.ROOT) + " that is not one byte");
    }
    return value.charAt(0);
  }

  private boolean is(String word) {
    return at < words.size() && isWord(words.get(at), word);
  }

  private boolean isNext(String word) {
    return at + 1 < words.size() && isWord(words.get(at + 1), word);
  }

  private static boolean isWord(Word word, String text) {
    return word.kind() != 's' && word.kind() != 'q' && word.text().equals(text);
  }

  private boolean accept(String word) {
    boolean here = is(word);
    at += here ? 1 : 0;
    return here;
  }

  private void expect(String word) throws SQLException {
    if (!accept(word)) {
      throw refused("COPY in this form");
    }
  }

  private String take() throws SQLException {
    if (at >= words.size() || "wq".indexOf(words.get(at).kind()) < 0) {
      throw refused("COPY in this form");
    }
    return words.get(at++).text();
  }

  private static SQLException refused(String what) {
    return SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, what);
  }
}
