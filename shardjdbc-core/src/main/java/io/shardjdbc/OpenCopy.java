package io.shardjdbc;

import io.shardjdbc.copy.Copying;
import io.shardjdbc.copy.Utf8Input;
import io.shardjdbc.copy.Utf8Output;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.sql.SQLException;

/** COPY of a connection that a DataSource has handed out. */
record OpenCopy(Copying copying) implements ShardCopy {

  @Override
  public long copyIn(String sql, InputStream from) throws SQLException, IOException {
    return copying.in(sql, from);
  }

  @Override
  public long copyIn(String sql, Reader from) throws SQLException, IOException {
    return copying.in(sql, new Utf8Input(from));
  }

  @Override
  public long copyOut(String sql, OutputStream to) throws SQLException, IOException {
    return copying.out(sql, to);
  }

  @Override
  public long copyOut(String sql, Writer to) throws SQLException, IOException {
    Utf8Output bytes = new Utf8Output(to);
    long rows = copying.out(sql, bytes);
    bytes.finish();
    return rows;
  }
}
