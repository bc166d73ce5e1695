package io.shardjdbc.tests.program;

import io.shardjdbc.testkit.twin.Parameter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.UUID;
import java.util.function.Supplier;

/** Draws values for the marks of a template, in every way that JDBC has to bind them. */
final class Values {

  private final Draw draw;

  Values(Draw draw) {
    this.draw = draw;
  }

  /** A value for a mark such as {@code k}. */
  Value of(String mark) {
    return switch (mark) {
      case "k" -> key(draw.between(1, draw.chance(85) ? 12 : 40));
      case "new" -> key(draw.between(13, 40));
      case "n" -> number(draw.between(draw.chance(10) ? -3 : 1, draw.chance(90) ? 40 : 600));
      case "lim" -> number(draw.between(0, 6));
      case "lock" -> key(draw.between(700, 704));
      case "m" -> money(new BigDecimal(draw.between(1, 5000)).movePointLeft(2));
      case "t" ->
          text(draw.of("a", "b", "n3", "n4", "t1", "l2", "it's", "\\x", "", "w4", "äö", "NULL"));
      case "w" -> text("w" + draw.between(1, draw.chance(85) ? 8 : 20));
      case "c" -> text(draw.of("de", "fr", "it", "pl", "es", "xx"));
      case "cf" -> text(draw.of("a", "b", "c", "d"));
      case "u" -> uuid(draw.between(1, 9));
      case "bytes" -> bytes();
      case "flag" -> flag(draw.chance(50));
      case "d" -> date(LocalDate.of(2020, 1, draw.between(1, 20)));
      case "at" -> at(LocalDateTime.of(2020, 1, draw.between(1, 20), draw.between(0, 23), 0));
      case "keys" -> keys();
      case "arr" -> array();
      case "j" -> json();
      case "r" -> real(draw.between(1, 40) / 4.0);
      default -> throw new IllegalArgumentException(mark);
    };
  }

  private Value key(int number) {
    String literal =
        draw.chance(90)
            ? "" + number
            : draw.of("'" + number + "'", number + "::int8", number + ".0");
    return new Value(literal, draw.chance(70) ? Parameter.of((long) number) : odd(number));
  }

  private Value number(int number) {
    return new Value("" + number, draw.chance(75) ? Parameter.of(number) : odd(number));
  }

  /** A number by a setter that converts it, or that does not go with the column. */
  private Parameter odd(int number) {
    return this.<Parameter>one(
        () -> Parameter.of(number),
        () -> Parameter.of((short) number),
        () -> Parameter.of(new BigDecimal(number)),
        () -> Parameter.of(new BigDecimal(number + ".50")),
        () -> Parameter.of("" + number),
        () -> Parameter.of((double) number),
        () -> Parameter.object(BigInteger.valueOf(number)),
        () -> Parameter.object((byte) number),
        () -> Parameter.object((float) number),
        () -> Parameter.object("" + number, Types.BIGINT),
        () -> Parameter.object(number + 0.6, Types.BIGINT),
        () -> Parameter.object(number + 0.4, Types.INTEGER),
        () -> Parameter.object(4_294_967_296L + number, Types.INTEGER),
        () -> Parameter.object((long) number, Types.INTEGER),
        () -> Parameter.object(number, Types.BIGINT),
        () -> Parameter.object((long) number, Types.SMALLINT),
        () -> Parameter.object(number, Types.NUMERIC),
        () -> Parameter.object(number, Types.VARCHAR),
        () -> Parameter.object("" + number, Types.OTHER),
        () -> Parameter.object(" " + number + " ", Types.OTHER),
        () -> Parameter.object(number, Types.DOUBLE),
        () -> scaled(number + 0.55),
        () -> Parameter.object(number % 2 == 0, Types.BIGINT),
        () ->
            Parameter.ofNull(
                draw.of(Types.BIGINT, Types.INTEGER, Types.NULL, Types.VARCHAR, Types.NUMERIC)));
  }

  private static Parameter scaled(double number) {
    return new Parameter(
        "setObject(%s, NUMERIC, 0)".formatted(number),
        (s, i) -> s.setObject(i, number, Types.NUMERIC, 0));
  }

  private Value money(BigDecimal number) {
    return new Value(
        number.toPlainString(),
        this.<Parameter>one(
            () -> Parameter.of(number),
            () -> Parameter.of(number),
            () -> Parameter.of(number.doubleValue()),
            () -> Parameter.of(number.floatValue()),
            () -> Parameter.object(number, Types.NUMERIC),
            () -> Parameter.object(number.toPlainString(), Types.NUMERIC),
            () -> Parameter.object(number, Types.INTEGER),
            () -> Parameter.object(number, Types.DOUBLE),
            () -> scaled(number.doubleValue()),
            () -> Parameter.ofNull(Types.DECIMAL)));
  }

  private Value text(String text) {
    return new Value(
        "'" + text.replace("'", "''") + "'",
        draw.chance(75)
            ? Parameter.of(text)
            : this.<Parameter>one(
                () -> Parameter.object(text),
                () -> Parameter.object(text, Types.VARCHAR),
                () -> Parameter.object(text, Types.CHAR),
                () -> Parameter.object(text, Types.OTHER),
                () -> Parameter.object(text, Types.LONGVARCHAR),
                () -> Parameter.object(5, Types.VARCHAR),
                () -> Parameter.of(5),
                () -> Parameter.object(true, Types.VARCHAR),
                () -> Parameter.ofNull(draw.of(Types.VARCHAR, Types.CHAR, Types.NULL))));
  }

