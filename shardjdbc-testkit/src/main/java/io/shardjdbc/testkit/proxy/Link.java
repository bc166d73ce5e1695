package io.shardjdbc.testkit.proxy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One client's connection to the server. */
final class Link {

  private static final int CONNECT_MILLIS = 10_000;
  private static final int CHUNK = 1 << 14;
  private static final Duration MOMENT = Duration.ofMillis(4);

  private final Socket client;
  private final InetSocketAddress target;
  private final GateKeeper gateKeeper;
  private final Consumer<Link> whenGone;
  private final Socket server = new Socket();
  private final AtomicInteger openDirections = new AtomicInteger(2);
  private final AtomicInteger bareAnswers = new AtomicInteger();
  private volatile boolean cut;

  Link(Socket client, InetSocketAddress target, GateKeeper gateKeeper, Consumer<Link> whenGone) {
    this.client = client;
    this.target = target;
    this.gateKeeper = gateKeeper;
    this.whenGone = whenGone;
  }

  static Thread startThread(String name, Runnable work) {
    Thread thread = new Thread(work, "tcp-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  void start() {
    startThread("requests", this::connectAndCarry);
  }

  private void connectAndCarry() {
    try {
      // A server cannot be reached through a closed gate either.
      gateKeeper.await(Valve.Direction.REQUESTS, () -> cut);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(
          new InetSocketAddress(target.getHostString(), target.getPort()), CONNECT_MILLIS);
    } catch (IOException e) {
      reset();
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
      return;
    }
    MessageFaults faults = gateKeeper.faults();
    startThread("replies", () -> carry(Valve.Direction.REPLIES, server, client, faults));
    carry(Valve.Direction.REQUESTS, client, server, faults);
  }

  private void carry(
      Valve.Direction direction, Socket from, Socket to, @Nullable MessageFaults faults) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      if (faults == null) {
        carryData(direction, in, out);
      } else {
        carryMessages(direction, in, out, faults);
      }
      gateKeeper.await(direction, () -> cut);
      to.shutdownOutput();
      if (openDirections.decrementAndGet() == 0) {
        end();
      }
    } catch (IOException e) {
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    }
  }

  private void carryData(Valve.Direction direction, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    byte[] chunk = new byte[CHUNK];
    int length;
    while ((length = in.read(chunk)) >= 0) {
      gateKeeper.await(direction, () -> cut);
      out.write(chunk, 0, length);
    }
  }

  private void carryMessages(
      Valve.Direction direction, InputStream in, OutputStream out, MessageFaults faults)
      throws IOException, InterruptedException {
    boolean requests = direction == Valve.Direction.REQUESTS;
    Messages messages = new Messages(new BufferedInputStream(in), requests, bareAnswers);
    boolean swallows = false;
    byte[] message;
    while ((message = messages.next()) != null) {
      gateKeeper.await(direction, () -> cut);
      switch (swallows
          ? MessageFaults.Fate.SWALLOW
          : faults.of(requests, messages.type(), message)) {
        case PASS -> out.write(message);
        case DELAY -> {
          LockSupport.parkNanos(MOMENT.toNanos());
          out.write(message);
        }
        case SWALLOW -> swallows = true;
        case CUT -> throw new IOException("cut at a message");
      }
    }
  }

  /** Cuts the connection on both sides with a TCP reset. */
  void reset() {
    try {
      client.setSoLinger(true, 0);
      server.setSoLinger(true, 0);
    } catch (IOException e) {
      // Closed already.
    }
    end();
  }

  private void end() {
    cut = true;
    try {
      client.close();
    } catch (IOException e) {
      // Nothing is left to close.
    }
    try {
      server.close();
    } catch (IOException e) {
      // Nothing is left to close.
    }
    gateKeeper.wake();
    whenGone.accept(this);
  }
}
