package io.shardjdbc;

import io.shardjdbc.config.ShardUrl;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The JDBC driver of {@link ShardUrl URLs}: {@code jdbc:shardjdbc:FILE}, {@code
 * jdbc:shardjdbc:classpath:RESOURCE}.
 *
 * <p>For programs that can be given a URL only. All connections of one URL, with the same user,
 * password and parameters, come from one {@link ShardDataSource}, which is opened by the first and
 * closed when the driver is deregistered. Servers that name no user connect as the one that is
 * given here, and so for parameters of the PostgreSQL driver. Thread-safe.
 */
public final class ShardDriver implements Driver {

  static {
    ShardDriver driver = new ShardDriver();
    try {
      DriverManager.registerDriver(driver, driver::close);
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Map<ShardUrl, ShardDataSource> opened = new HashMap<>();

  /** For {@link DriverManager}, which makes and registers it. */
  public ShardDriver() {}

  @Override
  public boolean acceptsURL(String url) {
    return ShardUrl.accepts(url);
  }

  /** A connection, or null where the URL is another driver's. */
  @Override
  public @Nullable Connection connect(String url, Properties info) throws SQLException {
    return acceptsURL(url)
        ? dataSource(Asking.of(() -> ShardUrl.parse(url, info))).getConnection()
        : null;
  }

  private synchronized ShardDataSource dataSource(ShardUrl url) throws SQLException {
    ShardDataSource known = opened.get(url);
    if (known == null) {
      known = ShardDataSource.of(Asking.of(() -> url.read(System::getenv)));
      opened.put(url, known);
    }
    return known;
  }

  private synchronized void close() {
    opened.values().forEach(ShardDataSource::close);
    opened.clear();
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 0;
  }

  @Override
  public int getMinorVersion() {
    return 1;
  }

  /** Whether it passes the tests of JDBC compliance, which ask for all of SQL-92: no. */
  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw SqlErrors.notSupported("Driver.getParentLogger");
  }
}
