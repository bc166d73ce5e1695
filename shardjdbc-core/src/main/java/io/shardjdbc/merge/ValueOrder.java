package io.shardjdbc.merge;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ByteConverter;

/**
 * The order of a PostgreSQL type, as its btree operator class has it, over values read from what
 * the server sent in text or in binary.
 *
 * <p>Sources are the comparison functions of the server: {@code numeric.c} ({@code cmp_numerics}:
 * NaN after everything, infinities at the ends), {@code float.h} ({@code float8_cmp_internal}: NaN
 * after everything, -0 equal to 0), {@code date.c} ({@code timetz_cmp_internal}: by the moment,
 * then by the zone), {@code timestamp.c}, {@code uuid.c} and {@code varlena.c} (bytes unsigned,
 * shorter first).
 */
enum ValueOrder {
  INTEGER {
    @Override
    Object read(byte[] bytes, boolean binary) {
      if (!binary) {
        return Long.valueOf(ascii(bytes));
      }
      return switch (bytes.length) {
        case 2 -> (long) ByteConverter.int2(bytes, 0);
        case 4 -> (long) ByteConverter.int4(bytes, 0);
        default -> ByteConverter.int8(bytes, 0);
      };
    }
  },
  OID {
    @Override
    Object read(byte[] bytes, boolean binary) {
      return binary
          ? Integer.toUnsignedLong(ByteConverter.int4(bytes, 0))
          : Long.valueOf(ascii(bytes));
    }
  },
  BOOLEAN {
    @Override
    Object read(byte[] bytes, boolean binary) {
      return binary ? (long) bytes[0] : bytes[0] == 't' ? 1L : 0L;
    }
  },
  DATE {
    @Override
    Object read(byte[] bytes, boolean binary) {
      return binary ? (long) ByteConverter.int4(bytes, 0) : TimeTexts.date(ascii(bytes));
    }
  },
  TIME {
    @Override
    Object read(byte[] bytes, boolean binary) {
      return binary ? ByteConverter.int8(bytes, 0) : TimeTexts.time(ascii(bytes));
    }
  },
  TIMETZ {
    @Override
    Object read(byte[] bytes, boolean binary) {
      return binary
          ? new TimeTexts.ZonedTime(ByteConverter.int8(bytes, 0), ByteConverter.int4(bytes, 8))
          : TimeTexts.zonedTime(ascii(bytes));
    }

    @Override
    int compare(Object a, Object b) {
      return ((TimeTexts.ZonedTime) a).compareTo((TimeTexts.ZonedTime) b);
    }
  },
  TIMESTAMP {
    @Override
    Object read(byte[] bytes, boolean binary) {
      return binary ? ByteConverter.int8(bytes, 0) : TimeTexts.timestamp(ascii(bytes));
    }
  },
  FLOAT {
    @Override
    Object read(byte[] bytes, boolean binary) {
      if (!binary) {
        return Double.valueOf(ascii(bytes));
      }
      return bytes.length == 4
          ? (double) ByteConverter.float4(bytes, 0)
          : ByteConverter.float8(bytes, 0);
    }

    @Override
    int compare(Object a, Object b) {
      double x = (Double) a;
      double y = (Double) b;
      return x == y ? 0 : Double.compare(x, y);
    }
  },
  NUMERIC {
    @Override
    Object read(byte[] bytes, boolean binary) {
      if (binary) {
        Number number = ByteConverter.numeric(bytes);
        return number instanceof BigDecimal ? number : number.doubleValue();
      }
      String text = ascii(bytes);
      char last = text.charAt(text.length() - 1);
      return last == 'N' || last == 'y' ? (Object) Double.valueOf(text) : new BigDecimal(text);
    }

    @Override
    int compare(Object a, Object b) {
      if (a instanceof BigDecimal x && b instanceof BigDecimal y) {
        return x.compareTo(y);
      }
      return Double.compare(special(a), special(b));
    }

    private double special(Object value) {
      return value instanceof Double d ? d : 0;
    }
  },
  UUID_BYTES {
    @Override
    Object read(byte[] bytes, boolean binary) {
      if (binary) {
        return bytes;
      }
      UUID uuid = UUID.fromString(ascii(bytes));
      byte[] raw = new byte[16];
      ByteConverter.int8(raw, 0, uuid.getMostSignificantBits());
      ByteConverter.int8(raw, 8, uuid.getLeastSignificantBits());
      return raw;
    }

    @Override
    int compare(Object a, Object b) {
      return Arrays.compareUnsigned((byte[]) a, (byte[]) b);
    }
  },
  /** bytea, and text where it sorts by its bytes. The driver decodes bytea before we see it. */
  BYTES {
    @Override
    Object read(byte[] bytes, boolean binary) {
      return bytes;
    }

    @Override
    int compare(Object a, Object b) {
      return Arrays.compareUnsigned((byte[]) a, (byte[]) b);
    }
  };

  /** A value of the type; equal bytes need not give equal values. */
  abstract Object read(byte[] bytes, boolean binary) throws SQLException;

  /** Compares values that {@link #read} made; most of them are numbers. */
  int compare(Object a, Object b) {
    return Long.compare((Long) a, (Long) b);
  }

  /**
   * The order of a column by the driver's name of its type; null where Java does not have it
   * exactly. Types with a collation are not here: a cast to {@code name} sorts as its text does. A
   * type of the user's own may have the name of the server's; the driver takes it for another kind.
   */
  static @Nullable ValueOrder of(ResultSetMetaData columns, int column) throws SQLException {
    ValueOrder order = ofType(columns.getColumnTypeName(column));
    int kind = columns.getColumnType(column);
    boolean foreign = kind == Types.VARCHAR || kind == Types.STRUCT || kind == Types.DISTINCT;
    return foreign ? null : order;
  }

  private static @Nullable ValueOrder ofType(String name) {
    return switch (name) {
      case "int2", "int4", "int8", "smallserial", "serial", "bigserial" -> INTEGER;
      case "oid" -> OID;
      case "bool" -> BOOLEAN;
      case "date" -> DATE;
      case "time" -> TIME;
      case "timetz" -> TIMETZ;
      case "timestamp", "timestamptz" -> TIMESTAMP;
      case "float4", "float8" -> FLOAT;
      case "numeric" -> NUMERIC;
      case "uuid" -> UUID_BYTES;
      case "bytea" -> BYTES;
      default -> null;
    };
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
