package io.shardjdbc.testkit;

import io.shardjdbc.testkit.proxy.MessageFaults;
import io.shardjdbc.testkit.proxy.Relay;
import io.shardjdbc.testkit.proxy.Valve;
import java.time.Duration;

/**
 * A TCP proxy in front of a server, whose network behaves as badly as a test wants.
 *
 * <pre>{@code
 * try (TcpProxy proxy = cluster.shard("s0").primary().proxy()) {
 *   String url = cluster.shard("s0").primary().jdbcUrl("app", proxy);
 *   ...
 *   proxy.stall();   // a network that swallows packets
 *   ...
 *   proxy.pass();    // and delivers them after all
 * }
 * }</pre>
 *
 * <p>It also works alone, in front of anything that speaks TCP. It listens on a port of the
 * loopback interface that stays the same until it is closed. A new proxy passes everything on. What
 * a method asks for holds from its return until the next one is called. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

  private final Relay relay;

  private TcpProxy(Relay relay) {
    this.relay = relay;
  }

  /**
   * Opens a proxy in front of a server, which need not be up.
   *
   * @throws java.io.UncheckedIOException if no port can be opened
   */
  public static TcpProxy to(String host, int port) {
    return new TcpProxy(Relay.to(host, port));
  }

  /** The address at which the proxy listens. */
  public String host() {
    return relay.host();
  }

  /** The port at which the proxy listens. */
  public int port() {
    return relay.port();
  }

  /** The number of connections through the proxy that are open now. */
  public int openConnections() {
    return relay.openConnections();
  }

  /** Lets everything through, also what was held back so far. */
  public void pass() {
    relay.behave(Valve.open());
    relay.listen();
  }

  /** Holds back each piece of data for so long, in each direction. */
  public void delay(Duration delay) {
    relay.behave(Valve.delaying(delay));
    relay.listen();
  }

  /**
   * Holds everything back, in both directions, and forwards it when the proxy passes again.
   * Connections are accepted and stay silent.
   */
  public void stall() {
    relay.behave(Valve.closed());
    relay.listen();
  }

  /**
   * Forwards what clients send, and holds back what the server answers: a statement is executed,
   * and its sender does not hear of it.
   */
  public void stallReplies() {
    relay.behave(Valve.closedForReplies());
    relay.listen();
  }

  /**
   * Asks, for each message of PostgreSQL's protocol on connections that are made from now on, what
   * becomes of it. That is beside what the other methods ask for.
   */
  public void onMessages(MessageFaults faults) {
    relay.faults(faults);
  }

  /** Cuts all connections now with a TCP reset; new ones are let through as before. */
  public void resetConnections() {
    relay.resetConnections();
  }

  /** Cuts all connections with a TCP reset, and each new one as soon as it is accepted. */
  public void reset() {
    relay.behave(Valve.resetting());
    relay.listen();
    relay.resetConnections();
  }

  /** Cuts all connections with a TCP reset, and refuses new ones as if no server were there. */
  public void refuse() {
    relay.stopListening();
    relay.resetConnections();
  }

  /** Cuts all connections and stops listening. */
  @Override
  public void close() {
    relay.close();
  }
}
