package io.shardjdbc.tests.core;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Map;

/** Uses of what has been closed, aborted or ended: which error each call gives. */
final class EndUses {

  private EndUses() {}

  private static final String ONE = "SELECT name FROM users WHERE user_id = 7";
  private static final String ALL = "SELECT name FROM users ORDER BY user_id";

  /** A way to end a connection or a transaction. */
  private interface End {
    void of(Connection connection) throws SQLException;
  }

  static void ends(Map<String, JdbcUses.Use> uses) {
    for (String sql : new String[] {ONE, ALL}) {
      String of = sql.equals(ONE) ? " of one shard" : " over shards";
      uses.put("a closed connection" + of, (c, seen) -> all(c, sql, Connection::close, seen));
      uses.put(
          "a connection closed in a transaction" + of,
          (c, seen) -> {
            c.setAutoCommit(false);
            all(c, sql, Connection::close, seen);
          });
      uses.put(
          "an aborted connection" + of,
          (c, seen) -> all(c, sql, x -> x.abort(Runnable::run), seen));
      uses.put("closed statements and rows" + of, (c, seen) -> closed(c, sql, seen));
      uses.put("cursors of a transaction that has ended" + of, (c, seen) -> cursors(c, sql, seen));
    }
    uses.put("what a transaction does not let be set", EndUses::settings);
    uses.put("commands that come when they do nothing", EndUses::idle);
    uses.put("savepoints that have gone", EndUses::savepoints);
  }

  private static void idle(Connection c, Seen seen) throws SQLException {
    for (String before : new String[] {"SELECT 1", "BEGIN", "BEGIN; SELECT 1/0"}) {
      for (String sql :
          new String[] {
            "COMMIT",
            "ROLLBACK WORK",
            "END",
            "ABORT",
            "BEGIN",
            "START TRANSACTION READ ONLY",
            "SET LOCAL work_mem = '5MB'",
            "SET TRANSACTION READ ONLY",
            "SET CONSTRAINTS ALL DEFERRED",
            "SET work_mem = '5MB'",
            "BEGIN; BEGIN"
          }) {
        warned(c, before, seen);
        warned(c, sql, seen);
        warned(c, sql, seen);
        c.createStatement().execute("ROLLBACK");
      }
    }
    c.setAutoCommit(false);
    warned(c, "BEGIN", seen);
    warned(c, "COMMIT", seen);
    warned(c, "COMMIT", seen);
    warned(c, "SET LOCAL work_mem = '5MB'", seen);
  }

  private static void warned(Connection c, String sql, Seen seen) throws SQLException {
    try (Statement statement = c.createStatement()) {
      statement.execute(sql);
      SQLWarning warning = statement.getWarnings();
      seen.add(sql, warning == null ? "" : warning.getSQLState() + warning.getMessage());
    } catch (SQLException e) {
      seen.add(sql, e.getSQLState());
    }
  }

  private static void all(Connection c, String sql, End end, Seen seen) throws SQLException {
    Statement statement = c.createStatement();
    ResultSet rows = statement.executeQuery(sql);
    rows.next();
    PreparedStatement prepared = c.prepareStatement(sql);
    DatabaseMetaData metaData = c.getMetaData();
    end.of(c);
    seen.add(c.isClosed(), c.isValid(1));
    seen.error(c::createStatement);
    seen.error(() -> c.prepareStatement(sql));
    seen.error(() -> c.prepareCall("{call f()}"));
    seen.error(c::commit);
    seen.error(c::rollback);
    seen.error(() -> c.setAutoCommit(true));
    seen.error(c::getAutoCommit);
    seen.error(c::setSavepoint);
    seen.error(() -> c.setReadOnly(true));
    seen.error(() -> c.setSchema("public"));
    seen.error(c::getTransactionIsolation);
    seen.error(() -> c.createArrayOf("int4", new Integer[0]));
    seen.error(() -> metaData.getTables(null, null, "users", null));
    seen.error(() -> statement.executeQuery(sql));
    seen.error(() -> statement.executeUpdate("DELETE FROM users WHERE user_id = -1"));
    seen.error(prepared::executeQuery);
    seen.error(rows::close);
    seen.error(statement::close);
    seen.error(prepared::close);
    seen.error(c::close);
    seen.error(() -> c.abort(Runnable::run));
    seen.add(rows.isClosed(), statement.isClosed(), prepared.isClosed());
  }

  private static void closed(Connection c, String sql, Seen seen) throws SQLException {
    Statement statement = c.createStatement();
    ResultSet rows = statement.executeQuery(sql);
    seen.error(() -> rows.getString(1));
    seen.error(rows::wasNull);
    rows.next();
    seen.error(() -> rows.getString(2));
    seen.error(() -> rows.getString("nothing"));
    while (rows.next()) {
      seen.add(rows.getString(1));
    }
    seen.error(() -> rows.getString(1));
    seen.add(rows.isAfterLast(), rows.getRow());
    rows.close();
    seen.error(rows::next);
    seen.error(() -> rows.getString(1));
    seen.error(rows::wasNull);
    seen.error(rows::getMetaData);
    seen.error(rows::getStatement);
    seen.error(() -> rows.findColumn("name"));
    seen.error(rows::isBeforeFirst);
    ResultSet open = statement.executeQuery(sql);
    statement.close();
    seen.add(open.isClosed());
    seen.error(open::next);
    seen.error(() -> statement.executeQuery(sql));
    seen.error(() -> statement.addBatch(sql));
    seen.error(statement::executeBatch);
    seen.error(statement::getResultSet);
    seen.error(statement::getUpdateCount);
    seen.error(statement::getMoreResults);
    seen.error(statement::getGeneratedKeys);
    seen.error(() -> statement.setQueryTimeout(1));
    PreparedStatement prepared = c.prepareStatement(sql);
    prepared.close();
    seen.error(prepared::executeQuery);
    seen.error(prepared::executeUpdate);
    seen.error(prepared::addBatch);
  }

  private static void cursors(Connection c, String sql, Seen seen) throws SQLException {
    for (boolean commits : new boolean[] {true, false}) {
      c.setAutoCommit(false);
      try (Statement statement = c.createStatement()) {
        statement.setFetchSize(1);
        ResultSet rows = statement.executeQuery("SELECT g FROM generate_series(1, 5) g");
        rows.next();
        if (commits) {
          c.commit();
        } else {
          c.rollback();
        }
        seen.error(rows::next);
      }
      c.rollback();
    }
    c.setAutoCommit(true);
  }

  private static void settings(Connection c, Seen seen) throws SQLException {
    c.setAutoCommit(false);
    c.createStatement().executeQuery(ONE).close();
    seen.error(() -> c.setReadOnly(true));
    seen.error(() -> c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
    seen.error(() -> c.setTransactionIsolation(99));
    c.rollback();
    c.setReadOnly(true);
    seen.error(() -> c.createStatement().executeUpdate("DELETE FROM users WHERE user_id = -1"));
    seen.error(() -> c.createStatement().executeQuery(ONE));
    c.rollback();
    c.setReadOnly(false);
  }

  private static void savepoints(Connection c, Seen seen) throws SQLException {
    c.setAutoCommit(false);
    c.createStatement().executeQuery(ONE).close();
    Savepoint first = c.setSavepoint();
    Savepoint second = c.setSavepoint("second");
    c.releaseSavepoint(first);
    seen.error(() -> c.rollback(second));
    seen.error(() -> c.createStatement().executeQuery(ONE));
    c.rollback();
    seen.error(() -> c.createStatement().executeQuery(ONE));
    c.rollback();
    c.setAutoCommit(true);
  }
}
