package io.shardjdbc.gather;

import io.shardjdbc.routing.route.Stage;
import io.shardjdbc.routing.route.StagedColumn;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Copies staged rows into temporary tables that vanish with the transaction, indexes what the
 * statement looks for in them, and has the server look at them, so that it plans with their real
 * sizes.
 */
final class TemporaryTables {

  private static final int CHUNK = 64 * 1024;

  /** Fewer rows are read as a whole as quickly. */
  private static final int WORTH_AN_INDEX = 500;

  /**
   * How closely the server looks at what is used once: how many rows there are is what matters, and
   * it looks at 300 times as many.
   */
  private static final int SAMPLE = 10;

  private TemporaryTables() {}

  /**
   * @param first what is said to the server before
   * @param last what is said to it behind
   */
  static void create(Connection connection, List<StagedRows> all, String first, String last)
      throws SQLException {
    StringBuilder before = new StringBuilder(first);
    StringBuilder behind = new StringBuilder("SET LOCAL default_statistics_target = " + SAMPLE);
    for (StagedRows rows : all) {
      Stage stage = rows.stage();
      String columns =
          stage.columns().stream()
              .map(TemporaryTables::declaration)
              .collect(Collectors.joining(", "));
      before.append("; CREATE TEMPORARY TABLE " + stage.name());
      before.append(" (" + columns + ") ON COMMIT DROP");
      for (StagedColumn column : stage.columns()) {
        boolean worth = column.compared() && rows.rows() >= WORTH_AN_INDEX;
        String index = worth ? CopyIndex.of(stage.name(), column) : "";
        behind.append(index.isEmpty() ? "" : "; " + index);
      }
      behind.append("; ANALYZE " + stage.name());
    }
    try (Statement statement = connection.createStatement()) {
      String target = lastValue(statement, before + "; SHOW default_statistics_target");
      for (StagedRows rows : all) {
        copy(connection, rows);
      }
      statement.execute(behind + "; SET LOCAL default_statistics_target = " + target + "; " + last);
    }
  }

  /** Runs several statements; the last one has one value. */
  private static String lastValue(Statement statement, String sql) throws SQLException {
    boolean isResult = statement.execute(sql);
    String value = "";
    while (isResult || statement.getUpdateCount() >= 0) {
      if (isResult) {
        try (ResultSet row = statement.getResultSet()) {
          value = row.next() ? row.getString(1) : value;
        }
      }
      isResult = statement.getMoreResults();
    }
    return value;
  }

  private static String declaration(StagedColumn column) {
    String collate = column.collation().isEmpty() ? "" : " COLLATE " + column.collation();
    return column.name() + " " + column.type() + collate;
  }

  private static void copy(Connection connection, StagedRows rows) throws SQLException {
    CopyIn copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + rows.stage().name() + " FROM STDIN");
    try {
      StringBuilder chunk = new StringBuilder(CHUNK + 1024);
      int width = rows.stage().columns().size();
      for (int row = 0; row < rows.rows(); row++) {
        for (int column = 0; column < width; column++) {
          append(chunk, rows.value(row, column));
          chunk.append(column == width - 1 ? '\n' : '\t');
        }
        if (chunk.length() > CHUNK) {
          write(copy, chunk);
        }
      }
      write(copy, chunk);
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static void write(CopyIn copy, StringBuilder chunk) throws SQLException {
    byte[] bytes = chunk.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    chunk.setLength(0);
  }

  private static void append(StringBuilder chunk, @Nullable String value) {
    if (value == null) {
      chunk.append("\\N");
      return;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> chunk.append("\\\\");
        case '\n' -> chunk.append("\\n");
        case '\r' -> chunk.append("\\r");
        case '\t' -> chunk.append("\\t");
        default -> chunk.append(c);
      }
    }
  }
}
