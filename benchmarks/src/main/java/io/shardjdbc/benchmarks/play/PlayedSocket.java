package io.shardjdbc.benchmarks.play;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/**
 * A socket that asks its server once for each request, and answers it from memory from then on, in
 * the caller's thread.
 *
 * <p>Good for statements that read: what a request does to the server it does only once.
 */
final class PlayedSocket extends Socket {

  private final Tape tape = new Tape();

  @Override
  public InputStream getInputStream() {
    return new Input();
  }

  @Override
  public OutputStream getOutputStream() {
    return new Output();
  }

  private InputStream server() throws IOException {
    return super.getInputStream();
  }

  private OutputStream toServer() throws IOException {
    return super.getOutputStream();
  }

  private final class Input extends InputStream {

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return tape.play(target, offset, length);
    }

    @Override
    public int available() {
      return tape.left();
    }
  }

  private final class Output extends OutputStream {

    private byte[] request = new byte[1024];
    private int length;

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
      if (length + count > request.length) {
        request = java.util.Arrays.copyOf(request, 2 * (length + count));
      }
      System.arraycopy(bytes, offset, request, length, count);
      length += count;
    }

    @Override
    public void flush() throws IOException {
      if (length == 0) {
        return;
      }
      int sent = length;
      length = 0;
      if (!tape.find(request, sent)) {
        toServer().write(request, 0, sent);
        toServer().flush();
        if (!Tape.says(request, 'X')) {
          tape.record(request, sent, server());
        }
      }
    }
  }
}
