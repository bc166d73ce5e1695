package io.shardjdbc.testkit.proxy;

/**
 * What becomes of each message of PostgreSQL's protocol that passes a proxy.
 *
 * <p>It is asked from the threads of all connections.
 */
@FunctionalInterface
public interface MessageFaults {

  /** What becomes of a message. */
  enum Fate {
    /** It goes on. */
    PASS,
    /** It goes on a moment later. */
    DELAY,
    /** The connection is cut, on both sides, and the message is lost. */
    CUT,
    /** It is lost, and all that would follow it on its way; nobody is told. */
    SWALLOW
  }

  /**
   * Decides about a message.
   *
   * @param request whether it is a client's, or else the server's
   * @param type its first byte; 0 for what a client says before it has introduced itself
   */
  Fate of(boolean request, int type);

  /**
   * Decides about a message by what it says.
   *
   * @param message as it stands, with its type and its length
   */
  default Fate of(boolean request, int type, byte[] message) {
    return of(request, type);
  }
}
