package io.shardjdbc.routing.docs;

import io.shardjdbc.routing.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The statements of the golden file of refusals, by their codes. */
final class Refusals {

  private static final Path FILE = Path.of("src", "test", "resources", "plans", "unsupported.plan");

  /** A statement and the line it is refused with. */
  record Refusal(String sql, String message) {

    /** The message without its code and way out. */
    String problem() {
      String problem = message.substring(message.indexOf(": ") + 2);
      int wayOut = problem.indexOf("; ");
      return wayOut < 0 ? problem : problem.substring(0, wayOut);
    }
  }

  private Refusals() {}

  static Map<ErrorCode, List<Refusal>> read() throws IOException {
    Map<String, ErrorCode> codes = new TreeMap<>();
    for (ErrorCode code : ErrorCode.values()) {
      codes.put(code.code(), code);
    }
    Map<ErrorCode, List<Refusal>> refusals = new EnumMap<>(ErrorCode.class);
    for (String block : Files.readString(FILE).strip().split("\n\n+", -1)) {
      List<String> lines =
          block.lines().filter(l -> !l.startsWith("#") && !l.startsWith("values:")).toList();
      List<String> answer = lines.stream().filter(l -> l.startsWith("| ")).toList();
      String message = answer.isEmpty() ? "" : answer.get(0).substring(2);
      ErrorCode code = codes.get(message.split(":", 2)[0]);
      if (code != null) {
        String sql = String.join(" ", lines.subList(0, lines.size() - answer.size()));
        refusals.computeIfAbsent(code, c -> new ArrayList<>()).add(new Refusal(sql, message));
      }
    }
    return refusals;
  }
}