  private Value uuid(int number) {
    UUID id = md5(number);
    return new Value(
        "'" + id + "'",
        this.<Parameter>one(
            () -> Parameter.object(id),
            () -> Parameter.object(id),
            () -> Parameter.object(id.toString(), Types.OTHER),
            () -> Parameter.object(id, Types.OTHER),
            () -> Parameter.of(id.toString()),
            () -> Parameter.object(id.toString().toUpperCase(java.util.Locale.ROOT), Types.OTHER),
            () -> Parameter.ofNull(Types.OTHER)));
  }

  /** What {@code md5(number::text)::uuid} is on a server. */
  private static UUID md5(int number) {
    try {
      byte[] digest =
          java.security.MessageDigest.getInstance("MD5")
              .digest(("" + number).getBytes(StandardCharsets.US_ASCII));
      java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(digest);
      return new UUID(buffer.getLong(), buffer.getLong());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Value bytes() {
    int number = draw.below(10);
    byte[] bytes = {(byte) number, (byte) 0xff};
    return new Value(
        "'\\x0" + number + "ff'",
        this.<Parameter>one(
            () -> Parameter.of(bytes),
            () -> Parameter.object(bytes),
            () -> Parameter.object(bytes, Types.BINARY),
            () ->
                new Parameter(
                    "setBinaryStream(" + number + ")",
                    (s, i) -> s.setBinaryStream(i, new java.io.ByteArrayInputStream(bytes))),
            () -> Parameter.ofNull(Types.BINARY)));
  }

  private Value flag(boolean flag) {
    return new Value(
        "" + flag,
        this.<Parameter>one(
            () -> Parameter.of(flag),
            () -> Parameter.object(flag ? 1 : 0, Types.BOOLEAN),
            () -> Parameter.object(flag ? "t" : "f", Types.BOOLEAN),
            () -> Parameter.object(flag, Types.BIT),
            () -> Parameter.ofNull(Types.BOOLEAN)));
  }

  private Value date(LocalDate day) {
    return new Value(
        "'" + day + "'",
        this.<Parameter>one(
            () -> Parameter.object(day),
            () -> Parameter.object(Date.valueOf(day)),
            () -> new Parameter("setDate(" + day + ")", (s, i) -> s.setDate(i, Date.valueOf(day))),
            () -> Parameter.object(day.toString(), Types.DATE),
            () -> Parameter.object(day.atStartOfDay()),
            () -> Parameter.ofNull(Types.DATE)));
  }

  private Value at(LocalDateTime time) {
    Timestamp stamp = Timestamp.valueOf(time);
    return new Value(
        "'" + time + "'",
        this.<Parameter>one(
            () -> Parameter.object(time),
            () -> Parameter.object(stamp),
            () -> new Parameter("setTimestamp(" + time + ")", (s, i) -> s.setTimestamp(i, stamp)),
            () -> Parameter.object(stamp.toString(), Types.TIMESTAMP),
            () -> Parameter.ofNull(Types.TIMESTAMP)));
  }

  private Value keys() {
    long a = draw.between(1, 12);
    long b = draw.between(1, 14);
    long c = draw.between(1, 12);
    return new Value(
        "'{%d,%d,%d}'".formatted(a, b, c),
        this.<Parameter>one(
            () -> Parameter.array("int8", a, b, c),
            () -> Parameter.array("bigint", a, b),
            () -> Parameter.array("int4", (int) a, (int) b),
            () -> Parameter.array("numeric", new BigDecimal(a), new BigDecimal(b + ".0")),
            () -> Parameter.array("text", "" + a, "" + b),
            () -> Parameter.array("int8", a, null, c),
            () -> Parameter.array("float8", (double) a, b + 0.5),
            () -> Parameter.array("int2", (short) a),
            () -> Parameter.object(new long[] {a, b, c}),
            () -> Parameter.object(new int[] {(int) a, (int) b}),
            () -> Parameter.object(new Long[] {a, b, c}),
            () -> Parameter.object("{" + a + "," + b + "}", Types.OTHER),
            () -> Parameter.array("int8"),
            () -> Parameter.ofNull(Types.ARRAY)));
  }

  private Value array() {
    int a = draw.between(1, 12);
    return new Value(
        "'{%d,7}'".formatted(a),
        this.<Parameter>one(
            () -> Parameter.array("int4", a, 7),
            () -> Parameter.object(new int[] {a, 7}),
            () -> Parameter.object(new Integer[] {a, null}),
            () -> Parameter.array("int8", (long) a),
            () -> Parameter.object("{" + a + "}", Types.OTHER)));
  }

  private Value json() {
    String text = "{\"a\": " + draw.between(1, 12) + ", \"b\": \"x\"}";
    return new Value(
        "'" + text + "'",
        this.<Parameter>one(
            () -> Parameter.object(text, Types.OTHER),
            () -> Parameter.of(text),
            () -> Parameter.ofNull(Types.OTHER)));
  }

  private Value real(double number) {
    return new Value(
        "" + number,
        this.<Parameter>one(
            () -> Parameter.of(number),
            () -> Parameter.object((float) number),
            () -> Parameter.of(new BigDecimal("" + number)),
            () -> Parameter.object(number, Types.REAL),
            () -> Parameter.ofNull(Types.DOUBLE)));
  }

  @SafeVarargs
  private <T> T one(Supplier<? extends T>... ways) {
    return ways[draw.below(ways.length)].get();
  }
}
