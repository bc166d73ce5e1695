package io.shardjdbc.tests.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A caller's own ends of streams, which do as it pleases between two pieces. */
@SuppressWarnings("InputStreamSlowMultibyteRead") // so that it is asked for often
final class Streams {

  private Streams() {}

  /** Rows of COPY, one at a time. */
  static InputStream rows(Connection on, List<Long> accounts, long op, int rows, Whim whim) {
    return new InputStream() {
      private byte[] piece = new byte[0];
      private int at;
      private int row;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (at == piece.length) {
          if (row == rows) {
            return -1;
          }
          comes(on, whim);
          String next = accounts.get(row++ % 2) + "\t" + op + "\n";
          piece = next.getBytes(StandardCharsets.UTF_8);
          at = 0;
        }
        int given = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, into, offset, given);
        at += given;
        return given;
      }
    };
  }

  /** A value of that many bytes. */
  static InputStream value(Connection on, int bytes, Whim whim) {
    return new InputStream() {
      private static final int PIECE = 50_000;
      private int left = bytes;

      @Override
      public int read() throws IOException {
        if (left % PIECE == 0) {
          comes(on, whim);
        }
        return left-- > 0 ? 0 : -1;
      }
    };
  }

  /** Takes what is copied out. */
  static OutputStream sink(Connection on, Whim whim) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[1], 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        comes(on, whim);
      }
    };
  }

  private static void comes(Connection on, Whim whim) throws IOException {
    try {
      whim.comes(on, null);
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }
}
