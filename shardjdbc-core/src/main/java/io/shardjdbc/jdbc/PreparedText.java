package io.shardjdbc.jdbc;

import io.shardjdbc.execute.Bindings;
import io.shardjdbc.execute.Running;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.wrap.Binding;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a prepared statement: one statement, or several, each of which takes the markers that
 * stand in it.
 *
 * @param sql the caller's text
 * @param hint what is asked for beside the text
 * @param parameterCount how many markers it has
 * @param statements the statements in it, where there are several
 * @param counts how many markers each of them has
 */
record PreparedText(
    String sql, Hint hint, int parameterCount, List<String> statements, List<Integer> counts) {

  static PreparedText of(LogicalConnection connection, String sql) throws SQLException {
    try {
      return one(connection, sql, Hint.NONE);
    } catch (SQLException e) {
      if (!CodedError.is(e, ErrorCode.SEVERAL_STATEMENTS)) {
        throw e;
      }
    }
    List<String> statements = connection.statements(sql);
    List<Integer> counts = new ArrayList<>(statements.size());
    for (String statement : statements) {
      counts.add(count(connection, statement, Hint.NONE));
    }
    int sum = counts.stream().mapToInt(Integer::intValue).sum();
    return new PreparedText(sql, Hint.NONE, sum, statements, counts);
  }

  /** A text that has to be one statement. */
  static PreparedText one(LogicalConnection connection, String sql, Hint hint) throws SQLException {
    return new PreparedText(sql, hint, count(connection, sql, hint), List.of(), List.of());
  }

  /** How many markers a statement has; listeners hear of one that is refused before it runs. */
  private static int count(LogicalConnection connection, String sql, Hint hint)
      throws SQLException {
    try {
      return connection.plans().plan(sql, hint).parameterCount();
    } catch (SQLException e) {
      if (!CodedError.is(e, ErrorCode.SEVERAL_STATEMENTS)) {
        Running refused = Running.of(connection.environment().hearing());
        refused.asked(sql, 1);
        refused.failed(e);
      }
      throw e;
    }
  }

  boolean isScript() {
    return !statements.isEmpty();
  }

  /** The statements with the values of each. */
  List<Script.Part> parts(@Nullable Binding[] bindings) {
    List<Script.Part> parts = new ArrayList<>(statements.size());
    int from = 0;
    for (int i = 0; i < statements.size(); i++) {
      int to = from + counts.get(i);
      Bindings own = new Bindings(Arrays.copyOfRange(bindings, from, to)).once();
      parts.add(new Script.Part(statements.get(i), own));
      from = to;
    }
    return parts;
  }
}
