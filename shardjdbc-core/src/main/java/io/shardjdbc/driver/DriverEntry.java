package io.shardjdbc.driver;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry of the PostgreSQL driver in {@link DriverManager}, for as long as pools are open.
 *
 * <p>The driver enters itself when its class is first used, and {@code DriverManager} belongs to
 * the JDK: an entry that stays keeps the class loader of an application that has gone, with all its
 * classes. So an entry that this library has caused goes with the last pool, and comes again with
 * the next one. One that was there before is somebody else's, and stays. Thread-safe.
 */
public final class DriverEntry {

  private static final Logger LOG = LoggerFactory.getLogger(DriverEntry.class);

  /** Looked at before the driver's class is used for the first time. */
  private static final boolean OURS =
      DriverManager.drivers().noneMatch(DriverEntry::isOfThisLoader);

  private static int pools;

  private DriverEntry() {}

  private static boolean isOfThisLoader(java.sql.Driver driver) {
    // The class of the driver is loaded by this, and not yet used.
    return driver.getClass() == Driver.class;
  }

  /** What a URL says; null if it is none of the driver's. */
  public static @Nullable Properties parse(String url) {
    return Driver.parseURL(url, null);
  }

  /** Notes a pool that begins. */
  public static synchronized void begin() {
    pools++;
    if (OURS && !Driver.isRegistered()) {
      try {
        Driver.register();
      } catch (SQLException e) {
        LOG.debug("the driver could not be entered", e);
      }
    }
  }

  /** Notes a pool that has ended. */
  public static synchronized void end() {
    pools--;
    if (pools == 0 && OURS && Driver.isRegistered()) {
      try {
        Driver.deregister();
      } catch (SQLException e) {
        LOG.debug("the driver could not be taken out", e);
      }
    }
  }
}
