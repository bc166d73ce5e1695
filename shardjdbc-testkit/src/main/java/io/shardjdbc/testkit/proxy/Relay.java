package io.shardjdbc.testkit.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Listens on a port and connects whoever comes to a server, as the current gate allows. */
public final class Relay implements AutoCloseable {

  private static final int BACKLOG = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final InetSocketAddress target;
  private final GateKeeper gateKeeper = new GateKeeper();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final InetSocketAddress address;
  private @Nullable ServerSocket listener;
  private @Nullable Thread acceptor;
  private boolean closed;

  private Relay(InetSocketAddress target, ServerSocket listener) {
    this.target = target;
    this.address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    this.listener = listener;
  }

  /** Starts listening in front of a server. */
  public static Relay to(String host, int port) {
    try {
      ServerSocket listener = bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Relay relay = new Relay(InetSocketAddress.createUnresolved(host, port), listener);
      relay.startAccepting(listener);
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException("a proxy cannot listen", e);
    }
  }

  private static ServerSocket bind(InetSocketAddress address) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(address, BACKLOG);
    return socket;
  }

  /** The address at which the relay listens. */
  public String host() {
    return address.getAddress().getHostAddress();
  }

  /** The port at which the relay listens. */
  public int port() {
    return address.getPort();
  }

  /** The number of open connections. */
  public int openConnections() {
    return links.size();
  }

  /** Changes what becomes of data and new connections from now on. */
  public void behave(Valve gate) {
    gateKeeper.set(gate);
  }

  /** Says what becomes of the messages of connections that are made from now on. */
  public void faults(MessageFaults faults) {
    gateKeeper.faults(faults);
  }

  /** Listens again on the same port, if it does not. */
  public synchronized void listen() {
    if (listener != null || closed) {
      return;
    }
    try {
      ServerSocket socket = bind(address);
      listener = socket;
      startAccepting(socket);
    } catch (IOException e) {
      throw new UncheckedIOException("a proxy cannot listen on its port again", e);
    }
  }

  /** Refuses new connections. */
  public synchronized void stopListening() {
    ServerSocket socket = listener;
    listener = null;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      awaitAcceptor();
    }
  }

  /** The system goes on listening until the thread that waits for connections has let go. */
  private void awaitAcceptor() {
    Thread thread = acceptor;
    if (thread != null) {
      try {
        thread.join(PATIENCE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Cuts all connections. */
  public void resetConnections() {
    links.forEach(Link::reset);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    stopListening();
    resetConnections();
    gateKeeper.set(Valve.open());
  }

  private void startAccepting(ServerSocket socket) {
    acceptor = Link.startThread("accept-" + port(), () -> accept(socket));
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        if (gateKeeper.resets()) {
          client.setSoLinger(true, 0);
          client.close();
        } else {
          Link link = new Link(client, target, gateKeeper, links::remove);
          links.add(link);
          link.start();
          // All connections may have been cut just before this one was among them.
          if (socket.isClosed() || gateKeeper.resets()) {
            link.reset();
          }
        }
      } catch (IOException e) {
        // The listener was closed, or a client went away before it was accepted.
      }
    }
  }
}
