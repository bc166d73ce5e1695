package io.shardjdbc.wrap;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/**
 * A {@link java.sql.ResultSetMetaData} of some columns of another one.
 *
 * <p>Generated from the interface's methods; do not edit.
 */
@SuppressWarnings("deprecation")
public abstract class ColumnMetaData implements ResultSetMetaData {

  /** What describes all columns. */
  protected abstract ResultSetMetaData delegate() throws SQLException;

  /** Which column of {@link #delegate()} the caller's column is. */
  protected abstract int column(int index) throws SQLException;

  @Override
  public String getCatalogName(int p1) throws SQLException {
    return delegate().getCatalogName(column(p1));
  }

  @Override
  public String getColumnClassName(int p1) throws SQLException {
    return delegate().getColumnClassName(column(p1));
  }

  @Override
  public int getColumnDisplaySize(int p1) throws SQLException {
    return delegate().getColumnDisplaySize(column(p1));
  }

  @Override
  public String getColumnLabel(int p1) throws SQLException {
    return delegate().getColumnLabel(column(p1));
  }

  @Override
  public String getColumnName(int p1) throws SQLException {
    return delegate().getColumnName(column(p1));
  }

  @Override
  public int getColumnType(int p1) throws SQLException {
    return delegate().getColumnType(column(p1));
  }

  @Override
  public String getColumnTypeName(int p1) throws SQLException {
    return delegate().getColumnTypeName(column(p1));
  }

  @Override
  public int getPrecision(int p1) throws SQLException {
    return delegate().getPrecision(column(p1));
  }

  @Override
  public int getScale(int p1) throws SQLException {
    return delegate().getScale(column(p1));
  }

  @Override
  public String getSchemaName(int p1) throws SQLException {
    return delegate().getSchemaName(column(p1));
  }

  @Override
  public String getTableName(int p1) throws SQLException {
    return delegate().getTableName(column(p1));
  }

  @Override
  public boolean isAutoIncrement(int p1) throws SQLException {
    return delegate().isAutoIncrement(column(p1));
  }

  @Override
  public boolean isCaseSensitive(int p1) throws SQLException {
    return delegate().isCaseSensitive(column(p1));
  }

  @Override
  public boolean isCurrency(int p1) throws SQLException {
    return delegate().isCurrency(column(p1));
  }

  @Override
  public boolean isDefinitelyWritable(int p1) throws SQLException {
    return delegate().isDefinitelyWritable(column(p1));
  }

  @Override
  public int isNullable(int p1) throws SQLException {
    return delegate().isNullable(column(p1));
  }

  @Override
  public boolean isReadOnly(int p1) throws SQLException {
    return delegate().isReadOnly(column(p1));
  }

  @Override
  public boolean isSearchable(int p1) throws SQLException {
    return delegate().isSearchable(column(p1));
  }

  @Override
  public boolean isSigned(int p1) throws SQLException {
    return delegate().isSigned(column(p1));
  }

  @Override
  public boolean isWrapperFor(Class<?> p1) throws SQLException {
    return delegate().isWrapperFor(p1);
  }

  @Override
  public boolean isWritable(int p1) throws SQLException {
    return delegate().isWritable(column(p1));
  }

  @Override
  public <T> T unwrap(Class<T> p1) throws SQLException {
    return delegate().unwrap(p1);
  }
}
