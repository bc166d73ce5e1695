package io.shardjdbc.tests.core;

import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** Uses that only one server knows an answer to: of its session, its functions and its objects. */
final class OneServerUses {

  private OneServerUses() {}

  static Map<String, JdbcUses.Use> all() {
    Map<String, JdbcUses.Use> uses = new LinkedHashMap<>();
    sessions(uses);
    calls(uses);
    return uses;
  }

  private static void sessions(Map<String, JdbcUses.Use> uses) {
    uses.put(
        "a temporary table lives in and between transactions, until it is discarded",
        (c, seen) -> {
          Statement s = c.createStatement();
          seen.add(s.executeUpdate("CREATE TEMP TABLE ids (id bigint) ON COMMIT PRESERVE ROWS"));
          seen.add(s.executeUpdate("INSERT INTO ids SELECT user_id FROM users"));
          c.setAutoCommit(false);
          seen.add(s.executeUpdate("INSERT INTO ids VALUES (8), (9)"));
          c.rollback();
          seen.add(
              s.executeUpdate("UPDATE users SET age = 2 WHERE user_id IN (SELECT id FROM ids)"));
          c.commit();
          c.setAutoCommit(true);
          seen.rows(s.executeQuery("SELECT id FROM ids"));
          s.execute("DISCARD TEMP");
          seen.error(() -> s.executeQuery("SELECT id FROM ids"));
        });
    uses.put(
        "a temporary table of a transaction",
        (c, seen) -> {
          c.setAutoCommit(false);
          Statement s = c.createStatement();
          s.execute("CREATE TEMPORARY TABLE ids ON COMMIT DROP AS SELECT user_id FROM users");
          PreparedStatement p = c.prepareStatement("SELECT * FROM ids WHERE user_id = ?");
          p.setLong(1, 7);
          seen.rows(p.executeQuery());
          c.commit();
          seen.error(() -> s.executeQuery("SELECT * FROM ids"));
          c.rollback();
        });
    uses.put(
        "writes through a view, and a new name",
        (c, seen) -> {
          c.setAutoCommit(false);
          Statement s = c.createStatement();
          s.execute("CREATE VIEW some AS SELECT user_id, name FROM users");
          seen.add(s.executeUpdate("INSERT INTO some VALUES (8, 'eight')"));
          s.execute("ALTER TABLE users RENAME TO people");
          seen.add(s.executeUpdate("UPDATE people SET age = 1"));
          seen.rows(s.executeQuery("SELECT name FROM some ORDER BY user_id"));
          c.rollback();
        });
    uses.put(
        "rows that are changed through a result",
        (c, seen) -> {
          Statement s =
              c.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
          seen.add(s.getResultSetConcurrency());
          ResultSet rows = s.executeQuery("SELECT user_id, name, age FROM users");
          seen.add(rows.next(), rows.getConcurrency());
          rows.updateInt("age", 55);
          rows.updateRow();
          rows.moveToInsertRow();
          rows.updateLong("user_id", 8);
          rows.updateString("name", "eight");
          rows.insertRow();
          seen.error(rows::insertRow);
          rows.first();
          rows.deleteRow();
          seen.rows(c.createStatement().executeQuery("SELECT user_id, name, age FROM users"));
          seen.add(
              c.getMetaData()
                  .supportsResultSetConcurrency(
                      ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE));
        });
    uses.put(
        "a lock of the session",
        (c, seen) -> {
          Statement s = c.createStatement();
          seen.rows(s.executeQuery("SELECT pg_try_advisory_lock(4711)"));
          seen.rows(s.executeQuery("SELECT pg_advisory_unlock(4711)"));
          seen.rows(s.executeQuery("SELECT pg_advisory_unlock(4711)"));
        });
    uses.put(
        "notifications that it listens to",
        (c, seen) -> {
          Statement s = c.createStatement();
          s.execute("LISTEN one_server");
          s.execute("NOTIFY one_server, 'hello'");
          seen.add(c.unwrap(PGConnection.class).getNotifications(1000)[0].getParameter());
        });
    uses.put(
        "statements that the caller prepares and cursors that it declares",
        (c, seen) -> {
          Statement s = c.createStatement();
          s.execute("PREPARE twice AS SELECT 2 * $1::int");
          seen.rows(s.executeQuery("EXECUTE twice(4)"));
          s.execute("DEALLOCATE twice");
          c.setAutoCommit(false);
          s.execute("DECLARE some CURSOR FOR SELECT user_id FROM users");
          seen.rows(s.executeQuery("FETCH 1 FROM some"));
          s.execute("CLOSE some");
          s.execute("LOCK TABLE users IN SHARE MODE");
          c.rollback();
        });
    uses.put(
        "a large object in a transaction",
        (c, seen) -> {
          c.setAutoCommit(false);
          LargeObjectManager objects = c.unwrap(PGConnection.class).getLargeObjectAPI();
          long id = objects.createLO(LargeObjectManager.READWRITE);
          try (LargeObject object = objects.open(id)) {
            object.write(new byte[] {1, 2, 3});
          }
          PreparedStatement p = c.prepareStatement("SELECT lo_get(?::oid)");
          p.setLong(1, id);
          seen.rows(p.executeQuery());
          c.rollback();
          seen.rows(
              c.createStatement()
                  .executeQuery("SELECT count(*) FROM pg_largeobject_metadata WHERE oid = " + id));
        });
  }

  private static void calls(Map<String, JdbcUses.Use> uses) {
    uses.put(
        "functions and procedures",
        (c, seen) -> {
          Statement s = c.createStatement();
          s.execute(
              """
              CREATE OR REPLACE FUNCTION aged(years int) RETURNS bigint LANGUAGE sql AS
                'UPDATE users SET age = age + years WHERE user_id = 7 RETURNING age::bigint'
              """);
          s.execute(
              """
              CREATE OR REPLACE PROCEDURE tell(a int, INOUT b int) LANGUAGE plpgsql AS
                $$ BEGIN b := a + b; UPDATE users SET age = b WHERE user_id = 7; END $$
              """);
          seen.rows(s.executeQuery("SELECT aged(1)"));
          seen.rows(s.executeQuery("SELECT * FROM aged(1)"));
          CallableStatement call = c.prepareCall("{? = call aged(?)}");
          call.registerOutParameter(1, Types.BIGINT);
          call.setInt(2, 5);
          call.execute();
          seen.add(call.getLong(1));
          seen.rows(s.executeQuery("CALL tell(3, 4)"));
          CallableStatement counted = c.prepareCall("{call aged(?)}");
          counted.setInt(1, 1);
          seen.add(counted.executeUpdate());
          for (int i = 1; i < 4; i++) {
            counted.setInt(1, i);
            counted.addBatch();
          }
          seen.error(counted::executeBatch);
          s.execute("CREATE OR REPLACE PROCEDURE idle() LANGUAGE plpgsql AS 'BEGIN NULL; END'");
          seen.add(c.prepareCall(" /* of itself */ call idle()").executeUpdate());
          seen.add(c.prepareStatement("CALL idle()").executeUpdate());
          s.execute("DO $$ BEGIN UPDATE users SET age = age * 2; END $$");
          try (ResultSet rows = s.executeQuery("SELECT age FROM users WHERE user_id = 7")) {
            seen.rows(rows);
          }
        });
  }
}
