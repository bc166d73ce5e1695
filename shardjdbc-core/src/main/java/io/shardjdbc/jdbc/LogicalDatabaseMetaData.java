package io.shardjdbc.jdbc;

import io.shardjdbc.catalog.ConstraintRules;
import io.shardjdbc.execute.HeldResultSet;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import io.shardjdbc.wrap.AskingDatabaseMetaData;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What the servers say of the database: one of them of its product and limits, those that have
 * tables of their own of tables and keys.
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

  /** Rows of one shard; or, where tables live on several, of these, each table's once. */
  @Override
  protected ResultSet rows(Question<ResultSet> question) throws SQLException {
    return connection.session().gate().pass(() -> asked(question));
  }

  private ResultSet asked(Question<ResultSet> question) throws SQLException {
    connection.session().gate().requireNotAborted();
    Session session = connection.session();
    List<ShardId> shards = connection.environment().constraints().catalogShards();
    Held first = shards.size() == 1 ? session.holdAny() : session.holdToAsk(shards.get(0));
    try {
      ResultSet rows = question.ask(first.connection().getMetaData());
      if (shards.size() > 1) {
        rows = ofAll(question, first, rows, shards);
      }
      first.opened(rows.getStatement());
      return new HeldResultSet(session, first, rows);
    } catch (SQLException e) {
      SQLException failure = session.failed(first, e);
      session.release(first);
      throw failure;
    }
  }

  private ResultSet ofAll(
      Question<ResultSet> question, Held first, ResultSet ofFirst, List<ShardId> shards)
      throws SQLException {
    ConstraintRules rules = connection.environment().constraints();
    CatalogRows all = new CatalogRows(first.connection().getCatalog());
    try (ofFirst) {
      all.add(ofFirst, table -> rules.isStray(shards.get(0), table));
    }
    Session session = connection.session();
    for (ShardId shard : shards.subList(1, shards.size())) {
      Held held = session.holdToAsk(shard);
      try (ResultSet rows = question.ask(held.connection().getMetaData())) {
        all.add(rows, table -> rules.isStray(shard, table));
      } catch (SQLException e) {
        throw session.failed(held, e);
      } finally {
        session.release(held);
      }
    }
    return all.on(first.connection().createStatement());
  }

  @Override
  public String getURL() {
    return URL;
  }

  @Override
  public Connection getConnection() {
    return connection.shown();
  }

  @Override
  public boolean supportsSharding() {
    return true;
  }

  /** Rows are updated past the router, which is right where there is one shard. */
  @Override
  public boolean supportsResultSetConcurrency(int type, int concurrency) throws SQLException {
    return value(m -> m.supportsResultSetConcurrency(type, concurrency));
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
    return type.isInstance(this)
        ? type.cast(this)
        : connection.physical(type).getMetaData().unwrap(type); // which leads to its connection
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || value(m -> m.isWrapperFor(type));
  }
}
