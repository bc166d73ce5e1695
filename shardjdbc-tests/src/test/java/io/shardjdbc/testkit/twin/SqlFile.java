package io.shardjdbc.testkit.twin;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of statements with empty lines between them; after a statement, a line with {@code |} has
 * its values, and lines with {@code --} are comments.
 *
 * <p>Values are written {@code 1}, {@code 1L}, {@code 1.5}, {@code 'text'}, {@code true}, {@code
 * null}, {@code [1,2]} for an array of bigint, {@code uuid:...} and {@code date:...}.
 */
final class SqlFile {

  private static final Pattern VALUE =
      Pattern.compile(
          "'(?<text>(?:[^']|'')*)'|\\[(?<array>[^\\]]*)\\]|(?<other>[^,\\s]+)", Pattern.DOTALL);

  private SqlFile() {}

  /** The statements of a file of the test's resources. */
  static List<Trial> read(String name) throws IOException {
    List<Trial> statements = new ArrayList<>();
    for (String block : text(name).split("\n\n", -1)) {
      StringBuilder sql = new StringBuilder();
      List<Parameter> parameters = new ArrayList<>();
      for (String line : block.split("\n", -1)) {
        if (line.startsWith("|")) {
          parameters.addAll(values(line.substring(1)));
        } else if (!line.startsWith("--")) {
          sql.append(sql.isEmpty() ? "" : "\n").append(line);
        }
      }
      if (!sql.isEmpty()) {
        statements.add(new Trial(sql.toString(), parameters, false, 0, 0));
      }
    }
    return statements;
  }

  static String text(String name) throws IOException {
    try (InputStream in = SqlFile.class.getResourceAsStream("/twin/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<Parameter> values(String line) {
    List<Parameter> values = new ArrayList<>();
    Matcher matcher = VALUE.matcher(line);
    while (matcher.find()) {
      String array = matcher.group("array");
      String text = matcher.group("text");
      if (array != null) {
        boolean exact = array.contains(".");
        Object[] elements =
            List.of(array.split(",", -1)).stream()
                .map(word -> exact ? new BigDecimal(word.strip()) : (Object) Long.valueOf(word))
                .toArray();
        values.add(Parameter.array(exact ? "numeric" : "int8", elements));
      } else {
        values.add(
            Parameter.of(text != null ? text.replace("''", "'") : value(matcher.group("other"))));
      }
    }
    return values;
  }

  private static @Nullable Object value(String word) {
    if (word.equals("null")) {
      return null;
    } else if (word.equals("true") || word.equals("false")) {
      return Boolean.valueOf(word);
    } else if (word.startsWith("uuid:")) {
      return UUID.fromString(word.substring(5));
    } else if (word.startsWith("date:")) {
      return LocalDate.parse(word.substring(5));
    } else if (word.endsWith("L")) {
      return Long.valueOf(word.substring(0, word.length() - 1));
    }
    return word.contains(".") ? new BigDecimal(word) : (Object) Integer.valueOf(word);
  }
}
