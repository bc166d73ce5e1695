package io.shardjdbc.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A socket waits for an answer as long as it may, and no read of it is otherwise than the JDK's.
 */
@Timeout(60)
class BoundedSocketTest {

  private static final byte[] STARTUP = ByteBuffer.allocate(8).putInt(8).putInt(3 << 16).array();
  private static final byte[] READY = {'Z', 0, 0, 0, 5, 'I'};
  private static final byte[] QUERY = {'Q', 0, 0, 0, 5, 0};

  private final BoundedSocket socket = new BoundedSocket();
  private ServerSocket server;
  private Socket other;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    socket.connect(server.getLocalSocketAddress(), 10_000);
    other = server.accept();
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
    other.close();
    server.close();
  }

  private void begin() throws IOException {
    socket.getOutputStream().write(STARTUP);
    other.getOutputStream().write(READY);
    assertThat(socket.getInputStream().readNBytes(READY.length)).isEqualTo(READY);
  }

  @Test
  void anAnswerThatDoesNotComeInTimeClosesIt() throws IOException {
    begin();
    socket.setSoTimeout(1_000);
    assertThat(socket.getSoTimeout()).isEqualTo(1_000);
    socket.getOutputStream().write(QUERY);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().read(new byte[10]))
        .withMessage("Read timed out");
    assertThat(socket.isClosed()).isTrue();
  }

  /** A pool that asks whether a connection lives waits so long for the answer. */
  @Test
  void soDoesOneThatIsSoonMissed() throws IOException {
    begin();
    socket.setSoTimeout(250);
    socket.getOutputStream().write(QUERY);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().read(new byte[10]));
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void soDoesARestOfOne() throws IOException {
    begin();
    socket.setSoTimeout(1_000);
    socket.getOutputStream().write(QUERY);
    other.getOutputStream().write(READY, 0, 3);
    assertThat(socket.getInputStream().readNBytes(3)).hasSize(3);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().read());
    assertThat(socket.isClosed()).isTrue();
  }

  /** A network that takes something now and then is slow, and not gone. */
  @Tag("long")
  @Test
  void aLargeWriteMayTakeLongAsLongAsItGoesOn() throws IOException {
    begin();
    socket.setSoTimeout(3_000);
    byte[] large = new byte[24 << 20];
    CompletableFuture<Integer> taken =
        CompletableFuture.supplyAsync(() -> takeSlowly(large.length));
    socket.getOutputStream().write(large);
    assertThat(taken.join()).isEqualTo(large.length);
    assertThat(socket.isClosed()).isFalse();
  }

  private int takeSlowly(int total) {
    int taken = 0;
    try (ServerSocket pause = new ServerSocket(0)) {
      pause.setSoTimeout(250);
      while (taken < total) {
        taken += other.getInputStream().readNBytes(Math.min(1 << 20, total - taken)).length;
        try {
          pause.accept();
        } catch (SocketTimeoutException over) {
          // and on it goes
        }
      }
      return taken;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsPassedOverIsWaitedForNoLonger() throws IOException {
    begin();
    socket.setSoTimeout(1_000);
    socket.getOutputStream().write(QUERY);
    other.getOutputStream().write(new byte[] {'d', 0, 0, 0, 104, 1, 2, 3});
    assertThat(socket.getInputStream().readNBytes(5)).hasSize(5);
    assertThat(socket.getInputStream().skip(100)).isEqualTo(3);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().skip(97));
  }

  @Test
  void nothingIsPassedOverBehindTheEnd() throws IOException {
    begin();
    socket.getOutputStream().write(QUERY);
    other.getOutputStream().write(new byte[] {'d', 0, 0, 0, 104, 1, 2, 3});
    other.close();
    assertThat(socket.getInputStream().skip(0)).isZero();
    assertThat(socket.getInputStream().readNBytes(8)).hasSize(8);
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> socket.getInputStream().skip(97));
  }

  @Test
  void whatIsNoAnswerLeavesItOpen() throws IOException {
    begin();
    socket.setSoTimeout(1_000);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().read(new byte[10]));
    assertThat(socket.isClosed()).isFalse();
    socket.getOutputStream().write(QUERY);
    other.getOutputStream().write(READY);
    assertThat(socket.getInputStream().readNBytes(READY.length)).isEqualTo(READY);
  }

  @Test
  void soDoesAShortLookForOne() throws IOException {
    begin();
    socket.getOutputStream().write(QUERY);
    socket.setSoTimeout(1);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().read(new byte[10]));
    socket.setSoTimeout(0);
    other.getOutputStream().write(READY);
    assertThat(socket.getInputStream().readNBytes(READY.length)).isEqualTo(READY);
    assertThat(socket.isClosed()).isFalse();
  }

  /** A longer deadline that was lifted does not put a shorter one off, nor the other way round. */
  @Test
  void deadlinesThatWereLiftedEndNothing() throws IOException {
    begin();
    for (int timeout : new int[] {50_000, 1_000, 20_000, 1_000}) {
      socket.setSoTimeout(timeout);
      socket.getOutputStream().write(QUERY);
      other.getOutputStream().write(READY);
      assertThat(socket.getInputStream().readNBytes(READY.length)).isEqualTo(READY);
    }
    socket.setSoTimeout(50_000);
    socket.getOutputStream().write(QUERY);
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            () -> {
              try {
                // Passes when the looks that are on their way have been taken.
                assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(
                        () -> {
                          try (ServerSocket nobody = new ServerSocket(0)) {
                            nobody.setSoTimeout(1_500);
                            nobody.accept();
                          }
                        });
                other.getOutputStream().write(READY);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(socket.getInputStream().readNBytes(READY.length)).isEqualTo(READY);
    late.join();
    socket.setSoTimeout(1_000);
    socket.getOutputStream().write(QUERY);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().read(new byte[10]));
  }

  @Test
  void closingItEndsAReadThatWaits() throws IOException {
    begin();
    socket.getOutputStream().write(QUERY);
    CompletableFuture<Integer> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return socket.getInputStream().read();
              } catch (SocketException e) {
                return -2;
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    socket.close();
    assertThat(read.join()).isEqualTo(-2);
  }

  /** A server whose line is full lets nobody in and refuses nobody. */
  @Test
  void connectingEndsInTime() throws IOException {
    List<Socket> line = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = new InetSocketAddress(full.getInetAddress(), full.getLocalPort());
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(
              () -> {
                for (int i = 0; i < 20; i++) {
                  BoundedSocket next = new BoundedSocket();
                  line.add(next);
                  next.connect(address, 1_000);
                }
              })
          .withMessage("Connect timed out");
      assertThat(line.get(line.size() - 1).isClosed()).isTrue();
    } finally {
      for (Socket waiting : line) {
        waiting.close();
      }
    }
  }

  @Test
  void nobodyListening() throws IOException {
    int port;
    try (ServerSocket gone = new ServerSocket(0)) {
      port = gone.getLocalPort();
    }
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (BoundedSocket fresh = new BoundedSocket()) {
      assertThatExceptionOfType(java.net.ConnectException.class)
          .isThrownBy(() -> fresh.connect(nobody, 5_000));
    }
  }
}
