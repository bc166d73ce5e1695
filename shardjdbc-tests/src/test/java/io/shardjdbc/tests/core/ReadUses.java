package io.shardjdbc.tests.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Uses that read: values, metadata, and what a result is before, during and after its life. */
final class ReadUses {

  private ReadUses() {}

  private static final String ROW = "SELECT * FROM users WHERE user_id = 7";

  static void values(Map<String, JdbcUses.Use> uses) {
    uses.put(
        "values as objects",
        (c, seen) -> {
          try (ResultSet rows = c.createStatement().executeQuery(ROW)) {
            rows.next();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
              Object value = rows.getObject(i);
              seen.add(
                  i, value instanceof Array array ? array.getArray() : value, rows.getString(i));
            }
          }
        });
    uses.put(
        "values as java.time",
        (c, seen) -> {
          ResultSet rows = c.createStatement().executeQuery(ROW);
          rows.next();
          seen.add(rows.getObject("joined", OffsetDateTime.class), rows.getTimestamp("joined"));
          seen.add(rows.getObject("born", LocalDate.class), rows.getDate("born"));
          seen.add(rows.getObject("token", UUID.class), rows.getBigDecimal("score"));
          seen.add(
              rows.getInt("age"),
              rows.getLong("age"),
              rows.getShort("age"),
              rows.getDouble("score"));
          seen.add(rows.getBoolean("active"), rows.getBytes("picture"), rows.wasNull());
        });
    uses.put(
        "a value that is none of the type",
        (c, seen) -> {
          ResultSet rows = c.createStatement().executeQuery(ROW);
          rows.next();
          seen.error(() -> rows.getInt("name"));
          seen.error(() -> rows.getDate("age"));
          seen.error(() -> rows.getString("nowhere"));
          seen.error(() -> rows.getString(0));
          seen.error(() -> rows.getString(11));
        });
    uses.put(
        "metadata of rows",
        (c, seen) -> {
          ResultSetMetaData data = c.prepareStatement(ROW).executeQuery().getMetaData();
          for (int i = 1; i <= data.getColumnCount(); i++) {
            seen.add(
                data.getColumnLabel(i),
                data.getColumnName(i),
                data.getColumnType(i),
                data.getColumnTypeName(i),
                data.getPrecision(i),
                data.getScale(i),
                data.getColumnDisplaySize(i),
                data.getColumnClassName(i),
                data.isNullable(i),
                data.isSigned(i));
          }
        });
    uses.put(
        "metadata of groups",
        (c, seen) -> {
          for (String sql :
              List.of(
                  "SELECT score, count(*) FROM users GROUP BY score",
                  "SELECT name, max(age) FROM users GROUP BY name",
                  "SELECT DISTINCT score, tags, picture FROM users",
                  "SELECT age, avg(score) FROM users GROUP BY age")) {
            ResultSetMetaData data = c.createStatement().executeQuery(sql).getMetaData();
            for (int i = 1; i <= data.getColumnCount(); i++) {
              seen.add(data.getTableName(i), data.isNullable(i), data.isAutoIncrement(i));
              seen.add(data.getPrecision(i), data.getScale(i));
            }
          }
        });
    uses.put(
        "a fetch size for rows alone",
        (c, seen) -> {
          for (String sql : List.of(ROW, "SELECT user_id FROM users ORDER BY user_id")) {
            Statement statement = c.createStatement();
            statement.setFetchSize(5);
            ResultSet rows = statement.executeQuery(sql);
            seen.add(rows.getFetchSize());
            rows.setFetchSize(3);
            seen.add(rows.getFetchSize(), statement.getFetchSize());
            seen.error(() -> rows.setFetchSize(-1));
          }
        });
    uses.put(
        "elements that change once they are an array",
        (c, seen) -> {
          byte[] bytes = {1, 2};
          Integer[] inner = {1};
          PreparedStatement s = c.prepareStatement("SELECT (?::bytea[])::text, (?::int[])::text");
          s.setArray(1, c.createArrayOf("bytea", new byte[][] {bytes}));
          s.setArray(2, c.createArrayOf("int4", new Integer[][] {inner}));
          bytes[0] = 9;
          inner[0] = 9;
          seen.rows(s.executeQuery());
        });
    uses.put(
        "an XML value that is freed once it is bound",
        (c, seen) -> {
          PreparedStatement s = c.prepareStatement("SELECT ?::text, ?::text, ?::text, ?::text");
          SQLXML xml = c.createSQLXML();
          xml.setString("<a>1</a>");
          s.setSQLXML(1, xml);
          s.setObject(2, xml);
          s.setObject(3, xml, Types.SQLXML);
          s.setSQLXML(4, null);
          xml.free();
          seen.rows(s.executeQuery());
          seen.error(() -> s.setSQLXML(1, c.createSQLXML()));
        });
    uses.put(
        "streams of a length that are read on once they are bound",
        (c, seen) -> {
          PreparedStatement s = c.prepareStatement("SELECT ?::text, ?::text, ?::text");
          Reader reader = new StringReader("abcdef");
          InputStream stream = new ByteArrayInputStream("abc\u00e9ef".getBytes(UTF_8));
          s.setCharacterStream(1, reader, 3);
          s.setAsciiStream(2, stream, 5);
          s.setCharacterStream(3, null, 3);
          seen.add((char) reader.read());
          reader.close();
          seen.rows(s.executeQuery());
          seen.rows(s.executeQuery());
          s.setCharacterStream(1, new StringReader("ab"), 9);
          seen.rows(s.executeQuery());
        });
    uses.put(
        "client info that the server does not know",
        (c, seen) -> {
          seen.add(c.getWarnings());
          c.setClientInfo("Colour", "blue");
          c.setClientInfo("Shape", "round");
          SQLWarning warning = c.getWarnings();
          seen.add(warning.getSQLState(), warning.getMessage(), c.getClientInfo("Colour"));
          seen.add(warning.getNextWarning().getSQLState());
          c.clearWarnings();
          seen.add(c.getWarnings());
        });
    uses.put(
        "client info as texts have set it",
        (c, seen) -> {
          seen.add(c.getClientInfo("ApplicationName"), c.getClientInfo());
          c.createStatement().execute("SET application_name = 'a text'");
          seen.add(c.getClientInfo("ApplicationName"));
          c.setAutoCommit(false);
          c.createStatement().execute("SET LOCAL application_name = 'for now'");
          seen.add(c.getClientInfo("ApplicationName"));
          seen.error(() -> c.createStatement().execute("SELECT 1 / 0"));
          seen.add(c.getClientInfo("ApplicationName"));
          c.rollback();
          seen.add(c.getClientInfo("ApplicationName"));
        });
    uses.put(
        "arrays that were made, as they are read and sent as texts",
        (c, seen) -> {
          Array made = c.createArrayOf("bigint", new Integer[] {1, null});
          seen.add(made, made.getArray(), made.getArray(2, 1));
          seen.rows(made.getResultSet());
          Array nested = c.createArrayOf("float8", new double[][] {{1.5, 2}, {3, 4}});
          seen.add(nested, ((Double[][]) nested.getArray())[1]);
          PreparedStatement s = c.prepareStatement("SELECT ? || '', ?::int8[] || 5::int8");
          s.setObject(1, made, Types.VARCHAR);
          s.setObject(2, made, Types.OTHER);
          seen.rows(s.executeQuery());
        });
    uses.put(
        "metadata of a call",
        (c, seen) -> {
          PreparedStatement s = c.prepareCall("{call abs(?::int)}");
          seen.add(s.getMetaData().getColumnTypeName(1));
          seen.add(s.getParameterMetaData().getParameterTypeName(1));
        });
    uses.put(
        "metadata before execution",
        (c, seen) -> {
          PreparedStatement s = c.prepareStatement("SELECT name, age FROM users WHERE user_id = ?");
          seen.add(s.getMetaData().getColumnCount(), s.getMetaData().getColumnTypeName(2));
          seen.add(s.getParameterMetaData().getParameterCount());
          seen.add(s.getParameterMetaData().getParameterTypeName(1));
        });
    uses.put(
        "values of all types are bound",
        (c, seen) -> {
          PreparedStatement s =
              c.prepareStatement("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
          s.setLong(1, 8);
          s.setString(2, "eight ' \\ ä");
          s.setObject(3, 18, Types.INTEGER);
          s.setBigDecimal(4, new BigDecimal("-12.125"));
          s.setObject(5, OffsetDateTime.of(2026, 5, 6, 7, 8, 9, 0, ZoneOffset.ofHours(2)));
          s.setDate(6, Date.valueOf("2001-02-03"));
          s.setBytes(7, new byte[] {1, 0, -1});
          s.setArray(8, c.createArrayOf("text", new String[] {"x", null, "y,z"}));
          s.setObject(9, UUID.fromString("00000000-0000-0000-0000-000000000008"));
          s.setNull(10, Types.BOOLEAN);
          seen.add(s.executeUpdate());
          seen.rows(c.createStatement().executeQuery("SELECT * FROM users WHERE user_id = 8"));
        });
    uses.put(
        "a key bound as a string, a big decimal, an int, an object",
        (c, seen) -> {
          PreparedStatement s = c.prepareStatement("SELECT name FROM users WHERE user_id = ?");
          s.setInt(1, 7);
          seen.rows(s.executeQuery());
          s.setObject(1, 7L);
          seen.rows(s.executeQuery());
          s.setBigDecimal(1, new BigDecimal("7.0"));
          seen.rows(s.executeQuery());
          s.setBigDecimal(1, new BigDecimal("7.5"));
          seen.rows(s.executeQuery());
          s.setObject(1, "7", Types.BIGINT);
          seen.rows(s.executeQuery());
          s.setNull(1, Types.BIGINT);
          seen.rows(s.executeQuery());
          s.setString(1, "7");
          seen.rows(s.executeQuery());
        });
    uses.put(
        "a timestamp bound without its type",
        (c, seen) -> {
          PreparedStatement s =
              c.prepareStatement("SELECT name FROM users WHERE user_id = 7 AND joined < ?");
          s.setTimestamp(1, Timestamp.valueOf("2027-01-01 00:00:00"));
          seen.rows(s.executeQuery());
        });
  }

