package io.shardjdbc.tests.program;

import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Steps that read rows and descriptions in all ways that JDBC has, whoever made the rows. */
final class Getters {

  private static final List<String> QUERIES =
      List.of(
          "SELECT * FROM acct WHERE id = 3",
          "SELECT * FROM acct ORDER BY id",
          "SELECT id, bal, at, d, u, flag FROM acct ORDER BY at DESC, id",
          "SELECT count(*), sum(lvl), avg(lvl), sum(bal), max(at), min(d), max(u) FROM acct",
          "SELECT tag, count(*) AS n, sum(bal) AS s, avg(r) FROM acct GROUP BY tag ORDER BY tag",
          "SELECT id, name, row_number() OVER (ORDER BY id) AS num FROM acct ORDER BY id",
          "SELECT a.id, c.name, c.n FROM acct a JOIN country c ON c.n = a.id ORDER BY a.id",
          "SELECT DISTINCT label FROM item ORDER BY label",
          "SELECT id, b, s, m, tags, at, i FROM gen ORDER BY id",
          "SELECT max(i), sum(i), max(tags), max(m), min(s) FROM gen",
          "SELECT k, n, m FROM word ORDER BY k",
          "SELECT u, n, note FROM tok ORDER BY u",
          "SELECT code, name FROM country ORDER BY code",
          "SELECT v, k FROM conf ORDER BY k",
          "SELECT k, v FROM tiny ORDER BY k",
          "SELECT user_id, day, what FROM event ORDER BY day, user_id",
          "SELECT id FROM acct UNION ALL SELECT id FROM gen ORDER BY 1",
          "SELECT 1 AS one, 'x' AS x, NULL AS none, 2.50 AS d, true AS yes, date '2020-01-02' AS"
              + " day",
          "SELECT bool_and(flag), bool_or(flag), string_agg(name, ',' ORDER BY id) FROM acct",
          "SELECT count(*) FROM acct WHERE false",
          "SELECT sum(lvl), max(name), avg(bal) FROM acct WHERE false",
          "SELECT id, data, j, arr FROM acct WHERE id < 4 ORDER BY id",
          "SELECT a.name AS \"A Name\", i.n AS \"Ä\" FROM acct a JOIN item i ON i.acct_id = a.id"
              + " ORDER BY a.id, i.n",
          "INSERT INTO own (name) VALUES ('got') RETURNING *",
          "UPDATE acct SET lvl = lvl + 1 WHERE id < 4 RETURNING id",
          "SELECT (SELECT max(id) FROM acct) AS top, current_date - current_date AS zero");

  private static final List<String> TEXTS =
      List.of(
          "SELECT * FROM acct WHERE id = ? AND name = ?",
          "SELECT count(*) FROM acct WHERE lvl > ? AND bal < ?",
          "INSERT INTO gen (id, a, c, s, m, at) VALUES (?, ?, ?, ?, ?, ?)",
          "UPDATE acct SET d = ?, u = ?, flag = ? WHERE id = ?",
          "SELECT id FROM acct WHERE id = ANY (?) ORDER BY name LIMIT ?",
          "SELECT tag, count(*) FROM acct GROUP BY tag HAVING count(*) > ?",
          "SELECT a.id, ? || a.name FROM acct a JOIN item i ON i.acct_id = a.id WHERE i.n = ?",
          "SELECT v FROM conf WHERE k = ?",
          "INSERT INTO country VALUES (?, ?, ?)",
          "DELETE FROM word WHERE k = ? RETURNING *",
          "SELECT day + ?, what FROM event WHERE user_id = ?");

  private static final List<Class<?>> CLASSES =
      List.of(
          String.class,
          Long.class,
          Integer.class,
          Short.class,
          BigDecimal.class,
          Double.class,
          Boolean.class,
          LocalDate.class,
          LocalDateTime.class,
          OffsetDateTime.class,
          UUID.class,
          java.sql.Timestamp.class,
          java.sql.Date.class,
          byte[].class,
          Array.class,
          java.math.BigInteger.class);

  private static final List<String> WHATEVER_THE_FORM =
      List.of("object", "long", "decimal", "as Long", "as BigDecimal", "as Boolean");

  private final Draw draw;

  Getters(Draw draw) {
    this.draw = draw;
  }

  Step step(int session) {
    return draw.chance(70) ? values(session) : draw.chance(50) ? columns(session) : parts(session);
  }

  /** A way to read a column. */
  @FunctionalInterface
  private interface Getter {
    @Nullable Object of(ResultSet row, int column) throws SQLException;
  }

  private static final Map<String, Getter> GETTERS = new TreeMap<>();

  static {
    GETTERS.put("string", ResultSet::getString);
    GETTERS.put("int", ResultSet::getInt);
    GETTERS.put("long", ResultSet::getLong);
    GETTERS.put("short", ResultSet::getShort);
    GETTERS.put("byte", ResultSet::getByte);
    GETTERS.put("double", (r, i) -> Seen.rounded(r.getDouble(i)));
    GETTERS.put("float", (r, i) -> Math.round(r.getFloat(i) * 100));
    GETTERS.put("decimal", ResultSet::getBigDecimal);
    GETTERS.put("boolean", ResultSet::getBoolean);
    GETTERS.put("date", ResultSet::getDate);
    GETTERS.put("time", ResultSet::getTime);
    GETTERS.put("timestamp", ResultSet::getTimestamp);
    GETTERS.put("bytes", ResultSet::getBytes);
    GETTERS.put("array", ResultSet::getArray);
    GETTERS.put("object", ResultSet::getObject);
    GETTERS.put("nstring", ResultSet::getNString);
    GETTERS.put("reader", (r, i) -> all(r.getCharacterStream(i)));
    GETTERS.put("map", (r, i) -> r.getObject(i, Map.of()));
    for (Class<?> type : CLASSES) {
      GETTERS.put("as " + type.getSimpleName(), (r, i) -> r.getObject(i, type));
    }
  }

