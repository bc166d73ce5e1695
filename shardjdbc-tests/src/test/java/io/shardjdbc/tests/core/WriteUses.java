package io.shardjdbc.tests.core;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Uses that write or fail: errors, transactions, batches and generated keys. */
final class WriteUses {

  private WriteUses() {}

  private static final String ROW = "SELECT * FROM users WHERE user_id = 7";

  static void errors(Map<String, JdbcUses.Use> uses) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("a duplicate key", "INSERT INTO users (user_id, name) VALUES (7, 'again')");
    texts.put("a null", "INSERT INTO users (user_id, name) VALUES (8, NULL)");
    texts.put("a check", "UPDATE users SET age = -1 WHERE user_id = 7");
    texts.put("a check over shards", "UPDATE users SET age = -1");
    texts.put("too long", "UPDATE users SET name = repeat('x', 41) WHERE user_id = 7");
    texts.put("a division by zero", "SELECT 1 / (age - age) FROM users WHERE user_id = 7");
    texts.put("a division by zero over shards", "SELECT 1 / (age - age) FROM users");
    texts.put("an unknown column", "SELECT nothing FROM users WHERE user_id = 7");
    texts.put("an unknown column over shards", "SELECT nothing FROM users ORDER BY name");
    texts.put("an unknown type", "SELECT age::nothing FROM users WHERE user_id = 7");
    texts.put("no number", "SELECT name::int FROM users WHERE user_id = 7");
    texts.put("out of range", "UPDATE users SET age = 3000000000 WHERE user_id = 7");
    texts.put("an overflow", "SELECT age * 2000000000 FROM users WHERE user_id = 7");
    texts.put("no syntax", "SELEC 1");
    texts.put("an ambiguous column", "SELECT name FROM users u JOIN users v USING (user_id)");
    texts.put("grouping", "SELECT name, count(*) FROM users WHERE user_id = 7 GROUP BY age");
    texts.put("an aggregate in WHERE", "SELECT name FROM users WHERE user_id = 7 AND count(*) > 1");
    texts.put("rows of a sub-query", "SELECT (SELECT 1 UNION ALL SELECT 2)");
    texts.forEach(
        (name, sql) ->
            uses.put(
                "error: " + name,
                (c, seen) -> {
                  seen.error(() -> c.createStatement().execute(sql));
                  seen.error(() -> c.prepareStatement(sql).execute());
                }));
    uses.put(
        "error: values that are missing or too many",
        (c, seen) -> {
          PreparedStatement s = c.prepareStatement("SELECT name FROM users WHERE user_id = ?");
          seen.error(s::executeQuery);
          seen.error(() -> s.setInt(2, 1));
          seen.error(() -> s.setInt(0, 1));
        });
  }

  static void transactions(Map<String, JdbcUses.Use> uses) {
    uses.put(
        "savepoints",
        (c, seen) -> {
          c.setAutoCommit(false);
          Statement s = c.createStatement();
          s.executeUpdate("UPDATE users SET age = 1 WHERE user_id = 7");
          Savepoint one = c.setSavepoint("one");
          s.executeUpdate("UPDATE users SET age = 2 WHERE user_id = 7");
          Savepoint two = c.setSavepoint();
          seen.error(() -> s.executeUpdate("UPDATE users SET age = -2 WHERE user_id = 7"));
          seen.error(() -> s.executeQuery(ROW));
          c.rollback(two);
          seen.rows(s.executeQuery("SELECT age FROM users WHERE user_id = 7"));
          c.rollback(one);
          seen.rows(s.executeQuery("SELECT age FROM users WHERE user_id = 7"));
          seen.error(() -> c.rollback(two));
          c.rollback();
        });
    uses.put(
        "commit and rollback under autocommit",
        (c, seen) -> {
          seen.error(c::commit);
          seen.error(c::rollback);
          seen.error(c::setSavepoint);
        });
    uses.put(
        "turning autocommit on commits",
        (c, seen) -> {
          c.setAutoCommit(false);
          c.createStatement().executeUpdate("UPDATE users SET age = 5 WHERE user_id = 7");
          c.setAutoCommit(true);
          seen.rows(c.createStatement().executeQuery("SELECT age FROM users WHERE user_id = 7"));
        });
    uses.put(
        "a read-only transaction",
        (c, seen) -> {
          c.setAutoCommit(false);
          c.setReadOnly(true);
          Statement s = c.createStatement();
          seen.rows(s.executeQuery("SELECT name FROM users WHERE user_id = 7"));
          seen.error(() -> s.executeUpdate("UPDATE users SET age = 1 WHERE user_id = 7"));
          seen.error(() -> c.setReadOnly(false));
          c.rollback();
          c.setReadOnly(false);
          seen.add(c.isReadOnly(), s.executeUpdate("UPDATE users SET age = 1 WHERE user_id = 7"));
          c.rollback();
        });
    uses.put(
        "isolation",
        (c, seen) -> {
          seen.add(c.getTransactionIsolation());
          c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
          c.setAutoCommit(false);
          seen.rows(c.createStatement().executeQuery("SHOW transaction_isolation"));
          seen.error(() -> c.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED));
          c.rollback();
          seen.add(c.getTransactionIsolation());
          c.createStatement().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
          seen.add(c.getTransactionIsolation());
          c.rollback();
          seen.add(c.getTransactionIsolation());
        });
  }

  static void batches(Map<String, JdbcUses.Use> uses) {
    uses.put(
        "several statements in a prepared text",
        (c, seen) -> {
          PreparedStatement s =
              c.prepareStatement(
                  "UPDATE users SET age = ? WHERE user_id = 7; SELECT name FROM users WHERE age ="
                      + " ?");
          s.setInt(1, 33);
          s.setInt(2, 33);
          seen.add(s.execute(), s.getUpdateCount(), s.getMoreResults());
          seen.rows(s.getResultSet());
          seen.error(s::executeQuery);
          seen.error(s::executeUpdate);
          s.clearParameters();
          seen.error(s::execute);
          PreparedStatement failing =
              c.prepareStatement(
                  "UPDATE users SET age = 9 WHERE user_id = 7;"
                      + " UPDATE users SET age = ? WHERE user_id = 7");
          failing.setInt(1, -1);
          seen.error(failing::execute);
          seen.rows(c.createStatement().executeQuery("SELECT age FROM users WHERE user_id = 7"));
        });
    uses.put(
        "an array that is null",
        (c, seen) -> {
          PreparedStatement s = c.prepareStatement("UPDATE users SET tags = ? WHERE user_id = 7");
          s.setArray(1, c.createArrayOf("text", null));
          seen.add(s.executeUpdate());
          seen.rows(c.createStatement().executeQuery("SELECT tags FROM users WHERE user_id = 7"));
        });
    uses.put(
        "a batch of values",
        (c, seen) -> {
          PreparedStatement s = c.prepareStatement("UPDATE users SET age = ? WHERE user_id = ?");
          for (int user = 5; user < 9; user++) {
            s.setInt(1, user);
            s.setLong(2, user);
            s.addBatch();
          }
          seen.add((Object) s.executeBatch());
          seen.add((Object) s.executeBatch());
        });
    uses.put(
        "a batch that fails in a transaction",
        (c, seen) -> {
          c.setAutoCommit(false);
          PreparedStatement s =
              c.prepareStatement("INSERT INTO users (user_id, name) VALUES (?, 'n')");
          for (int i = 0; i < 2; i++) {
            s.setLong(1, 7);
            s.addBatch();
          }
          seen.error(s::executeBatch);
          c.rollback();
        });
    uses.put(
        "a batch whose text is refused",
        (c, seen) -> {
          PreparedStatement s = c.prepareStatement("UPDATE users SET age = ? WHERE user_id = 7");
          s.setInt(1, 3);
          s.addBatch();
          seen.add((Object) s.executeBatch());
          Statement t = c.createStatement();
          t.addBatch("selec 1");
          seen.error(t::executeBatch);
        });
    uses.put(
        "a batch of one shard that fails in part",
        (c, seen) -> {
          PreparedStatement s = c.prepareStatement("UPDATE users SET age = ? WHERE user_id = 7");
          for (int age : new int[] {1, 2, -1, 3}) {
            s.setInt(1, age);
            s.addBatch();
          }
          seen.error(s::executeBatch);
          seen.rows(c.createStatement().executeQuery("SELECT age FROM users WHERE user_id = 7"));
        });
    uses.put(
        "a batch of texts",
        (c, seen) -> {
          Statement s = c.createStatement();
          s.addBatch("UPDATE users SET age = 1 WHERE user_id = 7");
          s.addBatch("INSERT INTO users (user_id, name) VALUES (9, 'nine')");
          s.addBatch("DELETE FROM users WHERE user_id = 9");
          seen.add((Object) s.executeBatch());
        });
    queries(uses);
  }

  /** Queries in batches: the driver sends them, and gives their rows to nobody. */
  private static void queries(Map<String, JdbcUses.Use> uses) {
    uses.put(
        "a batch of texts with queries",
        (c, seen) -> {
          Statement s = c.createStatement();
          s.addBatch("UPDATE users SET age = 5 WHERE user_id = 7");
          s.addBatch("SELECT 1");
          s.addBatch("SELECT name FROM users WHERE user_id = 7");
          s.addBatch("UPDATE users SET age = 6 WHERE user_id = 7");
          s.addBatch("SELECT name FROM users ORDER BY name");
          s.addBatch("SELECT name FROM users WHERE user_id = -7");
          s.addBatch("UPDATE users SET age = 8 WHERE user_id = 7 RETURNING name");
          s.addBatch(
              "INSERT INTO users (user_id, name) VALUES (9, 'nine'), (10, 'ten') RETURNING 1");
          seen.add((Object) s.executeBatch());
          seen.add(s.getUpdateCount());
          seen.add(s.getMoreResults());
          seen.rows(c.createStatement().executeQuery("SELECT age FROM users WHERE user_id = 7"));
        });
    for (String sql :
        new String[] {
          "SELECT name FROM users WHERE user_id = ?",
          "SELECT count(*) FROM users WHERE user_id > ?",
          "SELECT ?::int"
        }) {
      uses.put(
          "a batch of a query with values: " + sql,
          (c, seen) -> {
            PreparedStatement s = c.prepareStatement(sql);
            for (int i = 6; i < 9; i++) {
              s.setInt(1, i);
              s.addBatch();
            }
            seen.add((Object) s.executeBatch());
            seen.add(s.getUpdateCount());
          });
      uses.put(
          "a batch of a query with values in a transaction: " + sql,
          (c, seen) -> {
            c.setAutoCommit(false);
            PreparedStatement s = c.prepareStatement(sql);
            s.setInt(1, 7);
            s.addBatch();
            seen.add((Object) s.executeBatch());
            c.rollback();
          });
      uses.put(
          "a batch of a query whose rows are wanted: " + sql,
          (c, seen) -> {
            PreparedStatement s = c.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
            s.setInt(1, 7);
            s.addBatch();
            seen.add((Object) s.executeBatch());
            seen.rows(s.getGeneratedKeys());
          });
    }
    uses.put(
        "a batch with a query that fails",
        (c, seen) -> {
          Statement s = c.createStatement();
          s.addBatch("UPDATE users SET age = 5 WHERE user_id = 7");
          s.addBatch("SELECT 1 / 0");
          s.addBatch("UPDATE users SET age = 6 WHERE user_id = 7");
          seen.error(s::executeBatch);
          seen.rows(c.createStatement().executeQuery("SELECT age FROM users WHERE user_id = 7"));
        });
  }

  static void keys(Map<String, JdbcUses.Use> uses) {
    String insert = "INSERT INTO users (user_id, name) VALUES (11, 'eleven')";
    uses.put(
        "generated keys by flag, name and index",
        (c, seen) -> {
          Statement s = c.createStatement();
          seen.add(s.executeUpdate(insert, new String[] {"user_id", "name"}));
          seen.rows(s.getGeneratedKeys());
          s.executeUpdate("DELETE FROM users WHERE user_id = 11");
          seen.rows(s.getGeneratedKeys());
          s.executeUpdate(insert);
          PreparedStatement p =
              c.prepareStatement(
                  "UPDATE users SET age = 4 WHERE user_id = 7", Statement.RETURN_GENERATED_KEYS);
          seen.add(p.executeUpdate());
          seen.rows(p.getGeneratedKeys());
          seen.error(() -> s.executeUpdate(insert, new String[] {"nowhere"}));
        });
    uses.put(
        "returning rows",
        (c, seen) -> {
          PreparedStatement p =
              c.prepareStatement("INSERT INTO users (user_id, name) VALUES (?, ?) RETURNING *");
          p.setLong(1, 12);
          p.setString(2, "twelve");
          seen.rows(p.executeQuery());
          seen.add(p.getUpdateCount());
        });
    uses.put(
        "generated keys of a statement that already returns",
        (c, seen) -> {
          Statement s = c.createStatement();
          String returning = insert + " RETURNING name";
          seen.add(s.executeUpdate(returning, Statement.RETURN_GENERATED_KEYS));
          seen.rows(s.getGeneratedKeys());
          seen.error(
              () -> s.executeUpdate("UPDATE users SET age = 1 WHERE user_id = 7 RETURNING 1"));
        });
    uses.put(
        "generated keys of queries over all rows",
        (c, seen) -> {
          for (String sql :
              List.of(
                  "SELECT user_id, name FROM users ORDER BY user_id",
                  "SELECT name, count(*) FROM users GROUP BY name",
                  "SELECT name FROM users WHERE user_id = 7")) {
            PreparedStatement s = c.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
            seen.rows(s.executeQuery());
            seen.rows(s.getGeneratedKeys());
          }
        });
    uses.put(
        "metadata of a statement that returns generated keys",
        (c, seen) -> {
          for (PreparedStatement s :
              List.of(
                  c.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS),
                  c.prepareStatement(insert, new String[] {"name"}),
                  c.prepareStatement(insert, Statement.NO_GENERATED_KEYS))) {
            ResultSetMetaData columns = s.getMetaData();
            seen.add(columns == null ? 0 : columns.getColumnCount());
          }
          seen.error(() -> c.prepareStatement(insert, new String[] {"nowhere"}).getMetaData());
        });
    uses.put(
        "what is left when a batch has run",
        (c, seen) -> {
          Statement s = c.createStatement();
          s.addBatch("SELECT name FROM users");
          s.addBatch("UPDATE users SET age = 4");
          seen.add(Arrays.toString(s.executeBatch()), s.getUpdateCount(), s.getResultSet());
          seen.add(s.isPoolable(), c.prepareStatement(insert).isPoolable());
        });
  }
}