  static void results(Map<String, JdbcUses.Use> uses) {
    uses.put(
        "a scrollable result",
        (c, seen) -> {
          Statement s =
              c.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
          ResultSet rows =
              s.executeQuery(
                  "SELECT n, n + age FROM users, (VALUES (1), (2), (3)) v (n) WHERE user_id = 7"
                      + " ORDER BY n");
          seen.add(rows.isBeforeFirst(), rows.last(), rows.getRow(), rows.getString(2));
          seen.add(rows.absolute(2), rows.getString(2), rows.relative(-1), rows.getString(2));
          seen.add(rows.absolute(-1), rows.getString(2), rows.previous(), rows.getString(2));
          rows.afterLast();
          seen.add(rows.isAfterLast(), rows.next(), rows.first(), rows.isFirst(), rows.isLast());
        });
    uses.put(
        "a scrollable result that is gathered",
        (c, seen) -> {
          c.createStatement()
              .execute("INSERT INTO users (user_id, name) VALUES (1, 'a'), (2, 'b')");
          Statement s =
              c.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
          ResultSet rows =
              s.executeQuery("SELECT name, rank() OVER (ORDER BY user_id) FROM users ORDER BY 2");
          seen.add(rows.last(), rows.getRow(), rows.getString(1), rows.getLong(2));
          seen.add(rows.absolute(2), rows.getString(1), rows.previous(), rows.getString(1));
        });
    uses.put(
        "a forward result does not scroll",
        (c, seen) -> {
          ResultSet rows = c.createStatement().executeQuery(ROW);
          seen.error(rows::first);
          seen.error(() -> rows.absolute(1));
          seen.error(rows::previous);
        });
    uses.put(
        "maximal rows and fetch size",
        (c, seen) -> {
          c.createStatement()
              .execute(
                  "INSERT INTO users (user_id, name) VALUES (1, 'one'), (2, 'two'), (3, 'three')");
          Statement s = c.createStatement();
          s.setMaxRows(2);
          s.setFetchSize(1);
          seen.rows(s.executeQuery("SELECT user_id FROM users ORDER BY user_id"));
          seen.add(s.getMaxRows(), s.getFetchSize());
          seen.error(() -> s.setMaxRows(-1));
          seen.error(() -> s.setFetchSize(-1));
          seen.error(() -> s.setQueryTimeout(-1));
        });
    uses.put(
        "rows where a count is wanted, and the other way round",
        (c, seen) -> {
          Statement s = c.createStatement();
          seen.error(() -> s.executeUpdate(ROW));
          seen.error(() -> s.executeQuery("UPDATE users SET age = 1 WHERE user_id = 7"));
          seen.error(() -> s.executeUpdate("UPDATE users SET age = 1 RETURNING user_id"));
          PreparedStatement p = c.prepareStatement(ROW);
          seen.error(p::executeUpdate);
          seen.add(s.execute(ROW), s.getUpdateCount(), s.getMoreResults(), s.getUpdateCount());
          seen.add(s.execute("UPDATE users SET age = 3"), s.getUpdateCount(), s.getResultSet());
        });
    uses.put(
        "what is closed",
        (c, seen) -> {
          Statement s = c.createStatement();
          ResultSet rows = s.executeQuery(ROW);
          ResultSet others = s.executeQuery(ROW);
          seen.add(rows.isClosed(), others.isClosed());
          seen.error(rows::next);
          s.close();
          s.close();
          seen.add(others.isClosed(), s.isClosed());
          seen.error(() -> s.executeQuery(ROW));
          seen.error(others::next);
          c.close();
          seen.add(c.isClosed(), c.isValid(1));
          seen.error(c::createStatement);
          seen.error(c::commit);
        });
    uses.put(
        "close on completion",
        (c, seen) -> {
          Statement s = c.createStatement();
          s.closeOnCompletion();
          ResultSet rows = s.executeQuery(ROW);
          rows.close();
          seen.add(s.isClosed());
        });
    uses.put(
        "before the first and behind the last row",
        (c, seen) -> {
          ResultSet rows = c.createStatement().executeQuery(ROW);
          seen.error(() -> rows.getString(1));
          rows.next();
          rows.next();
          seen.error(() -> rows.getString(1));
        });
  }
}
