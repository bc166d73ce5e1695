package io.shardjdbc.ctl;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a command answers: lines for people as they come, or one JSON object at the end. */
final class Answer {
  private final PrintWriter out;
  private final boolean json;
  private final Map<String, Object> object = new LinkedHashMap<>();
  private boolean good = true;

  Answer(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** A line that only people read. */
  void say(String line) {
    if (!json) {
      out.println(line);
      out.flush();
    }
  }

  /** Something that only programs read. */
  void put(String name, Object value) {
    object.put(name, value);
  }

  /** Rows for both: of the same columns each. */
  void table(String name, String nothing, List<Map<String, Object>> rows) {
    put(name, rows);
    if (rows.isEmpty()) {
      say(nothing);
      return;
    }
    List<String> columns = new ArrayList<>(rows.get(0).keySet());
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns);
    rows.forEach(row -> lines.add(columns.stream().map(c -> text(row.get(c))).toList()));
    int[] widths = new int[columns.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        text.append(line.get(i)).append(" ".repeat(widths[i] - line.get(i).length() + 2));
      }
      say(text.toString().stripTrailing());
    }
  }

  private static String text(@Nullable Object value) {
    return value instanceof Double number ? "%.2f".formatted(number) : String.valueOf(value);
  }

  /** The command has found what it was to find out, and it is not well. */
  void bad() {
    good = false;
  }

  boolean isGood() {
    return good;
  }

  void end() {
    if (json) {
      out.println(Json.of(object));
      out.flush();
    }
  }
}
