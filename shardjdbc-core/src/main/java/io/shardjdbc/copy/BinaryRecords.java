package io.shardjdbc.copy;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Records of the binary format: a signature, flags and an extension; then for each record the
 * number of its fields, and for each field its length (-1 for NULL) and its bytes; -1 at the end.
 */
final class BinaryRecords implements Records {

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
  };
  private static final byte[] TRAILER = {(byte) 0xFF, (byte) 0xFF};
  private static final int HAS_OIDS = 1 << 16;
  private static final int END = -1;

  private final Bytes bytes;

  BinaryRecords(Bytes bytes) {
    this.bytes = bytes;
  }

  @Override
  public boolean readHeader() throws IOException, SQLException {
    bytes.begin();
    for (byte expected : SIGNATURE) {
      if (bytes.take() != (expected & 0xFF)) {
        throw malformed("the signature of the binary format is missing");
      }
    }
    if ((number(4) & HAS_OIDS) != 0) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "COPY with OIDS");
    }
    skip(number(4));
    return true;
  }

  /** The trailer may be missing: a server takes the end of the data, or of a part of it, for it. */
  @Override
  public boolean next() throws IOException, SQLException {
    bytes.begin();
    int high = bytes.take();
    int low = bytes.take();
    if (low < 0) {
      return false;
    }
    int fields = (short) (high << 8 | low);
    if (fields == END) {
      if (bytes.peek() >= 0) {
        throw malformed("there is data behind the trailer of the binary format");
      }
      return false;
    }
    if (fields < 0) {
      throw malformed("a record has a negative number of fields");
    }
    for (int i = 0; i < fields; i++) {
      int length = number(4);
      if (length > 0) {
        skip(length);
      }
    }
    return true;
  }

  private int number(int size) throws IOException, SQLException {
    int value = 0;
    for (int i = 0; i < size; i++) {
      value = (value << 8) | taken();
    }
    return value;
  }

  private void skip(int count) throws IOException, SQLException {
    for (int i = 0; i < count; i++) {
      taken();
    }
  }

  private int taken() throws IOException, SQLException {
    int b = bytes.take();
    if (b < 0) {
      throw malformed("the stream ends within a record");
    }
    return b;
  }

  private static SQLException malformed(String what) {
    return SqlErrors.of(ErrorCode.COPY_MALFORMED, what);
  }

  @Override
  public byte[] trailer() {
    return TRAILER.clone();
  }

  @Override
  public List<@Nullable Object> fields(List<Integer> positions) throws SQLException {
    ByteBuffer record = ByteBuffer.wrap(bytes.record(), 0, bytes.length());
    int count = record.getShort();
    List<byte @Nullable []> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = record.getInt();
      byte[] field = length < 0 ? null : new byte[length];
      if (field != null) {
        record.get(field);
      }
      all.add(field);
    }
    List<@Nullable Object> key = new ArrayList<>();
    for (int position : positions) {
      if (position >= count) {
        throw malformed("a record has too few fields");
      }
      byte[] field = all.get(position);
      key.add(field == null ? null : new Raw(field));
    }
    return key;
  }

  /** The bytes of a field, which mean what the column's type makes of them. */
  static final class Raw {
    private final byte[] bytes;

    Raw(byte[] bytes) {
      this.bytes = bytes;
    }

    Object as(String type) throws SQLException {
      ByteBuffer value = ByteBuffer.wrap(bytes);
      return switch (type) {
        case "bigint" ->
            switch (bytes.length) {
              case 2 -> (long) value.getShort();
              case 4 -> (long) value.getInt();
              case 8 -> value.getLong();
              default -> throw malformed("an integer key has " + bytes.length + " bytes");
            };
        case "uuid" -> {
          if (bytes.length != 16) {
            throw malformed("a uuid key has " + bytes.length + " bytes");
          }
          yield new UUID(value.getLong(), value.getLong());
        }
        default -> new String(bytes, StandardCharsets.UTF_8);
      };
    }
  }
}
