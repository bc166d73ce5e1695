package io.shardjdbc.jdbc;

import io.shardjdbc.wrap.ColumnMetaData;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGResultSetMetaData;

/**
 * Columns of an answer that was put together, with the tables that the caller's text takes them
 * from: one server describes that text, when it is first asked for.
 */
final class DescribedColumns extends ColumnMetaData implements PGResultSetMetaData {

  private static final Set<String> NUMBERS = Set.of("int2", "int4", "int8");

  private final ResultSetMetaData own;
  private final boolean byText;
  private final Supplier<@Nullable ResultSetMetaData> ofText;
  private @Nullable ResultSetMetaData described;
  private boolean asked;

  /**
   * @param byText whether the answer's own tables are not those of the text
   */
  DescribedColumns(
      ResultSetMetaData own, boolean byText, Supplier<@Nullable ResultSetMetaData> ofText) {
    this.own = own;
    this.byText = byText;
    this.ofText = ofText;
  }

  @Override
  protected ResultSetMetaData delegate() {
    return own;
  }

  @Override
  protected int column(int index) {
    return index;
  }

  @Override
  public int getColumnCount() throws SQLException {
    return own.getColumnCount();
  }

  /** What describes a column: the text, where the answer itself does not know its table. */
  private ResultSetMetaData of(int column) throws SQLException {
    if (!byText && !own.getTableName(column).isEmpty()) {
      return own;
    }
    if (!asked) {
      asked = true;
      described = ofText.get();
    }
    ResultSetMetaData text = described;
    return text != null && column <= text.getColumnCount() ? text : own;
  }

  @Override
  public String getTableName(int column) throws SQLException {
    return of(column).getTableName(column);
  }

  @Override
  public String getSchemaName(int column) throws SQLException {
    return of(column).getSchemaName(column);
  }

  @Override
  public int isNullable(int column) throws SQLException {
    return of(column).isNullable(column);
  }

  @Override
  public boolean isAutoIncrement(int column) throws SQLException {
    return of(column).isAutoIncrement(column);
  }

  /** The driver calls a number that a sequence gives serial. */
  @Override
  public String getColumnTypeName(int column) throws SQLException {
    String name = own.getColumnTypeName(column);
    boolean number = byText ? name.endsWith("serial") : NUMBERS.contains(name);
    return number && isAutoIncrement(column) != byText
        ? of(column).getColumnTypeName(column)
        : name;
  }

  @Override
  public String getBaseColumnName(int column) throws SQLException {
    return of(column) instanceof PGResultSetMetaData known ? known.getBaseColumnName(column) : "";
  }

  @Override
  public String getBaseTableName(int column) throws SQLException {
    return of(column) instanceof PGResultSetMetaData known ? known.getBaseTableName(column) : "";
  }

  @Override
  public String getBaseSchemaName(int column) throws SQLException {
    return of(column) instanceof PGResultSetMetaData known ? known.getBaseSchemaName(column) : "";
  }

  @Override
  public int getFormat(int column) throws SQLException {
    return own instanceof PGResultSetMetaData known ? known.getFormat(column) : 0;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this) ? type.cast(this) : own.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || own.isWrapperFor(type);
  }
}
