package io.shardjdbc.testkit.twin;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.util.PGobject;

/** Values that the driver or the server converts on their way to a column, in every setter. */
final class BoundValues {

  static final UUID ID = UUID.fromString("0b5a3f8e-11aa-4bbb-8ccc-0123456789ab");

  private static final List<Integer> TARGETS =
      List.of(
          Types.BIGINT,
          Types.INTEGER,
          Types.SMALLINT,
          Types.TINYINT,
          Types.REAL,
          Types.FLOAT,
          Types.DOUBLE,
          Types.NUMERIC,
          Types.DECIMAL,
          Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.BOOLEAN,
          Types.OTHER,
          Types.DATE,
          Types.VARBINARY,
          Types.DISTINCT,
          Types.ARRAY,
          Types.JAVA_OBJECT);

  private static final List<Integer> AS_TEXT =
      List.of(Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.OTHER, Types.DISTINCT);

  private static final List<String> ELEMENTS =
      List.of(
          "int8", "bigint", "int4", "int2", "numeric", "float8", "float4", "text", "varchar",
          "bpchar", "char", "name", "uuid", "bool", "date", "money", "oid");

  private BoundValues() {}

  static List<Object> values() throws SQLException {
    PGobject object = new PGobject();
    object.setType("int8");
    object.setValue("5");
    return List.of(
        5L,
        7,
        (short) 3,
        (byte) 9,
        4_294_967_301L,
        65_541,
        9_007_199_254_740_993L,
        16_777_217,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        0.7,
        5.7,
        4.5,
        5.0,
        -0.0,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        0x1p63,
        1_234_567_890_123_457.0,
        5f,
        16_777_216f,
        1_234_567f,
        new BigDecimal("5"),
        new BigDecimal("5.00"),
        new BigDecimal("5.5"),
        new BigDecimal("1E+1"),
        new BigDecimal("9223372036854775808"),
        BigInteger.valueOf(5),
        BigInteger.ONE.shiftLeft(64).add(BigInteger.valueOf(5)),
        new AtomicLong(5),
        "5",
        " 5 ",
        "5.0",
        "4294967301",
        "abc",
        "abc ",
        "abc    ",
        "",
        "true",
        true,
        false,
        '5',
        'a',
        ID,
        ID.toString().toUpperCase(java.util.Locale.ROOT),
        "{" + ID.toString().replace("-", "") + "}",
        LocalDate.EPOCH,
        new Date(5),
        new Timestamp(5),
        new byte[] {53},
        object);
  }

  /** Each value by {@code setObject} alone and with each target type, and some by a scale. */
  static List<Parameter> scalars() throws SQLException {
    List<Parameter> all = new ArrayList<>();
    for (Object value : values()) {
      all.add(Parameter.of(value));
      all.add(Parameter.object(value));
      for (int type : TARGETS) {
        boolean identity = value instanceof byte[] && AS_TEXT.contains(type);
        if (!identity) { // the text of an array in Java says which object it is
          all.add(Parameter.object(value, type));
        }
      }
      for (int scale : List.of(0, 1)) {
        all.add(
            new Parameter(
                "setObject(%s, NUMERIC, %d)".formatted(value, scale),
                (s, i) -> s.setObject(i, value, Types.NUMERIC, scale)));
      }
      all.add(
          new Parameter(
              "setObject(%s, JDBCType.BIGINT)".formatted(value),
              (s, i) -> s.setObject(i, value, JDBCType.BIGINT)));
    }
    all.add(new Parameter("setByte(9)", (s, i) -> s.setByte(i, (byte) 9)));
    all.add(new Parameter("setFloat(5)", (s, i) -> s.setFloat(i, 5f)));
    all.add(new Parameter("setNString(5)", (s, i) -> s.setNString(i, "5")));
    all.add(Parameter.ofNull(Types.BIGINT));
    all.add(Parameter.ofNull(Types.CHAR));
    return all;
  }

  /** Arrays by {@code createArrayOf} of every type, and by {@code setObject}. */
  static List<Parameter> arrays() {
    List<Object[]> contents =
        List.of(
            new Object[] {5L, 9_007_199_254_740_993L, 3L},
            new Long[] {16_777_217L, 4_294_967_301L, null},
            new Integer[] {5, 7},
            new Object[] {5.7, 4.5},
            new Double[] {5.0, 9_007_199_254_740_992.0},
            new BigDecimal[] {new BigDecimal("5.00"), new BigDecimal("4.5")},
            new String[] {"abc", "abc ", "5", null},
            new String[] {"5", " 7 ", "16777217"},
            new String[] {"5.0"},
            new String[] {"NULL", "a,b", "{}", "\"", "abc  "},
            new Object[] {true, false},
            new Object[] {ID, UUID.nameUUIDFromBytes(new byte[1])},
            new String[] {ID.toString().toUpperCase(java.util.Locale.ROOT)},
            new String[] {"{" + ID.toString().replace("-", "") + "}"},
            new Long[][] {{5L, 7L}, {3L, 9L}},
            new String[][] {{"abc", "5"}, {"7", "abc "}},
            new Object[] {},
            new Object[] {LocalDate.EPOCH},
            new Object[] {'5', 'a'},
            new Object[] {BigInteger.valueOf(5), BigInteger.ONE.shiftLeft(64)});
    List<Parameter> all = new ArrayList<>();
    for (Object[] content : contents) {
      for (String type : ELEMENTS) {
        all.add(Parameter.array(type, content));
      }
      all.add(
          new Parameter(
              "setObject(" + Arrays.deepToString(content) + ")",
              (s, i) -> s.setObject(i, content)));
      all.add(
          new Parameter(
              "setObject(" + Arrays.deepToString(content) + ", ARRAY)",
              (s, i) -> s.setObject(i, content, Types.ARRAY)));
    }
    for (Object primitives :
        List.of(
            new long[] {5, 4_294_967_301L},
            new int[] {5, 7},
            new short[] {3},
            new double[] {5.0, 9_007_199_254_740_992.0},
            new float[] {5f, 16_777_216f},
            new boolean[] {true},
            new byte[] {5},
            new long[][] {{5}, {7}})) {
      String name = primitives.getClass().getSimpleName();
      all.add(new Parameter("setObject(" + name + ")", (s, i) -> s.setObject(i, primitives)));
    }
    return all;
  }
}
