package io.shardjdbc.driver;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose time-out holds for writes too.
 *
 * <p>The time-out of a socket ends reads alone. Whoever writes more than the buffers of both sides
 * hold waits for the other side to read, and waits for ever if that is stopped or its network is
 * gone: a large value, a batch, a COPY. Nothing but closing the socket ends such a write. So a
 * write that takes as long as a read may take closes it.
 *
 * <p>A small request after an answer finds the buffers empty and cannot wait, so only what exceeds
 * {@link #NEVER_WAITS} between two reads is watched. The thread that watches is there only while
 * something large is written.
 */
final class BoundedSocket extends Socket {

  /** Less than the smallest buffer of any system. */
  private static final int NEVER_WAITS = 4096;

  private static final ScheduledThreadPoolExecutor WATCH = watch();

  private static ScheduledThreadPoolExecutor watch() {
    ScheduledThreadPoolExecutor watch =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "shardjdbc-writes");
              thread.setDaemon(true);
              thread.setContextClassLoader(null); // it belongs to no application
              return thread;
            });
    watch.setKeepAliveTime(100, TimeUnit.MILLISECONDS);
    watch.allowCoreThreadTimeOut(true);
    watch.setRemoveOnCancelPolicy(true);
    return watch;
  }

  private volatile int timeoutMillis;
  private int unread;
  private @Nullable OutputStream out;

  @Override
  public synchronized void setSoTimeout(int timeout) throws SocketException {
    super.setSoTimeout(timeout);
    timeoutMillis = timeout;
  }

  /**
   * Whoever closes an encrypted connection waits so many seconds for its writers, to say that it
   * ends; without a number for ever. Over a network that takes nothing a writer never comes back.
   */
  @Override
  public int getSoLinger() {
    return 0;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new Answers(super.getInputStream());
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    OutputStream bounded = out;
    if (bounded == null) {
      bounded = new Bounded(super.getOutputStream());
      out = bounded;
    }
    return bounded;
  }

  /** Notes that the other side has read what was written before. */
  private final class Answers extends FilterInputStream {

    Answers(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      unread = 0;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      unread = 0;
      return read;
    }
  }

  private final class Bounded extends FilterOutputStream {

    Bounded(OutputStream socket) {
      super(socket);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int timeout = timeoutMillis;
      unread = (int) Math.min(Integer.MAX_VALUE, (long) unread + length);
      if (timeout == 0 || unread <= NEVER_WAITS) {
        out.write(bytes, offset, length);
        return;
      }
      Future<?> end = WATCH.schedule(BoundedSocket.this::cut, timeout, TimeUnit.MILLISECONDS);
      try {
        out.write(bytes, offset, length);
      } finally {
        end.cancel(false);
      }
    }
  }

  private void cut() {
    try {
      close();
    } catch (IOException e) {
      // It is closed either way.
    }
  }
}
