package io.shardjdbc.hibernate;

import io.shardjdbc.ShardConnection;
import java.sql.Connection;
import java.sql.SQLException;
import org.hibernate.HibernateException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.id.IdentifierGenerator;

/** Takes ids from the DataSource of the session, so that each tenant has its own. */
public final class SnowflakeGenerator implements IdentifierGenerator {

  private static final long serialVersionUID = 1;

  /** For Hibernate. */
  public SnowflakeGenerator() {}

  @Override
  public Object generate(SharedSessionContractImplementor session, Object entity) {
    Connection connection =
        session.getJdbcCoordinator().getLogicalConnection().getPhysicalConnection();
    try {
      return connection.unwrap(ShardConnection.class).ids().next();
    } catch (SQLException e) {
      throw new HibernateException("ids are made by a DataSource of shardjdbc", e);
    }
  }
}
