package io.shardjdbc.driver;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose time-out holds for writes too, and costs an exchange nothing.
 *
 * <p>The time-out of a socket ends reads alone. Whoever writes more than the buffers of both sides
 * hold waits for the other side to read, and waits for ever if that is stopped or its network is
 * gone: a large value, a batch, a COPY. Nothing but closing the socket ends such a write. So a
 * write that takes as long as a read may take closes it. As a read may take that long for each
 * piece that comes, so may a write for each piece that goes: a network that is slow is none that is
 * gone. A small request after an answer finds the buffers empty and cannot wait, so only what
 * exceeds {@link #NEVER_WAITS} between two reads is watched.
 *
 * <p>Once a socket has connected or read under a time-out, the JDK never lets it block again: each
 * read tries, waits for something to come, and reads, three calls of the system for one. So this
 * one connects and reads without. Who waits longer for an answer than he may finds the socket
 * closed, which an unanswered request makes of a connection in any case. A read that is not for an
 * answer has to leave the socket open when its time is over, such as one for notifications; and a
 * short time-out asks whether anything is there. Both get the JDK's own.
 */
final class BoundedSocket extends Socket {

  /** Less than the smallest buffer of any system. */
  private static final int NEVER_WAITS = 4096;

  /** What is written counts as one piece up to here; a call of the system is little beside it. */
  private static final int PIECE = 1 << 15;

  /** Nobody waits less for an answer: no pool lets a connection prove in less that it lives. */
  private static final int SHORTEST_MILLIS = 250;

  private final AwaitedAnswer answer = new AwaitedAnswer();
  private final Deadline reading = new Deadline(this::cut);
  private final Deadline writing = new Deadline(this::cut);
  private volatile int timeoutMillis;
  private int jdksTimeout;
  private int unread;
  private @Nullable OutputStream out;

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    if (timeout < SHORTEST_MILLIS) {
      super.connect(endpoint, timeout);
      return;
    }
    reading.in(timeout);
    try {
      super.connect(endpoint, 0);
    } catch (SocketException e) {
      throw asToldByJdk(e, "Connect timed out");
    } finally {
      reading.lift();
    }
  }

  private IOException asToldByJdk(SocketException failure, String timedOut) {
    if (!reading.hasPassed()) {
      return failure;
    }
    SocketTimeoutException told = new SocketTimeoutException(timedOut);
    told.initCause(failure);
    return told;
  }

  @Override
  public void setSoTimeout(int timeout) throws SocketException {
    if (timeout < 0 || isClosed()) {
      super.setSoTimeout(timeout); // which refuses it
    }
    timeoutMillis = timeout;
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return isClosed() ? super.getSoTimeout() : timeoutMillis;
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

  @Override
  public void close() throws IOException {
    reading.end();
    writing.end();
    super.close();
  }

  private void cut() {
    try {
      close();
    } catch (IOException e) {
      // It is closed either way.
    }
  }

  private void setJdksTimeout(int timeout) throws SocketException {
    if (timeout != jdksTimeout) {
      super.setSoTimeout(timeout);
      jdksTimeout = timeout;
    }
  }

  /** Waits as long as it may, and notes that the other side has read what was written before. */
  private final class Answers extends FilterInputStream {

    Answers(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int timeout = timeoutMillis;
      int read =
          timeout >= SHORTEST_MILLIS && answer.isOwed()
              ? readWatched(bytes, offset, length, timeout)
              : readWithin(timeout, bytes, offset, length);
      unread = 0;
      answer.read(bytes, offset, read);
      return read;
    }

    private int readWatched(byte[] bytes, int offset, int length, int timeout) throws IOException {
      reading.in(timeout);
      try {
        return readWithin(0, bytes, offset, length);
      } catch (SocketException e) {
        throw asToldByJdk(e, "Read timed out");
      } finally {
        reading.lift();
      }
    }

    private int readWithin(int timeout, byte[] bytes, int offset, int length) throws IOException {
      setJdksTimeout(timeout);
      return in.read(bytes, offset, length);
    }

    /** By reads of its own: those of the JDK's skip would know neither the time-out nor an end. */
    @Override
    public long skip(long count) throws IOException {
      byte[] passedOver = new byte[(int) Math.max(0, Math.min(PIECE, count))];
      int read = passedOver.length == 0 ? 0 : read(passedOver, 0, passedOver.length);
      if (read < 0) {
        throw new EOFException(); // whoever skips again until it is done would never end
      }
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
      answer.sent(bytes, offset, length);
      if (timeout == 0 || unread <= NEVER_WAITS) {
        out.write(bytes, offset, length);
        return;
      }
      int end = offset + length;
      for (int at = offset; at < end; at += PIECE) {
        writing.in(timeout);
        try {
          out.write(bytes, at, Math.min(PIECE, end - at));
        } finally {
          writing.lift();
        }
      }
    }
  }
}
