package io.shardjdbc.pool;

import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.Secret;
import io.shardjdbc.driver.DriverEntry;
import io.shardjdbc.replication.watch.NodeConnector;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Opens connections for probing a node: whatever its URL says about time-outs, they give up soon.
 *
 * <p>Parameters of a URL win over properties in the driver, so the URL is taken apart.
 */
final class ProbeConnector implements NodeConnector {

  private final Driver driver = new Driver();
  private final Properties properties = new Properties();
  private final String place;

  ProbeConnector(NodeConfiguration node) {
    Properties given = DriverEntry.parse(node.url());
    if (given == null) {
      throw new AssertionError("checked by the configuration");
    }
    given
        .stringPropertyNames()
        .forEach(name -> properties.setProperty(name, given.getProperty(name)));
    place =
        "jdbc:postgresql://"
            + taken(PGProperty.PG_HOST)
            + ":"
            + taken(PGProperty.PG_PORT)
            + "/"
            + URLEncoder.encode(taken(PGProperty.PG_DBNAME), StandardCharsets.UTF_8);
    node.username().ifPresent(user -> properties.setProperty("user", user));
    node.password().map(Secret::value).ifPresent(word -> properties.setProperty("password", word));
    properties.setProperty("ApplicationName", "shardjdbc-probe");
    properties.setProperty("loginTimeout", "0"); // it would leave a thread behind
  }

  private String taken(PGProperty property) {
    String value = properties.getProperty(property.getName(), "");
    properties.remove(property.getName());
    return value;
  }

  @Override
  public Connection connect(Duration timeout) throws SQLException {
    String seconds = Long.toString(Math.max(1, timeout.plusMillis(999).toSeconds()));
    Properties all = new Properties();
    all.putAll(properties);
    all.setProperty("connectTimeout", seconds);
    all.setProperty("socketTimeout", seconds);
    Connection connection = driver.connect(place, all);
    if (connection == null) {
      throw new SQLException("the driver does not take the URL", "08001");
    }
    return connection;
  }

  /** Never the URL, which may carry a password. */
  @Override
  public String toString() {
    return "ProbeConnector";
  }
}
