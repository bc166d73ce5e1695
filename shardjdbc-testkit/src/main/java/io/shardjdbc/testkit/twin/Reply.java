package io.shardjdbc.testkit.twin;

import io.shardjdbc.routing.CodedError;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that a caller can see of one execution. */
sealed interface Reply permits Reply.Rows, Reply.Count, Reply.Failure {

  /** A result set. */
  record Rows(List<Column> columns, List<Row> rows) implements Reply {

    private static final int SHOWN = 40;

    boolean hasFloating() {
      return columns.stream().anyMatch(Column::isFloating);
    }

    Rows rounded() {
      return new Rows(columns, rows.stream().map(row -> row.rounded(columns)).toList());
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(rows.size() + " rows of " + columns);
      rows.stream().limit(SHOWN).forEach(row -> text.append("\n    ").append(row));
      return rows.size() > SHOWN ? text.append("\n    ...").toString() : text.toString();
    }
  }

  /** An update count; -1 where there is none. */
  record Count(long count) implements Reply {
    @Override
    public String toString() {
      return "update count " + count;
    }
  }

  /** An error. */
  record Failure(SQLException error) implements Reply {

    @Nullable String state() {
      return error.getSQLState();
    }

    /** The catalogue's code where the shards refused, rather than a server. */
    Optional<String> refusal() {
      return error instanceof CodedError coded && RefusalCodes.isRefusal(coded.code())
          ? Optional.of(coded.code().code())
          : Optional.empty();
    }

    @Override
    public String toString() {
      return error.getClass().getSimpleName() + " " + state() + ": " + error.getMessage();
    }
  }
}
