package io.shardjdbc.copy;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of a stream, one after the other. Their bytes are handed on as they came.
 *
 * <p>Not thread-safe.
 */
interface Records {

  /**
   * Reads what stands before the records and goes to every shard: a header.
   *
   * @return whether there was one, now the {@linkplain Bytes#record record} of the bytes
   */
  boolean readHeader() throws IOException, SQLException;

  /** Moves to the next record; false at the end. */
  boolean next() throws IOException, SQLException;

  /** The values of the record's key, text or what binary values mean; null for NULL. */
  List<@Nullable Object> key() throws SQLException;

  /** The header with more names behind its own. */
  byte[] header(List<String> more);

  /** The record, to be taken with more fields later. */
  Extensible extensible();

  /** A record that may be given more fields. */
  interface Extensible {
    /** Its bytes, with fields behind its own. */
    byte[] with(List<CopyField> more) throws SQLException;
  }

  /** What stands behind the records and goes to every shard. */
  byte[] trailer();
}
