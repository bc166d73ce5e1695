package io.shardjdbc.tests.core;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Things that callers do with a connection, each of which says what it saw.
 *
 * <p>Not among them, because they come out otherwise on purpose: a commit after an error, which is
 * an error here and a silent rollback with the driver; generated keys by column index, which the
 * driver refuses; and scrolling through rows of several shards, which is refused here.
 */
final class JdbcUses {

  /** A use of JDBC; it notes what it sees. */
  interface Use {
    void run(Connection connection, Seen seen) throws Exception;
  }

  private JdbcUses() {}

  static void createTables(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE users (
            user_id bigint PRIMARY KEY, name varchar(40) NOT NULL, age int CHECK (age >= 0), score numeric(8,3),
            joined timestamptz, born date, picture bytea, tags text[], token uuid, active boolean)
          """);
      statement.execute("CREATE TABLE settings (name text PRIMARY KEY, value text)");
    }
  }

  /** What a use sees on a connection, with one row in the table beforehand. */
  static List<String> seen(Use use, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM users");
      statement.execute("DELETE FROM settings");
      statement.execute(
          """
          INSERT INTO users VALUES (7, 'seven', 17, 1.500, '2026-01-02 03:04:05.678+00', '2009-08-07', '\\x0102',
            '{a,"b c",NULL}', '00000000-0000-0000-0000-000000000007', true)
          """);
    }
    Seen seen = new Seen();
    try {
      use.run(connection, seen);
    } catch (SQLException e) {
      seen.add("ended by", e.getSQLState());
    } catch (Exception e) {
      seen.add("ended by", e.getClass().getName());
    }
    return seen.lines();
  }

  static Map<String, Use> all() {
    Map<String, Use> uses = new LinkedHashMap<>();
    ReadUses.values(uses);
    ReadUses.results(uses);
    WriteUses.errors(uses);
    WriteUses.transactions(uses);
    WriteUses.batches(uses);
    EndUses.ends(uses);
    WriteUses.keys(uses);
    return uses;
  }
}
