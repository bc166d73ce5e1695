package io.shardjdbc.copy;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
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
  private final KeyFields fields;
  private final int[] places;

  BinaryRecords(Bytes bytes, KeyFields fields) {
    this.bytes = bytes;
    this.fields = fields;
    this.places = fields.places();
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

  static SQLException malformed(String what) {
    return SqlErrors.of(ErrorCode.COPY_MALFORMED, what);
  }

  @Override
  public byte[] header(List<String> more) {
    return Arrays.copyOf(bytes.record(), bytes.length());
  }

  @Override
  public Extensible extensible() {
    byte[] record = Arrays.copyOf(bytes.record(), bytes.length());
    return more -> extended(record, more);
  }

  private static byte[] extended(byte[] record, List<CopyField> more) throws SQLException {
    ByteBuffer all = ByteBuffer.allocate(record.length + more.size() * (4 + Long.BYTES));
    all.put(record);
    all.putShort(0, (short) (ByteBuffer.wrap(record).getShort() + more.size()));
    for (CopyField field : more) {
      switch (field.type()) {
        case "int8" -> all.putInt(Long.BYTES).putLong(field.number());
        case "int4" -> all.putInt(Integer.BYTES).putInt(Math.toIntExact(field.number()));
        case "int2" -> all.putInt(Short.BYTES).putShort((short) field.number());
        default ->
            throw SqlErrors.of(
                ErrorCode.NOT_IMPLEMENTED, "binary COPY that numbers a column of another type");
      }
    }
    return Arrays.copyOf(all.array(), all.position());
  }

  @Override
  public byte[] trailer() {
    return TRAILER.clone();
  }

  @Override
  public List<@Nullable Object> key() throws SQLException {
    ByteBuffer record = ByteBuffer.wrap(bytes.record(), 0, bytes.length());
    @Nullable Object[] key = new @Nullable Object[fields.positions().size()];
    int count = record.getShort();
    if (count < places.length) {
      throw malformed("a record has too few fields");
    }
    for (int place : places) {
      int length = record.getInt();
      int end = record.position() + Math.max(0, length);
      if (place >= 0 && length >= 0) {
        key[place] = BinaryKeys.read(record, length, fields.types().get(place));
      }
      record.position(end);
    }
    return Arrays.asList(key);
  }
}
