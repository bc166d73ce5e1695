package io.shardjdbc.tests.program;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;

/** Steps that begin and end transactions, and others that are calls of a connection. */
final class Controls {

  private static final List<String> TEXTS =
      List.of(
          "BEGIN",
          "BEGIN",
          "START TRANSACTION",
          "BEGIN ISOLATION LEVEL REPEATABLE READ",
          "START TRANSACTION READ ONLY",
          "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE",
          "COMMIT",
          "COMMIT",
          "END",
          "ROLLBACK",
          "ROLLBACK",
          "ABORT",
          "COMMIT AND CHAIN",
          "ROLLBACK AND CHAIN",
          "ROLLBACK WORK");

  private final Draw draw;

  Controls(Draw draw) {
    this.draw = draw;
  }

  Step step(int session) {
    if (draw.chance(12)) {
      return sql(session, draw.pick(TEXTS));
    }
    int dice = draw.below(100);
    if (dice < 30) {
      return call(session, "begin", s -> s.connection().setAutoCommit(false));
    } else if (dice < 42) {
      return call(
          session,
          "commit",
          s -> {
            if (!s.connection().getAutoCommit()) {
              s.commit(Connection::commit);
            }
          });
    } else if (dice < 52) {
      return call(
          session,
          "rollback",
          s -> {
            if (!s.connection().getAutoCommit()) {
              s.connection().rollback();
            }
          });
    } else if (dice < 58) {
      return call(
          session,
          "auto-commit",
          s -> {
            if (!s.connection().getAutoCommit()) {
              s.commit(c -> c.setAutoCommit(true));
            }
          });
    } else if (dice < 70) {
      return savepoint(session, draw.of("a", "b"));
    } else if (dice < 84) {
      return back(session, draw.of("a", "b"));
    } else if (dice < 87) {
      return release(session, draw.of("a", "b"));
    } else if (dice < 90) {
      return call(session, "close and open", Session::reopen);
    } else if (dice < 93) {
      boolean to = draw.chance(60);
      return call(session, "read-only " + to, s -> s.connection().setReadOnly(to));
    } else if (dice < 96) {
      int level =
          draw.of(
              Connection.TRANSACTION_READ_COMMITTED,
              Connection.TRANSACTION_REPEATABLE_READ,
              Connection.TRANSACTION_SERIALIZABLE);
      return call(
          session, "isolation " + level, s -> s.connection().setTransactionIsolation(level));
    }
    String schema = draw.of("public", "app");
    return call(session, "schema " + schema, s -> s.connection().setSchema(schema));
  }

  /** Whether a step ends a transaction by a commit. */
  static boolean commits(Step step) {
    return step.text().equals("commit")
        || step.text().equals("auto-commit")
        || (step.text().startsWith("COMMIT") && !step.text().contains("CHAIN"))
        || step.text().equals("END");
  }

  private Step savepoint(int session, String name) {
    if (draw.chance(40)) {
      return sql(session, "SAVEPOINT " + name);
    }
    return call(
        session, "savepoint " + name, s -> s.savepoints().put(name, s.connection().setSavepoint()));
  }

  private Step back(int session, String name) {
    if (draw.chance(40)) {
      return sql(session, "ROLLBACK TO SAVEPOINT " + name);
    }
    return call(
        session,
        "back to " + name,
        s -> {
          Savepoint savepoint = s.savepoints().get(name);
          if (savepoint != null) {
            s.connection().rollback(savepoint);
          }
        });
  }

  private Step release(int session, String name) {
    if (draw.chance(40)) {
      return sql(session, "RELEASE SAVEPOINT " + name);
    }
    return call(
        session,
        "release " + name,
        s -> {
          Savepoint savepoint = s.savepoints().remove(name);
          if (savepoint != null) {
            s.connection().releaseSavepoint(savepoint);
          }
        });
  }

  private static Step sql(int session, String sql) {
    return new Step(
        session,
        sql,
        false,
        (s, seen) -> {
          if (sql.startsWith("COMMIT") || sql.equals("END")) {
            s.commit(connection -> run(connection, sql));
          } else {
            run(s.connection(), sql);
          }
        });
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A call of a connection. */
  @FunctionalInterface
  private interface Call {
    void of(Session session) throws SQLException;
  }

  private static Step call(int session, String text, Call call) {
    return new Step(session, text, false, (s, seen) -> call.of(s));
  }
}
