package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.wrap.Binding;
import io.shardjdbc.wrap.RecordingCallableStatement.Registration;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One statement as the caller asks for it: of what kind it is, its values and options.
 *
 * @param registrations OUT parameters of a call, by marker
 */
public record Invocation(
    Form form,
    Bindings bindings,
    StatementOptions options,
    Map<Integer, Registration> registrations)
    implements Work {

  /** Which kind of JDBC statement it is. */
  public enum Form {
    PLAIN,
    PREPARED,
    /**
     * A plain one that is given values on its way. The server never names it, because what named
     * ones answer is binary, and {@code getString} then writes it otherwise than the server does.
     */
    PLAIN_WITH_VALUES,
    CALL
  }

  /** Of a statement without markers. */
  public static Invocation plain(StatementOptions options) {
    return new Invocation(Form.PLAIN, Bindings.NONE, options, Map.of());
  }

  /** Of a prepared statement. */
  public static Invocation prepared(Bindings bindings, StatementOptions options) {
    return new Invocation(Form.PREPARED, bindings, options, Map.of());
  }

  /** Of a statement of a batch, whose values are bound one set after another. */
  static Invocation ofBatch(Form form, StatementOptions options) {
    return new Invocation(form, Bindings.NONE, options, Map.of());
  }

  /** Whether values come as the server writes them. */
  boolean asText() {
    return options.asText() || form == Form.PLAIN_WITH_VALUES;
  }

  /** The same with values before some of the caller's, which are named by indices from 1. */
  public Invocation with(List<Binding> before, List<Integer> picked) {
    return new Invocation(form, bindings.pick(picked), options, registrations).with(before);
  }

  /** The same with values before the caller's; with markers, it is a prepared statement. */
  public Invocation with(List<Binding> before) {
    Form markers =
        form == Form.PLAIN || form == Form.PLAIN_WITH_VALUES
            ? Form.PLAIN_WITH_VALUES
            : Form.PREPARED;
    return new Invocation(markers, bindings.behind(before), options, Map.of());
  }

  /** A query of the library's own with the same values, whose rows come so many at a time. */
  public Invocation fetching(int rows) {
    return prepared(bindings, options.ofPart().withEscapes(true).withFetchSize(rows));
  }

  /** The same, which may take so long at most. */
  public Invocation within(Duration limit) {
    Duration wanted = options.queryTimeout();
    return !wanted.isZero() && wanted.compareTo(limit) <= 0
        ? this
        : new Invocation(form, bindings, options.withQueryTimeout(limit), registrations);
  }

  /** The same, which may or may not do without shards that do not answer. */
  public Invocation partial(boolean allowed) {
    StatementOptions changed = options.withPartial(allowed);
    return changed == options ? this : new Invocation(form, bindings, changed, registrations);
  }

  /** The same, which is to see all shards of one moment or not. */
  public Invocation ofOneMoment(boolean asked) {
    StatementOptions changed = options.withOneMoment(asked);
    return changed == options ? this : new Invocation(form, bindings, changed, registrations);
  }

  /** The same, whose rows are only read. */
  public Invocation forReading() {
    return new Invocation(form, bindings, options.forReading(), registrations);
  }

  @Override
  public ShardCall on(Held held, ShardStatement what, long skipped) {
    return new StatementCall(this, held, what, skipped);
  }

  @Override
  public Invocation allAtOnce() {
    return new Invocation(form, bindings, options.withAllAtOnce(), registrations);
  }

  @Override
  public boolean isRepeatable() {
    return form == Form.PLAIN || bindings.areRepeatable();
  }

  @Override
  public Duration timeout() {
    return options.queryTimeout();
  }

  @Override
  public boolean mayBePartial() {
    return options.partial();
  }

  @Override
  public boolean isFetchedInParts() {
    return options.fetchSize() > 0;
  }

  /** Makes the physical statement, with nothing bound yet. */
  Statement open(Connection connection, String sql) throws SQLException {
    int type = options.type();
    int holdability = options.holdability();
    return switch (form) {
      case PLAIN -> connection.createStatement(type, options.concurrency(), holdability);
      case CALL -> connection.prepareCall(sql, type, options.concurrency(), holdability);
      case PREPARED, PLAIN_WITH_VALUES -> prepare(connection, sql);
    };
  }

  private PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    if (!options.keys().wanted()) {
      return connection.prepareStatement(
          sql, options.type(), options.concurrency(), options.holdability());
    }
    return options.keys().prepare(connection, sql);
  }

  /** The same with its values, to be described and not run. */
  public PreparedStatement described(Connection connection, String sql) throws SQLException {
    PreparedStatement described =
        form == Form.CALL ? connection.prepareCall(sql) : keysToDescribe().prepare(connection, sql);
    bindings.bind(described);
    for (Map.Entry<Integer, Registration> entry : registrations.entrySet()) {
      entry.getValue().register((CallableStatement) described, entry.getKey());
    }
    return described;
  }

  private ReturnedKeys keysToDescribe() {
    return options.keys() instanceof ReturnedKeys.Positioned
        ? ReturnedKeys.Simple.NONE
        : options.keys();
  }

  /** Binds and executes; true when rows come back. */
  boolean execute(Statement physical, ShardStatement what) throws SQLException {
    if (form == Form.PLAIN) {
      if (!options.keys().wanted()) {
        return physical.execute(what.sql());
      }
      return options.keys() instanceof ReturnedKeys.Named named
          ? physical.execute(what.sql(), named.columns())
          : physical.execute(what.sql(), Statement.RETURN_GENERATED_KEYS);
    }
    PreparedStatement prepared = (PreparedStatement) physical;
    bindings.bind(what, prepared);
    if (form == Form.CALL) {
      register((CallableStatement) prepared, what);
    }
    return prepared.execute();
  }

  private void register(CallableStatement target, ShardStatement what) throws SQLException {
    if (!registrations.isEmpty() && !what.isUnchanged()) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "a call with OUT parameters that is rewritten");
    }
    for (Map.Entry<Integer, Registration> entry : registrations.entrySet()) {
      entry.getValue().register(target, entry.getKey());
    }
  }
}
