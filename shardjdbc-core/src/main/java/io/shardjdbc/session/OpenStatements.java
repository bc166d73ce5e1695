package io.shardjdbc.session;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The physical statements that are open on a connection, for whoever gives it back. Thread-safe.
 */
final class OpenStatements {

  private @Nullable Statement first;
  private List<Statement> others = List.of();

  synchronized void add(Statement statement) {
    if (first == null) {
      first = statement;
      return;
    }
    if (others.isEmpty()) {
      others = new ArrayList<>(2);
    }
    others.add(statement);
  }

  void close(Statement statement) {
    synchronized (this) {
      if (first == statement) {
        first = null;
      } else {
        others.remove(statement);
      }
    }
    quietly(statement);
  }

  void closeAll() {
    Statement one;
    List<Statement> left;
    synchronized (this) {
      one = first;
      left = others;
      first = null;
      others = List.of();
    }
    if (one != null) {
      quietly(one);
    }
    for (int i = 0; i < left.size(); i++) {
      quietly(left.get(i));
    }
  }

  private static void quietly(Statement statement) {
    try {
      statement.close();
    } catch (SQLException e) {
      // The connection is checked when it is given back.
    }
  }
}
