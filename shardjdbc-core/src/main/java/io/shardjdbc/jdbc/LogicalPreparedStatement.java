package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.ReturnedKeys;
import io.shardjdbc.execute.StatementOptions;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.session.Gate;
import io.shardjdbc.wrap.Binding;
import io.shardjdbc.wrap.RecordingCallableStatement.Registration;
import io.shardjdbc.wrap.RecordingPreparedStatement;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Date;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/**
 * A prepared statement over shards: it records values until an execution shows which shards need
 * them.
 *
 * <p>What it has in common with a plain statement is done by one, whose owner it is.
 */
final class LogicalPreparedStatement extends RecordingPreparedStatement {

  private static final int AS_MANY_AS_THERE_ARE = -1;

  private final LogicalConnection connection;
  private final PreparedText text;
  private final Invocation.Form form;
  private final LogicalStatement statement;
  private Map<Integer, Registration> registrations = Map.of();
  private @Nullable Binding[] bindings;

  /**
   * @param owner the statement that callers see, where it is not this one
   */
  LogicalPreparedStatement(
      LogicalConnection connection,
      PreparedText text,
      Invocation.Form form,
      ReturnedKeys keys,
      StatementOptions options,
      @Nullable Statement owner) {
    this.connection = connection;
    this.text = text;
    this.form = form;
    this.statement =
        new LogicalStatement(connection, options.withKeys(keys), owner == null ? this : owner);
    this.bindings = new Binding[text.parameterCount()];
  }

  @Override
  protected LogicalStatement delegate() {
    return statement;
  }

  @Override
  protected void record(int index, Binding binding) throws SQLException {
    statement.requireOpen();
    checkIndex(index);
    bindings[index - 1] = binding;
  }

  private void checkIndex(int index) throws SQLException {
    if (index < 1 || index > bindings.length) {
      throw SqlErrors.of(
          ErrorCode.USAGE,
          "the parameter index is out of range: "
              + index
              + ", number of parameters: "
              + bindings.length);
    }
  }

  void register(int index, Registration registration) throws SQLException {
    statement.requireOpen();
    checkIndex(index);
    if (registrations.isEmpty()) {
      registrations = new TreeMap<>();
    }
    registrations.put(index, registration);
  }

  @Override
  @SuppressWarnings({"unchecked", "NullAway"}) // a copy is of its original's class, null of null
  protected <T> T snapshot(T value) throws SQLException {
    return (T) Snapshots.of(value);
  }

  @Override
  public void setArray(int index, @Nullable Array array) throws SQLException {
    record(index, ShardArray.binding(array));
  }

  /** Reads the value now, as the driver does: its owner may free it before the statement runs. */
  @Override
  public void setSQLXML(int index, @Nullable SQLXML xml) throws SQLException {
    String read = xml == null ? null : xml.getString();
    if (read == null) {
      setNull(index, Types.SQLXML);
    } else {
      setObject(index, read, Types.SQLXML);
    }
  }

  @Override
  public void setCharacterStream(int index, @Nullable Reader value, int length)
      throws SQLException {
    setString(index, value == null ? null : SentTexts.read(value, length));
  }

  @Override
  public void setAsciiStream(int index, @Nullable InputStream value, int length)
      throws SQLException {
    setTextStream(index, value, length, StandardCharsets.US_ASCII);
  }

  @Override
  @Deprecated
  public void setUnicodeStream(int index, @Nullable InputStream value, int length)
      throws SQLException {
    setTextStream(index, value, length, StandardCharsets.UTF_8);
  }

  private void setTextStream(int index, @Nullable InputStream value, int length, Charset charset)
      throws SQLException {
    if (value == null) {
      setNull(index, Types.VARCHAR);
    } else {
      record(index, SentTexts.of(value, length, charset));
    }
  }

  @Override
  public void setTimestamp(int index, @Nullable Timestamp value) throws SQLException {
    if (value == null) {
      super.setTimestamp(index, value);
    } else {
      record(index, SentTimes.of(snapshot(value)));
    }
  }

  @Override
  public void setDate(int index, @Nullable Date value) throws SQLException {
    if (value == null) {
      super.setDate(index, value);
    } else {
      record(index, SentTimes.of(snapshot(value)));
    }
  }

  @Override
  public void setObject(int index, @Nullable Object value) throws SQLException {
    if (value instanceof Array array) {
      setArray(index, array);
    } else if (value instanceof SQLXML xml) {
      setSQLXML(index, xml);
    } else if (value instanceof Timestamp time) {
      setTimestamp(index, time);
    } else if (value instanceof Date date) {
      setDate(index, date);
    } else if (value instanceof Object[] objects) {
      record(index, ShardArray.binding(snapshot(objects)));
    } else if (value instanceof Number number) {
      super.setObject(index, TargetTypes.untyped(number));
    } else if (value instanceof PGobject object) {
      record(index, new TypedObject(snapshot(object)));
    } else {
      super.setObject(index, value);
    }
  }

