package io.shardjdbc.execute;

import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Rows of one server that belong to no statement of the caller's, such as those of metadata. */
public final class HeldResultSet extends ReadRows {

  private final Session session;
  private final Held held;
  private final ResultSet rows;
  private final Statement statement;
  private final AtomicBoolean closed = new AtomicBoolean();

  public HeldResultSet(Session session, Held held, ResultSet rows) throws SQLException {
    this.session = session;
    this.held = held;
    this.rows = rows;
    this.statement = rows.getStatement();
  }

  @Override
  protected ResultSet delegate() {
    return rows;
  }

  @Override
  protected @Nullable Statement shown() {
    return null;
  }

  @Override
  protected Held held() {
    return held;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    session.kept().mayWriteUnseen(held); // from the driver's rows, a caller comes to its connection
    return rows.unwrap(type);
  }

  @Override
  public @Nullable Statement getStatement() {
    return null;
  }

  @Override
  public void close() throws SQLException {
    if (closed.compareAndSet(false, true)) {
      held.close(statement);
      session.release(held);
    }
  }
}
