package io.shardjdbc.tests.program;

import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.Array;
import java.sql.BatchUpdateException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Time;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the caller of a step saw. Not thread-safe. */
final class Seen {

  private static final Pattern CODE = Pattern.compile("SJ\\d{4}(?=: )");
  private static final Pattern SHARD = Pattern.compile(" \\[shard [^\\]]*\\]");

  private final boolean ordered;
  private final List<String> lines = new ArrayList<>();
  private @Nullable Exception failure;

  Seen(boolean ordered) {
    this.ordered = ordered;
  }

  static Seen of(Session session, Step step) {
    Seen seen = new Seen(step.ordered());
    try {
      step.action().run(session, seen);
    } catch (SQLException | RuntimeException e) {
      seen.failure = e;
    }
    return seen;
  }

  void add(String line) {
    lines.add(line);
  }

  /** Reads all rows of a result, with its columns, and closes it. */
  void rows(ResultSet result) throws SQLException {
    try (result) {
      columns(result.getMetaData());
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(row(result));
      }
      if (!ordered) {
        rows.sort(null);
      }
      lines.addAll(rows);
    }
  }

  private void columns(ResultSetMetaData data) throws SQLException {
    int columns = data.getColumnCount();
    // The driver asks the server for the name of a type, to tell a serial from an integer.
    boolean withTypeNames = columns > 0 && (data.getColumnLabel(1).hashCode() + columns) % 3 == 0;
    StringBuilder line = new StringBuilder("columns");
    for (int i = 1; i <= data.getColumnCount(); i++) {
      line.append(' ')
          .append(data.getColumnLabel(i))
          .append(':')
          .append(withTypeNames ? data.getColumnTypeName(i) : "")
          .append('/')
          .append(data.getColumnType(i))
          .append('(')
          .append(data.getPrecision(i))
          .append(',')
          .append(data.getScale(i))
          .append(')');
    }
    lines.add(line.toString());
  }

  /** A row: each value's text, and its Java class where it is one of Java's own. */
  static String row(ResultSet result) throws SQLException {
    StringBuilder line = new StringBuilder("row");
    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
      String text = result.getString(i);
      Object object = result.getObject(i);
      line.append(" | ").append(shown(object, text));
      if (object != null && object.getClass().getName().startsWith("java.")) {
        line.append(':').append(object.getClass().getSimpleName());
      }
    }
    return line.toString();
  }

  /** What is the same whether the driver got the value as text or in binary. */
  private static @Nullable String shown(@Nullable Object object, @Nullable String text)
      throws SQLException {
    if (object instanceof Double sum) {
      return rounded(sum);
    }
    if (object instanceof Array array) {
      return elements(array);
    }
    if (object instanceof Time time) {
      return time.toString(); // a time with a zone
    }
    return object instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : text;
  }

  /** The text of an array has more quotes once the driver has its elements in binary. */
  private static String elements(Array array) throws SQLException {
    return Arrays.deepToString((Object[]) array.getArray());
  }

  /** Sums of floating-point numbers depend on the order in which they are made. */
  static String rounded(Double number) {
    return number.isNaN() || number.isInfinite()
        ? number.toString()
        : new BigDecimal(number).round(new MathContext(10)).stripTrailingZeros().toString();
  }

  /** Notices of the caller's own functions, each once. */
  void notices(@Nullable SQLWarning first) {
    for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
      String text = String.valueOf(warning.getMessage());
      if (text.startsWith("said")) {
        add("notice " + SHARD.matcher(text).replaceAll(""));
      }
    }
  }

  boolean failed() {
    return failure != null;
  }

  /** The SQLSTATE of what it failed by; of a batch, that of the statement that failed. */
  String state() {
    if (failure instanceof SQLException e) {
      return String.valueOf(e.getSQLState());
    }
    return failure == null ? "" : failure.getClass().getName();
  }

  /** The catalogue's code, if the library says the error rather than a server. */
  Optional<String> code() {
    Matcher code = CODE.matcher(failure instanceof SQLException ? text(failure) : "");
    return code.find() ? Optional.of(code.group()) : Optional.empty();
  }

  private static String text(Exception e) {
    return e.getMessage()
        + (e instanceof BatchUpdateException batch ? " " + batch.getNextException() : "");
  }

  List<String> lines() {
    return lines;
  }

  @Override
  public String toString() {
    String all = String.join("\n      ", lines);
    return failure == null ? all : all + "\n      failed " + state() + ": " + failure.getMessage();
  }
}
