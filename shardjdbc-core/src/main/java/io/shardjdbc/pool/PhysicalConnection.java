package io.shardjdbc.pool;

import io.shardjdbc.wrap.ForwardingConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * A connection of the driver to one server, for as long as it is open.
 *
 * <p>Statements are made on {@link #driver()} itself, past the pool's proxy: whoever borrows closes
 * them and says so when the connection broke. It remembers over borrowers what session state was
 * last put on it, so that a borrower with the same state has nothing to send.
 */
public final class PhysicalConnection extends ForwardingConnection {

  private static final String ON_STANDBY = "in_hot_standby";
  private static final String NOT_ON_STANDBY = "off";
  private static final int UNKNOWN = -1;

  /** For {@link #networkTimeout}: what the URL says, or else no end. */
  public static final int AS_OPENED = -2;

  private final Connection driver;
  private final BaseConnection base;
  private final long openedAt;
  private final Set<PhysicalConnection> open;
  private final int patienceMillis;
  private final int openedTimeout;
  private volatile @Nullable Connection lease;
  private @Nullable Object sessionState;
  private @Nullable String usualIsolation;
  private @Nullable String database;
  private int networkTimeout = UNKNOWN;
  private volatile long epoch = Greeting.NO_EPOCH;

  private PhysicalConnection(Connection driver, Set<PhysicalConnection> open, int patienceMillis)
      throws SQLException {
    this.driver = driver;
    this.open = open;
    this.patienceMillis = patienceMillis;
    this.openedTimeout = driver.getNetworkTimeout();
    this.base = driver.unwrap(BaseConnection.class);
    this.openedAt = System.nanoTime();
  }

  /**
   * Takes a connection that was opened just now, to stand in a set until it is closed.
   *
   * @param patienceMillis for what a server answers at once if it answers at all
   */
  static PhysicalConnection in(Set<PhysicalConnection> open, Connection driver, int patienceMillis)
      throws SQLException {
    PhysicalConnection connection = new PhysicalConnection(driver, open, patienceMillis);
    open.add(connection);
    return connection;
  }

  /** The driver's own connection. */
  public Connection driver() {
    return driver;
  }

  /** Something that is said to the server. */
  @FunctionalInterface
  public interface Exchange<T extends @Nullable Object> {
    /** Says it, and returns what the server answers. */
    T with(Connection driver) throws SQLException;
  }

  /**
   * Says what the library itself has to say, which a server answers at once if it answers at all:
   * so it is waited for no longer than for a connection, however long the caller's own statements
   * may take.
   */
  public <T extends @Nullable Object> T briefly(Exchange<T> exchange) throws SQLException {
    int before = driver.getNetworkTimeout();
    if (before != 0 && before <= patienceMillis) {
      return exchange.with(driver);
    }
    driver.setNetworkTimeout(Runnable::run, patienceMillis);
    try {
      return exchange.with(driver);
    } finally {
      if (!driver.isClosed()) {
        driver.setNetworkTimeout(Runnable::run, before);
      }
    }
  }

  /**
   * Brings the socket's time-out to this, if it is not. What is noted is what was brought here
   * last: whoever sets another one on the driver for a moment sets that again behind it.
   *
   * @param millis 0 for none, or {@link #AS_OPENED}
   */
  public void networkTimeout(int millis) throws SQLException {
    if (networkTimeout != millis) {
      driver.setNetworkTimeout(Runnable::run, millis == AS_OPENED ? openedTimeout : millis);
      networkTimeout = millis;
    }
  }

  /** The milliseconds that its URL lets an answer take, 0 for no end. */
  public int openedTimeout() {
    return openedTimeout;
  }

  /** As the pool does to test it, and leaves its own time-out behind. */
  @Override
  public void setNetworkTimeout(Executor executor, int millis) throws SQLException {
    networkTimeout = UNKNOWN;
    driver.setNetworkTimeout(executor, millis);
  }

  /** Briefly runs a statement of the library's own. */
  public void tell(String sql) throws SQLException {
    briefly(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
          }
        });
  }

  /** Briefly asks what a query of one value answers. */
  public String ask(String query) throws SQLException {
    return briefly(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return String.valueOf(rows.getString(1));
          }
        });
  }

  /** Briefly asks for the rows of a query of a name and a value, which may be null, in order. */
  public Map<String, @Nullable String> askNamed(String query) throws SQLException {
    return briefly(
        connection -> {
          Map<String, @Nullable String> named = new LinkedHashMap<>();
          try (Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
              named.put(rows.getString(1), rows.getString(2));
            }
          }
          return named;
        });
  }

  /** The level of transactions in which nobody has set another one; asked once. */
  public String usualIsolation() throws SQLException {
    String known = usualIsolation;
    if (known == null) {
      known = ask("SHOW default_transaction_isolation");
      usualIsolation = known;
    }
    return known;
  }

  /**
   * Whether it has shown to lead into a database of that identity, and leads there still. Where
   * nothing is prepared, something between may lead it elsewhere by now.
   */
  public boolean isIn(String identity) {
    return base.getPrepareThreshold() > 0 && identity.equals(database);
  }

  /** Notes the identity of the database that it leads into. */
  public void hasShownToBeIn(String identity) {
    database = identity;
  }

  @Override
  public void rollback() throws SQLException {
    briefly(
        connection -> {
          connection.rollback();
          return true;
        });
  }

  /** Whether a backslash in a string is a backslash to the server, as the router reads it. */
  boolean hasStandardStrings() {
    return base.getStandardConformingStrings();
  }

  /** The session state that was last put on it; null when it is fresh or nothing is known. */
  public @Nullable Object sessionState() {
    return sessionState;
  }

  /** Notes what session state it is in now. */
  public void sessionState(@Nullable Object state) {
    this.sessionState = state;
  }

  /** What the server last said about its transaction. */
  public TransactionState transactionState() {
    return base.getTransactionState();
  }

  /**
   * Asks the server to stop what it runs; for a connection that was cut, and is never lent again.
   */
  public void cancelAbandoned() {
    try {
      base.getQueryExecutor().sendQueryCancel();
    } catch (SQLException e) {
      // The server does not even take a connection; whatever it runs ends when it notices.
    }
  }

  /** Notes by which epoch of the map in its database it was opened. */
  void openedBy(long number) {
    epoch = number;
  }

  /** By which epoch of the map in its database it was opened; below zero where there is none. */
  public long epoch() {
    return epoch;
  }

  /** When it was open, by {@link System#nanoTime()}. */
  long openedAt() {
    return openedAt;
  }

  /**
   * Whether its server is a standby; without a round trip where it was none when it answered last.
   */
  boolean isOnStandby() throws SQLException {
    if (NOT_ON_STANDBY.equals(base.getParameterStatus(ON_STANDBY))) {
      return false; // a primary never becomes a standby without ending its connections
    }
    try (Statement statement = driver.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  void lentAs(Connection proxy) {
    this.lease = proxy;
  }

  /** The pool's handle of whoever has it now; null when nobody has. */
  @Nullable Connection lease() {
    return lease;
  }

  /**
   * Takes the pool's handle away from whoever has it, if it is this one: a loan that ended before
   * has nothing to do with the next borrower's.
   */
  synchronized @Nullable Connection takeLease(@Nullable Connection expected) {
    Connection taken = lease;
    if (taken == null || taken != expected) {
      return null;
    }
    lease = null;
    return taken;
  }

  @Override
  protected Connection delegate() {
    return driver;
  }

  @Override
  public void setClientInfo(String name, String value) throws SQLClientInfoException {
    driver.setClientInfo(name, value);
  }

  @Override
  public void setClientInfo(Properties properties) throws SQLClientInfoException {
    driver.setClientInfo(properties);
  }

  @Override
  public void close() throws SQLException {
    open.remove(this);
    driver.close();
  }

  @Override
  public void abort(Executor executor) throws SQLException {
    open.remove(this);
    driver.abort(executor);
  }

  /**
   * Cuts the connection, because an exchange with its server broke off in the middle: what the
   * server still sends would be taken for the answer to whatever came next. Nothing but a new
   * connection is certain to be in step again, so this is done for every throwable that comes out
   * of an exchange and is not an answer: those of a caller's streams and sinks, and errors of the
   * JVM.
   */
  public void cut() {
    try {
      driver().abort(Runnable::run);
    } catch (SQLException e) {
      // It was closed already.
    }
  }
}
