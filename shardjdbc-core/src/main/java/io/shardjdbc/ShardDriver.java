package io.shardjdbc;

import io.shardjdbc.config.ConfigurationYaml;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.yaml.EnvironmentLookup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
 * The JDBC driver of URLs {@code jdbc:shardjdbc:FILE} and {@code
 * jdbc:shardjdbc:classpath:RESOURCE}.
 *
 * <p>For programs that can be given a URL only. All connections of one URL come from one {@link
 * ShardDataSource}, which is opened by the first and closed when the driver is deregistered. Users
 * and passwords are the configuration's; those given with a URL are not used. Thread-safe.
 */
public final class ShardDriver implements Driver {

  private static final String PREFIX = "jdbc:shardjdbc:";
  private static final String CLASSPATH = "classpath:";

  static {
    ShardDriver driver = new ShardDriver();
    try {
      DriverManager.registerDriver(driver, driver::close);
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Map<String, ShardDataSource> opened = new HashMap<>();

  /** For {@link DriverManager}, which makes and registers it. */
  public ShardDriver() {}

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }

  /** A connection, or null where the URL is another driver's. */
  @Override
  public @Nullable Connection connect(String url, Properties info) throws SQLException {
    return acceptsURL(url) ? dataSource(url.substring(PREFIX.length())).getConnection() : null;
  }

  private synchronized ShardDataSource dataSource(String place) throws SQLException {
    ShardDataSource known = opened.get(place);
    if (known == null) {
      known = open(place);
      opened.put(place, known);
    }
    return known;
  }

  private static ShardDataSource open(String place) throws SQLException {
    return place.startsWith(CLASSPATH)
        ? ofResource(place.substring(CLASSPATH.length()))
        : ShardDataSource.open(Path.of(place));
  }

  private static ShardDataSource ofResource(String name) throws SQLException {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    ClassLoader used = loader != null ? loader : ClassLoader.getSystemClassLoader();
    try (InputStream in = used.getResourceAsStream(name)) {
      if (in == null) {
        throw SqlErrors.of(
            ErrorCode.BAD_CONFIGURATION, "there is no resource " + name + " on the class path");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return ShardDataSource.of(
          Asking.of(() -> ConfigurationYaml.read(text, EnvironmentLookup.ofProcess())));
    } catch (IOException e) {
      throw SqlErrors.of(
          e, ErrorCode.BAD_CONFIGURATION, "the resource " + name + " cannot be read");
    }
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
