package io.shardjdbc.driver;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.postgresql.Driver;

/** Makes the sockets of the driver, which finds this class by its name. */
public final class BoundedSockets extends SocketFactory {

  private static final boolean FOUND = isFoundByDriver();

  /** Whether the driver can find it: its classes may be loaded by somebody else than ours. */
  public static boolean areFoundByDriver() {
    return FOUND;
  }

  private static boolean isFoundByDriver() {
    try {
      String name = BoundedSockets.class.getName();
      return Class.forName(name, false, Driver.class.getClassLoader()) == BoundedSockets.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  @Override
  public Socket createSocket() {
    return new BoundedSocket();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException();
  }
}
