package io.shardjdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.sql.SQLException;

/**
 * COPY over shards, streaming: rows in are sent to the shards that own them, rows out come one
 * shard after the other.
 *
 * <p>Records of a table with a shard key are split by it, in the formats text, csv and binary;
 * records of a reference table go to every shard. In auto-commit mode all rows stand or none, as of
 * any write over several shards; in a transaction the copy belongs to it. Memory does not grow with
 * the number of rows.
 *
 * <p>Belongs to its connection, and is meant for one thread at a time. Streams are not closed.
 */
public interface ShardCopy {

  /**
   * Runs {@code COPY table FROM STDIN}.
   *
   * @param from bytes in the format that the statement names
   * @return how many rows were copied
   * @throws SQLException if the statement or a record is refused, or a server fails; nothing stands
   *     then but as {@code SJ0603} says
   */
  long copyIn(String sql, InputStream from) throws SQLException, IOException;

  /** The same for text and csv; the statement names no ENCODING, or UTF8. */
  long copyIn(String sql, Reader from) throws SQLException, IOException;

  /**
   * Runs {@code COPY table TO STDOUT}, or of a query whose rows need no merging.
   *
   * @param to gets the bytes of all shards as if one server had sent them
   * @return how many rows were copied
   */
  long copyOut(String sql, OutputStream to) throws SQLException, IOException;

  /** The same for text and csv, from UTF-8. */
  long copyOut(String sql, Writer to) throws SQLException, IOException;
}
