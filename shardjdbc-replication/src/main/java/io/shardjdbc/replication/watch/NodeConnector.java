package io.shardjdbc.replication.watch;

import io.shardjdbc.replication.set.ProbeScheduler;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/**
 * Opens a new physical connection to one server, for probing it.
 *
 * <p>Two things are asked of an implementation. It always reaches the same server: an address that
 * moves between servers (a virtual IP, a load balancer, a URL of several hosts) would give one
 * server's freshness to another. And it returns or throws within about the given time even if the
 * server accepts connections and never answers; with pgjdbc that takes {@code connectTimeout} and
 * {@code socketTimeout}, not {@code loginTimeout}, which leaves a thread behind.
 *
 * <p>The connections are not pooled: the replica set keeps one open for as long as it works and
 * closes it. Implementations are called from the threads of the {@link ProbeScheduler}.
 */
@FunctionalInterface
public interface NodeConnector {

  /**
   * Opens a connection.
   *
   * @param timeout the time after which to give up
   * @throws SQLException if the server cannot be reached
   */
  Connection connect(Duration timeout) throws SQLException;

  /**
   * A connector over {@link java.sql.DriverManager} for a pgjdbc URL of one host.
   *
   * @param url for example {@code jdbc:postgresql://db0/app}
   * @param properties user, password and the like; they are copied and never shown
   */
  static NodeConnector to(String url, Properties properties) {
    return new DriverConnector(url, properties);
  }
}