  @Override
  public void setObject(int index, @Nullable Object value, int type) throws SQLException {
    setObject(index, value, type, AS_MANY_AS_THERE_ARE);
  }

  @Override
  public void setObject(int index, @Nullable Object value, int type, int scale)
      throws SQLException {
    if (type == Types.SQLXML && value instanceof SQLXML xml) {
      setSQLXML(index, xml);
    } else if (!TargetTypes.set(this, index, value, type, scale)) {
      Binding other = TargetTypes.other(value, type);
      if (other == null) {
        super.setObject(index, value, type, scale);
      } else {
        record(index, other);
      }
    }
  }

  @Override
  public void clearParameters() throws SQLException {
    statement.requireOpen();
    Arrays.fill(bindings, null);
  }

  private boolean run() throws SQLException {
    statement.requireOpen();
    Bindings values = new Bindings(bindings);
    if (registrations.isEmpty()) {
      values.requireAll();
    }
    Gate gate = connection.session().gate();
    return gate.pass(
        statement.options().queryTimeout(),
        () -> values.areRepeatable() ? run(values) : gate.streaming(() -> run(values.once())));
  }

  private boolean run(Bindings values) throws SQLException {
    if (text.isScript()) {
      return statement.runScript(text.parts(bindings.clone()), statement.options());
    }
    Results results = statement.results();
    results.running().asked(text.sql(), 1);
    try {
      return results.answered(
          results.execute(
              connection.plans().planned(text.sql(), text.hint(), values),
              new Invocation(form, values, statement.options(), registrations)));
    } catch (SQLException | RuntimeException | Error e) {
      results.running().failed(e);
      throw e;
    }
  }

  @Override
  public boolean execute() throws SQLException {
    return run();
  }

  @Override
  public ResultSet executeQuery() throws SQLException {
    return statement.requireRows(run());
  }

  @Override
  public long executeLargeUpdate() throws SQLException {
    return statement.requireCount(run());
  }

  @Override
  public int executeUpdate() throws SQLException {
    return LogicalStatement.toInt(executeLargeUpdate());
  }

  @Override
  public void addBatch() throws SQLException {
    statement.requireOpen();
    if (text.isScript()) {
      throw SqlErrors.of(ErrorCode.SEVERAL_STATEMENTS);
    }
    Bindings values = new Bindings(bindings.clone());
    values.requireAll();
    statement.batch().add(new BatchEntry(text.sql(), text.hint(), values.once()));
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    statement.requireOpen();
    return statement.runBatch(form, statement.options());
  }

  @Override
  public int[] executeBatch() throws SQLException {
    return Batch.toInts(executeLargeBatch());
  }

  /**
   * The columns of the rows it returns: of those it has returned, or else as one shard describes
   * it.
   */
  @Override
  public @Nullable ResultSetMetaData getMetaData() throws SQLException {
    statement.requireOpen();
    ResultSet open = statement.results().rows();
    return open != null && !open.isClosed() ? open.getMetaData() : described().columns();
  }

  @Override
  public ParameterMetaData getParameterMetaData() throws SQLException {
    statement.requireOpen();
    return described().parameters();
  }

  private Description described() throws SQLException {
    Bindings values = new Bindings(bindings);
    return Description.ask(
        connection, text.sql(), new Invocation(form, values, statement.options(), registrations));
  }

  private static SQLException takesNoText() {
    return SqlErrors.of(ErrorCode.USAGE, "a prepared statement takes no SQL text when it runs");
  }

  @Override
  public ResultSet executeQuery(String text) throws SQLException {
    throw takesNoText();
  }

  @Override
  public boolean execute(String text) throws SQLException {
    throw takesNoText();
  }

  @Override
  public boolean execute(String text, int flag) throws SQLException {
    throw takesNoText();
  }

  @Override
  public boolean execute(String text, int[] columns) throws SQLException {
    throw takesNoText();
  }

  @Override
  public boolean execute(String text, String[] columns) throws SQLException {
    throw takesNoText();
  }

  @Override
  public int executeUpdate(String text) throws SQLException {
    throw takesNoText();
  }

  @Override
  public int executeUpdate(String text, int flag) throws SQLException {
    throw takesNoText();
  }

  @Override
  public int executeUpdate(String text, int[] columns) throws SQLException {
    throw takesNoText();
  }

  @Override
  public int executeUpdate(String text, String[] columns) throws SQLException {
    throw takesNoText();
  }

  @Override
  public long executeLargeUpdate(String text) throws SQLException {
    throw takesNoText();
  }

  @Override
  public long executeLargeUpdate(String text, int flag) throws SQLException {
    throw takesNoText();
  }

  @Override
  public long executeLargeUpdate(String text, int[] columns) throws SQLException {
    throw takesNoText();
  }

  @Override
  public long executeLargeUpdate(String text, String[] columns) throws SQLException {
    throw takesNoText();
  }

  @Override
  public void addBatch(String text) throws SQLException {
    throw takesNoText();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this) ? type.cast(this) : statement.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
