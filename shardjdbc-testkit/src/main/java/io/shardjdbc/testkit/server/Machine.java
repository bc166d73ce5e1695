package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * A place that holds one data directory and runs one server over it.
 *
 * <p>No method waits for the server; {@link #ready()} and {@link #awaitExit} say how far it is.
 * Implementations are safe for use by several threads, except that methods that change the data
 * directory need the server to be down.
 */
public interface Machine {

  /** Ways to tell a server something. */
  enum Signal {
    /** Cut all sessions and shut down in order. */
    SHUT_DOWN_FAST,
    /** Stop at once, as after a crash of one of its processes. */
    SHUT_DOWN_IMMEDIATELY,
    /** Die without a word, every process of it. */
    KILL,
    /** Freeze every process of it. */
    FREEZE,
    /** Go on after a freeze. */
    THAW
  }

  /** The node's name, also its {@code cluster_name} and replication {@code application_name}. */
  String name();

  /** Where tests reach the server. */
  Endpoint endpoint();

  /** Where the servers of other machines reach it. */
  Endpoint peerEndpoint();

  /** Starts the server over its data directory. */
  void boot() throws IOException;

  /**
   * Whether the server accepts connections.
   *
   * @throws IllegalStateException with the end of the server's log, if it has ended
   */
  boolean ready() throws IOException;

  /** Whether the server was started and has not ended. */
  boolean running();

  /** Sends a signal; none if the server is not running. */
  void signal(Signal signal) throws IOException;

  /** Waits for the end of the server's processes; false after the time-out. */
  boolean awaitExit(Duration timeout) throws InterruptedException;

  /**
   * Lets go of the server before its workspace is removed, and of what the workspace cannot end.
   */
  void release() throws IOException;

  /** Makes the data directory that of a standby of the given primary. */
  void becomeStandby(Endpoint primary) throws IOException;

  /** The connection string by which a standby on this machine reaches the given primary. */
  default String primaryConnectionString(Endpoint primary) {
    return "host=%s port=%d user=postgres application_name=%s"
        .formatted(primary.host(), primary.port(), name());
  }

  /** Replaces the data directory by a copy of a running primary's. */
  void copyFrom(Machine primary) throws IOException, SQLException;

  /** The last lines of the server's log. */
  List<String> log();
}