  private static @Nullable String all(@Nullable Reader reader) throws SQLException {
    if (reader == null) {
      return null;
    }
    try (reader) {
      char[] some = new char[100];
      int length = reader.read(some);
      return length < 0 ? "" : new String(some, 0, length);
    } catch (IOException e) {
      throw new SQLException(e);
    }
  }

  private Step values(int session) {
    String sql = draw.pick(QUERIES);
    boolean prepared = draw.chance(50);
    // Whether a value comes as text or in binary depends on how often its server has run the text.
    List<String> names = prepared ? WHATEVER_THE_FORM : List.copyOf(GETTERS.keySet());
    List<String> ways = List.of(draw.pick(names), draw.pick(names), draw.pick(names));
    return new Step(
        session,
        "get " + ways + " of " + sql + (prepared ? "" : " (plain)"),
        sql.contains("ORDER BY"),
        (s, seen) -> {
          if (prepared) {
            try (ResultSet rows = s.prepared(sql).executeQuery()) {
              values(rows, ways, sql.contains("ORDER BY"), seen);
            }
          } else {
            try (Statement statement = s.connection().createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
              values(rows, ways, sql.contains("ORDER BY"), seen);
            }
          }
        });
  }

  private static void values(ResultSet rows, List<String> ways, boolean ordered, Seen seen)
      throws SQLException {
    List<String> all = new java.util.ArrayList<>();
    while (rows.next()) {
      StringBuilder line = new StringBuilder();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        for (String way : ways) {
          line.append(" | ").append(way).append(' ').append(got(rows, i, way));
        }
      }
      all.add(line.toString());
    }
    if (!ordered) {
      all.sort(null);
    }
    all.forEach(seen::add);
    seen.add("after last " + rows.isAfterLast() + ", row " + rows.getRow());
  }

  private static String got(ResultSet rows, int column, String way) throws SQLException {
    try {
      Object value = Objects.requireNonNull(GETTERS.get(way)).of(rows, column);
      boolean hasForms = value instanceof BigDecimal && isFloat(rows.getMetaData(), column);
      return (hasForms ? ((BigDecimal) value).stripTrailingZeros() : shown(value))
          + (rows.wasNull() ? " null" : "");
    } catch (SQLException e) {
      return "failed " + e.getSQLState();
    } catch (RuntimeException e) {
      return "failed " + e.getClass().getName();
    }
  }

  /** A floating-point number of 1 is the decimal 1 of its text, and 1.0 of its binary form. */
  private static boolean isFloat(ResultSetMetaData data, int column) throws SQLException {
    return List.of(Types.DOUBLE, Types.REAL).contains(data.getColumnType(column));
  }

  private static String shown(@Nullable Object value) throws SQLException {
    if (value instanceof byte[] bytes) {
      return Arrays.toString(bytes);
    }
    if (value instanceof Array array) {
      return array.getBaseTypeName() + Arrays.deepToString((Object[]) array.getArray());
    }
    if (value instanceof Double number) {
      return Seen.rounded(number);
    }
    return value + (value == null ? "" : ":" + value.getClass().getSimpleName());
  }

  /** What is said of the columns. */
  private Step columns(int session) {
    String sql = draw.pick(QUERIES.subList(0, QUERIES.size() - 3));
    boolean before = draw.chance(50);
    return new Step(
        session,
        "describe " + (before ? "before running " : "") + sql,
        true,
        (s, seen) -> {
          if (before && s.variant() == Variant.SIMPLE) {
            return; // the driver would run it
          }
          if (before) {
            describe(s.prepared(sql).getMetaData(), seen);
          } else {
            try (Statement statement = s.connection().createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
              describe(rows.getMetaData(), seen);
            }
          }
        });
  }

  private static void describe(ResultSetMetaData data, Seen seen) throws SQLException {
    for (int i = 1; i <= data.getColumnCount(); i++) {
      seen.add(
          "%s %s %s.%s %d %s %s (%d, %d) %d nullable %d, auto %s, signed %s, case %s, searched %s, money %s"
              .formatted(
                  data.getColumnName(i),
                  data.getColumnLabel(i),
                  data.getSchemaName(i),
                  data.getTableName(i),
                  data.getColumnType(i),
                  data.getColumnTypeName(i),
                  data.getColumnClassName(i),
                  data.getPrecision(i),
                  data.getScale(i),
                  data.getColumnDisplaySize(i),
                  data.isNullable(i),
                  data.isAutoIncrement(i),
                  data.isSigned(i),
                  data.isCaseSensitive(i),
                  data.isSearchable(i),
                  data.isCurrency(i)));
    }
  }

  /** What is said of the values that a text takes. */
  private Step parts(int session) {
    String sql = draw.pick(TEXTS);
    return new Step(
        session,
        "describe parameters of INSERT or so: " + sql,
        true,
        (s, seen) -> {
          if (s.variant() == Variant.SIMPLE) {
            return; // the driver would run it
          }
          try (PreparedStatement statement = s.connection().prepareStatement(sql)) {
            ParameterMetaData data = statement.getParameterMetaData();
            for (int i = 1; i <= data.getParameterCount(); i++) {
              seen.add(
                  "%d %s %s %s"
                      .formatted(
                          data.getParameterType(i),
                          data.getParameterTypeName(i),
                          data.getParameterClassName(i),
                          data.isSigned(i)));
            }
          }
        });
  }
}
