package io.shardjdbc.replication.watch;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** Connections of pgjdbc that give up in time, whatever the server does. */
final class DriverConnector implements NodeConnector {
  private final String url;
  private final Properties properties;

  DriverConnector(String url, Properties properties) {
    this.url = url;
    this.properties = new Properties();
    this.properties.putAll(properties);
  }

  @Override
  public Connection connect(Duration timeout) throws SQLException {
    // pgjdbc knows whole seconds only. The socket time-out is what ends a login that a stopped
    // server never answers; the probe narrows it per operation once the connection stands.
    String seconds = Long.toString(Math.max(1, (timeout.toMillis() + 999) / 1000));
    Properties all = new Properties();
    all.putAll(properties);
    all.setProperty("connectTimeout", seconds);
    all.setProperty("socketTimeout", seconds);
    all.setProperty("loginTimeout", "0");
    all.putIfAbsent("ApplicationName", "shardjdbc-probe");
    return DriverManager.getConnection(url, all);
  }

  @Override
  public String toString() {
    return "NodeConnector";
  }
}
