package io.shardjdbc.copy;

import io.shardjdbc.routing.KeyType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the bytes of a field of the binary format mean to a column of a key. */
final class BinaryKeys {

  private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);
  private static final String INFINITE = "infinity";
  private static final int NEGATIVE = 0x4000;

  private BinaryKeys() {}

  /** A value as routing reads it; the buffer is behind the field then, or somewhere in it. */
  static Object read(ByteBuffer field, int length, KeyType type) throws SQLException {
    return switch (type) {
      case INTEGER ->
          switch (length) {
            case 2 -> (long) field.getShort();
            case 4 -> (long) field.getInt();
            case 8 -> field.getLong();
            default -> throw wrong("an integer", length);
          };
      case UUID -> {
        require(length == 2 * Long.BYTES, "a uuid", length);
        yield new UUID(field.getLong(), field.getLong());
      }
      case TEXT -> {
        byte[] text = new byte[length];
        field.get(text);
        yield new String(text, StandardCharsets.UTF_8);
      }
      case DATE -> {
        require(length == Integer.BYTES, "a date", length);
        int days = field.getInt();
        boolean infinite = days == Integer.MAX_VALUE || days == Integer.MIN_VALUE;
        yield infinite ? INFINITE : EPOCH.plusDays(days);
      }
      case TIMESTAMP -> {
        LocalDateTime time = time(field, length);
        yield time == null ? INFINITE : time;
      }
      case TIMESTAMPTZ -> {
        LocalDateTime time = time(field, length);
        yield time == null ? INFINITE : time.toInstant(ZoneOffset.UTC);
      }
      case NUMERIC -> numeric(field, length);
    };
  }

  private static @Nullable LocalDateTime time(ByteBuffer field, int length) throws SQLException {
    require(length == Long.BYTES, "a timestamp", length);
    long micros = field.getLong();
    boolean infinite = micros == Long.MAX_VALUE || micros == Long.MIN_VALUE;
    return infinite ? null : EPOCH.atStartOfDay().plus(micros, ChronoUnit.MICROS);
  }

  /** Digits of base 10,000, as {@code numeric_send} writes them. */
  private static Object numeric(ByteBuffer field, int length) throws SQLException {
    require(length >= 4 * Short.BYTES, "a numeric", length);
    int digits = field.getShort();
    int weight = field.getShort();
    int sign = field.getShort() & 0xFFFF;
    int scale = field.getShort();
    require(digits >= 0 && length == (4 + digits) * Short.BYTES, "a numeric", length);
    if (sign != 0 && sign != NEGATIVE) {
      return "NaN"; // or infinite, which is no key either
    }
    BigInteger value = BigInteger.ZERO;
    for (int i = 0; i < digits; i++) {
      value = value.multiply(BigInteger.valueOf(10_000)).add(BigInteger.valueOf(field.getShort()));
    }
    BigDecimal number = new BigDecimal(sign == 0 ? value : value.negate());
    number = number.scaleByPowerOfTen(4 * (weight - digits + 1));
    return number.setScale(scale, RoundingMode.DOWN); // as numeric_recv cuts it
  }

  private static void require(boolean right, String what, int length) throws SQLException {
    if (!right) {
      throw wrong(what, length);
    }
  }

  private static SQLException wrong(String what, int length) {
    return BinaryRecords.malformed(what + " key has " + length + " bytes");
  }
}
