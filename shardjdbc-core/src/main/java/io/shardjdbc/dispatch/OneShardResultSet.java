package io.shardjdbc.dispatch;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.ReadRows;
import io.shardjdbc.execute.ShardCall;
import io.shardjdbc.merge.ResultOwner;
import io.shardjdbc.merge.RowChanges;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Exposure;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGResultSetMetaData;

/**
 * The rows of one shard: the driver's own result set, but for whose it is and what closing does.
 */
public final class OneShardResultSet extends ReadRows {

  private final Session session;
  private final ResultOwner owner;
  private final ShardCall call;
  private final ResultSet rows;
  private final boolean copies;

  /** The columns of the row in hand that got other values, where changes are to be admitted. */
  private @Nullable SortedMap<Integer, @Nullable Object> changed;

  /** Whether some of them may have been given to a row to insert that was given up. */
  private boolean inserting;

  public OneShardResultSet(Session session, ResultOwner owner, ShardCall call, ResultSet rows) {
    this(session, owner, call, rows, false);
  }

  /**
   * @param copies whether it answered over rows of other shards
   */
  OneShardResultSet(
      Session session, ResultOwner owner, ShardCall call, ResultSet rows, boolean copies) {
    this.session = session;
    this.owner = owner;
    this.call = call;
    this.rows = rows;
    this.copies = copies;
  }

  @Override
  protected ResultSet delegate() {
    return rows;
  }

  @Override
  protected Statement shown() {
    return owner.owner();
  }

  @Override
  protected boolean areCopies() {
    return copies;
  }

  @Override
  protected Held held() {
    return call.held();
  }

  @Override
  public ResultSetMetaData getMetaData() throws SQLException {
    return owner.described(rows.getMetaData());
  }

  @Override
  public boolean next() throws SQLException {
    try {
      return rows.next();
    } catch (SQLException e) {
      throw session.failed(call.held(), e);
    }
  }

  @Override
  protected void changing(int column, @Nullable Object value) throws SQLException {
    RowChanges changes = owner.changes();
    if (changes != null) {
      changes.begin();
      if (changed == null) {
        changed = new TreeMap<>();
      }
      changed.put(column, value);
    }
  }

  @Override
  protected void changing(String label, @Nullable Object value) throws SQLException {
    if (owner.changes() != null) {
      changing(rows.findColumn(label), value);
    }
  }

  @Override
  public void moveToInsertRow() throws SQLException {
    admit(RowChanges::begin);
    rows.moveToInsertRow();
    changed = null;
    inserting = true;
  }

  @Override
  public void cancelRowUpdates() throws SQLException {
    rows.cancelRowUpdates();
    if (!inserting) { // else the driver may still have values that were for a row to insert
      changed = null;
    }
  }

  @Override
  public void insertRow() throws SQLException {
    admit(changes -> changes.insert(byName()));
    change(rows::insertRow);
    changed = null;
    inserting = false;
  }

  @Override
  public void updateRow() throws SQLException {
    if (changed != null) { // else it does nothing
      admit(changes -> changes.update(List.copyOf(byName().keySet())));
    }
    change(rows::updateRow);
    changed = null;
  }

  @Override
  public void deleteRow() throws SQLException {
    admit(RowChanges::delete);
    change(rows::deleteRow);
  }

  /** The new values by the names that the columns have in their table. */
  private Map<String, @Nullable Object> byName() throws SQLException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    if (changed != null) {
      PGResultSetMetaData columns = rows.getMetaData().unwrap(PGResultSetMetaData.class);
      for (Map.Entry<Integer, @Nullable Object> each : changed.entrySet()) {
        values.put(columns.getBaseColumnName(each.getKey()), each.getValue());
      }
    }
    return values;
  }

  /** What is asked before a change. */
  private interface Admission {
    void of(RowChanges changes) throws SQLException;
  }

  /** A change that is refused aborts the open transaction, as any statement does. */
  private void admit(Admission admission) throws SQLException {
    RowChanges changes = owner.changes();
    if (changes != null) {
      session.gate().requireNotAborted();
      session.gate().run(() -> admission.of(changes));
    }
  }

  /** A change of one row. */
  private interface Change {
    void make() throws SQLException;
  }

  /**
   * Each change is a statement of the driver's own, and in auto-commit mode a transaction of its
   * own: an answer that is lost leaves it unknown, as that of any write.
   */
  private void change(Change change) throws SQLException {
    session.gate().requireNotAborted();
    session.turn().begin();
    Held held = call.held();
    ShardNodes.Outcome outcome = ShardNodes.Outcome.KNOWN;
    try {
      held.exposure(Exposure.ofWrite(held.connection().getAutoCommit()));
      change.make();
      held.exposure(Exposure.NONE);
    } catch (SQLException e) {
      SQLException failure = SqlErrors.isOfDriver(e) ? e : session.failed(held, e);
      outcome = held.isBroken() ? ShardNodes.Outcome.IN_DOUBT : outcome;
      held.exposure(Exposure.NONE);
      throw failure;
    } finally {
      wrote(outcome);
      session.turn().end();
    }
  }

  /** The query has only read; the shard is written to by what its caller does with the object. */
  @Override
  protected void changesObject() throws SQLException {
    if (!session.inTransaction()) {
      return; // the driver refuses it
    }
    ShardStatement unknown = ShardStatement.unchanged(call.shard(), "");
    Route write = new OneShard(Effect.WRITE, unknown, KeyHashes.any(), true, null, List.of());
    session.turn().begin();
    try {
      session.admit(write);
      session.release(session.hold(call.shard(), write));
    } finally {
      session.turn().end();
    }
  }

  /** In a transaction, the query itself counts as a write. */
  private void wrote(ShardNodes.Outcome outcome) {
    if (!session.inTransaction()) {
      session.wrote(call.shard(), KeyHashes.any(), outcome);
    }
  }

  @Override
  public Statement getStatement() throws SQLException {
    if (rows.isClosed()) {
      return rows.getStatement(); // which says that it is closed
    }
    return owner.owner();
  }

  @Override
  public void close() throws SQLException {
    rows.close();
    owner.closed(this);
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    session
        .kept()
        .mayWriteUnseen(call.held()); // from the driver's rows, a caller comes to its connection
    return rows.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || rows.isWrapperFor(type);
  }
}
