package io.shardjdbc.benchmarks.play;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes sockets that play answers back; the driver makes one of these for each connection. */
public final class PlayedSockets extends SocketFactory {

  /** What to append to the parameters of a driver's URL. */
  public static final String PARAMETERS =
      "sslmode=disable&gssEncMode=disable&socketFactory=" + PlayedSockets.class.getName();

  /** Called by the driver, by its name. */
  public PlayedSockets() {}

  @Override
  public Socket createSocket() {
    return new PlayedSocket();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }
}
