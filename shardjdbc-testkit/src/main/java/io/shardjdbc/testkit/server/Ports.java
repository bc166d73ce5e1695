package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free loopback ports.
 *
 * <p>They lie below the ranges from which operating systems take the ports of outgoing connections,
 * so that a server that is down for a while finds its port free when it comes back. Another process
 * may still be faster: a server that finds its port taken ends, and is started on another.
 */
final class Ports {

  private static final int FIRST = 15_000;
  private static final int LAST = 32_000;
  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  /** A port that is free now and that this JVM has not been given before. */
  static synchronized int next() {
    for (int attempt = 0; attempt < 1_000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (!GIVEN.contains(port) && isFree(port)) {
        GIVEN.add(port);
        return port;
      }
    }
    throw new IllegalStateException("no free port between " + FIRST + " and " + LAST);
  }

  /** Lets a port be given again. */
  static synchronized void giveBack(int port) {
    GIVEN.remove(port);
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
