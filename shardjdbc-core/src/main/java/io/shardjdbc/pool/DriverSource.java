package io.shardjdbc.pool;

import io.shardjdbc.driver.BoundedSockets;
import io.shardjdbc.driver.DriverEntry;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Opens connections to one node with the PostgreSQL driver.
 *
 * <p>A server that is frozen accepts the connection and then says nothing, so the log-in as a whole
 * is bounded too. Whatever the URL says about time-outs stands.
 */
final class DriverSource implements DataSource {

  private static final String LOGIN_TIMEOUT = "loginTimeout";
  private static final String CONNECT_TIMEOUT = "connectTimeout";
  private static final String KEEP_ALIVE = "tcpKeepAlive";
  private static final String SOCKETS = "socketFactory";
  private static final String CANCEL_TIMEOUT = "cancelSignalTimeout";

  /**
   * A caller whose time is up waits for the cancel's own connection; ten seconds are the driver's.
   */
  private static final String CANCEL_SECONDS = "2";

  private final Driver driver = new Driver();
  private final NodeAddress address;
  private final Properties properties = new Properties();
  private final Set<PhysicalConnection> open;
  private final Greetings greetings;
  private volatile int loginTimeout;

  /**
   * What would change the meaning of texts, and whether there is a map: no answer to that where the
   * role may not look the name up. Without a table, so that a server has next to nothing to plan.
   */
  private static final String QUESTION =
      """
      SELECT CASE WHEN current_setting('transform_null_equals') <> 'off'
                  THEN 'transform_null_equals on'
                  WHEN current_setting('array_nulls') <> 'on' THEN 'array_nulls off'
                  WHEN current_setting('extra_float_digits')::int < 1
                  THEN 'extra_float_digits below 1' END,
             CASE WHEN pg_catalog.to_regnamespace('shardjdbc') IS NULL THEN false
                  WHEN pg_catalog.has_schema_privilege(
                         pg_catalog.to_regnamespace('shardjdbc')::oid, 'USAGE')
                  THEN pg_catalog.to_regclass('shardjdbc.map') IS NOT NULL END
      """;

  private static final String MAP_BY_CATALOGUE = "SELECT " + Greeting.MAP_IS_THERE;

  private final int patienceMillis;
  private volatile boolean readsAsUsual;

  /**
   * @param open where connections are noted for as long as they are open
   * @param greetings what is said on each of them first
   */
  DriverSource(
      NodeAddress address,
      Duration connectionTimeout,
      Set<PhysicalConnection> open,
      Greetings greetings) {
    this.address = address;
    this.greetings = greetings;
    this.open = open;
    this.patienceMillis = (int) Math.min(Integer.MAX_VALUE, connectionTimeout.toMillis());
    Properties given = DriverEntry.parse(address.url());
    String seconds = Long.toString(Math.max(1, connectionTimeout.plusMillis(999).toSeconds()));
    setUnlessGiven(given, LOGIN_TIMEOUT, seconds);
    setUnlessGiven(given, CONNECT_TIMEOUT, seconds);
    setUnlessGiven(given, KEEP_ALIVE, "true");
    setUnlessGiven(given, CANCEL_TIMEOUT, CANCEL_SECONDS);
    if (BoundedSockets.areFoundByDriver()) {
      setUnlessGiven(given, SOCKETS, BoundedSockets.class.getName());
    }
    if (address.username() != null) {
      properties.setProperty("user", address.username());
    }
    if (address.password() != null) {
      properties.setProperty("password", address.password());
    }
  }

  private void setUnlessGiven(@Nullable Properties given, String name, String value) {
    if (given == null || given.getProperty(name) == null) {
      properties.setProperty(name, value);
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = driver.connect(address.url(), properties);
    if (connection == null) {
      throw SqlErrors.of(
          ErrorCode.BAD_CONFIGURATION,
          "the URL of node " + address.name() + " is not one of the PostgreSQL driver");
    }
    long epoch;
    try {
      requireUsualReading(connection);
      epoch = greetings.now().greet(connection, address.shard());
    } catch (SQLException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
    PhysicalConnection physical = PhysicalConnection.in(open, connection, patienceMillis);
    physical.openedBy(epoch);
    if (!physical.hasStandardStrings()) {
      physical.close();
      throw SqlErrors.of(
          ErrorCode.BAD_CONFIGURATION,
          "node "
              + address.name()
              + " has standard_conforming_strings off, so texts mean something else to it");
    }
    return physical;
  }

  /** Asks the first connection for settings, by its role or its options, that change meanings. */
  private void requireUsualReading(Connection connection) throws SQLException {
    if (readsAsUsual) {
      return;
    }
    int before = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, patienceMillis);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUESTION)) {
      row.next();
      String unusual = row.getString(1);
      if (unusual != null) {
        throw SqlErrors.of(
            ErrorCode.BAD_CONFIGURATION,
            "node " + address.name() + " has " + unusual + ", so texts mean something else to it");
      }
      boolean there = row.getBoolean(2);
      if (row.wasNull() ? isMapInCatalogue(connection) : there) {
        greetings.now().mapIsThere();
      }
    }
    connection.setNetworkTimeout(Runnable::run, before);
    readsAsUsual = true;
  }

  private static boolean isMapInCatalogue(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(MAP_BY_CATALOGUE)) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {}

  /** The pool tells its own; it waits as long for log-ins under way when it is closed. */
  @Override
  public void setLoginTimeout(int seconds) {
    loginTimeout = seconds;
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeout;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("not a wrapper");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
