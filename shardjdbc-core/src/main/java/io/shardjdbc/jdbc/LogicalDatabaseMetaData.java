package io.shardjdbc.jdbc;

import io.shardjdbc.session.Held;
import io.shardjdbc.wrap.AskingDatabaseMetaData;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What one shard's server says of the database, for all of them: product, limits, tables, keys.
 *
 * <p>The product is PostgreSQL, and the URL starts as those of PostgreSQL do, because frameworks
 * choose their dialect by them.
 */
final class LogicalDatabaseMetaData extends AskingDatabaseMetaData {

  private static final String URL = "jdbc:postgresql:shardjdbc";

  private final LogicalConnection connection;

  LogicalDatabaseMetaData(LogicalConnection connection) {
    this.connection = connection;
  }

  @Override
  protected <T> T value(Question<T> question) throws SQLException {
    Held held = connection.session().holdAny();
    try {
      return question.ask(held.connection().getMetaData());
    } catch (SQLException e) {
      throw connection.session().failed(held, e);
    } finally {
      connection.session().release(held);
    }
  }

  @Override
  protected ResultSet rows(Question<ResultSet> question) throws SQLException {
    return connection.session().gate().pass(() -> asked(question));
  }

  private ResultSet asked(Question<ResultSet> question) throws SQLException {
    connection.session().gate().requireNotAborted();
    Held held = connection.session().holdAny();
    try {
      ResultSet rows = question.ask(held.connection().getMetaData());
      held.opened(rows.getStatement());
      return new HeldResultSet(connection.session(), held, rows);
    } catch (SQLException e) {
      SQLException failure = connection.session().failed(held, e);
      connection.session().release(held);
      throw failure;
    }
  }

  @Override
  public String getURL() {
    return URL;
  }

  @Override
  public Connection getConnection() {
    return connection;
  }

  @Override
  public boolean supportsSharding() {
    return true;
  }

  /** Rows are updated past the router, which is right where there is one shard. */
  @Override
  public boolean supportsResultSetConcurrency(int type, int concurrency) throws SQLException {
    if (connection.environment().surroundings().maps().get().isAlone()) {
      return value(m -> m.supportsResultSetConcurrency(type, concurrency));
    }
    return concurrency == ResultSet.CONCUR_READ_ONLY && type != ResultSet.TYPE_SCROLL_SENSITIVE;
  }

  @Override
  public int getDriverMajorVersion() {
    return org.postgresql.util.DriverInfo.MAJOR_VERSION;
  }

  @Override
  public int getDriverMinorVersion() {
    return org.postgresql.util.DriverInfo.MINOR_VERSION;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this) ? type.cast(this) : value(m -> m.unwrap(type));
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || value(m -> m.isWrapperFor(type));
  }
}
