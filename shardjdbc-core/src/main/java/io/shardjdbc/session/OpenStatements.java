package io.shardjdbc.session;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The physical statements that are open on a connection, for whoever gives it back. Thread-safe.
 */
final class OpenStatements {

  private final List<Statement> open = new ArrayList<>(2);

  synchronized void add(Statement statement) {
    open.add(statement);
  }

  void close(Statement statement) {
    synchronized (this) {
      open.remove(statement);
    }
    quietly(statement);
  }

  void closeAll() {
    List<Statement> left;
    synchronized (this) {
      left = List.copyOf(open);
      open.clear();
    }
    left.forEach(OpenStatements::quietly);
  }

  private static void quietly(Statement statement) {
    try {
      statement.close();
    } catch (SQLException e) {
      // The connection is checked when it is given back.
    }
  }
}
