package io.shardjdbc.execute;

import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.InTurn;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import io.shardjdbc.wrap.ForwardingResultSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * One shard's rows of a statement that locks them, each of which is locked when it is fetched.
 *
 * <p>It is a cursor of the server. A row that is looked at is locked behind a savepoint, so that it
 * can be let go if it is not {@linkplain #take taken}. As a result set it stands on the row that is
 * looked at.
 */
public final class LockingCursor extends ForwardingResultSet {

  private static final String CURSOR = "\"shardjdbc:rows\"";
  private static final String MARK = "\"shardjdbc:row\"";

  private final Execution<InTurn> execution;
  private final Session session;
  private final StatementOptions options;
  private final Held held;
  private final boolean joined;
  private FetchCall current;
  private ResultSet row;
  private boolean started;
  private boolean keeps;
  private boolean took;
  private boolean answers;

  private LockingCursor(Execution<InTurn> execution, Held held, boolean joined)
      throws SQLException {
    this.execution = execution;
    this.session = execution.session();
    this.options = execution.work().options();
    this.held = held;
    this.joined = joined;
    this.current = run("SAVEPOINT " + MARK + "; FETCH 1 FROM " + CURSOR);
    this.row = current.rows();
  }

  /** Opens it on its first row. */
  public static LockingCursor open(
      Runner runner, Execution<InTurn> execution, ShardStatement statement) throws SQLException {
    Session session = execution.session();
    Invocation asked = execution.invocation();
    ShardStatement declared = statement.after("DECLARE " + CURSOR + " NO SCROLL CURSOR FOR ");
    DirectRoute route =
        new OneShard(Effect.READ_ON_PRIMARY, declared, KeyHashes.any(), true, null, List.of());
    Execution<DirectRoute> declaring =
        execution
            .<DirectRoute>on(route)
            .doing(
                new Invocation(asked.form(), asked.bindings(), asked.options().ofPart(), Map.of()));
    boolean joins =
        session.participants().stream().noneMatch(p -> p.shard().equals(statement.shard()));
    Held held = null;
    try {
      if (session.inTransaction()) {
        runner.run(declaring).close();
        held = session.hold(statement.shard(), route);
      } else {
        held = session.holdApart(statement.shard(), route);
        run(declaring, declaring.work().on(held, declared, 0)).close();
      }
      return new LockingCursor(execution, held, joins);
    } catch (SQLException | RuntimeException | Error e) {
      if (held != null) {
        letGo(session, held);
      }
      throw e;
    }
  }

  private FetchCall run(String sql) throws SQLException {
    return run(execution, new FetchCall(held, options, sql));
  }

  private static <C extends ShardCall> C run(Execution<?> execution, C call) throws SQLException {
    execution.running().begin(List.of(call));
    try {
      call.run(execution);
      return call;
    } catch (SQLException e) {
      SQLException failure = execution.session().failed(call.held(), e);
      call.close();
      throw failure;
    } finally {
      execution.running().end();
    }
  }

  /** Gives the connection back after a failure, or where none of its rows was taken. */
  private static void letGo(Session session, Held held) {
    if (!session.inTransaction()) {
      held.rollback();
      session.endApart(held);
    }
    session.release(held);
  }

  @Override
  protected ResultSet delegate() {
    return row;
  }

  /** Looks at the next row. The one before has been taken. */
  @Override
  public boolean next() throws SQLException {
    if (started) {
      current =
          run("RELEASE SAVEPOINT %s; SAVEPOINT %s; FETCH 1 FROM %s".formatted(MARK, MARK, CURSOR));
      row = current.rows();
      keeps = false;
    }
    started = true;
    return row.next();
  }

  /** Where it is. */
  public Held held() {
    return held;
  }

  /** The row that it stands on, which stays locked. */
  public FetchCall take() throws SQLException {
    row.beforeFirst();
    keeps = true;
    took = true;
    answers = true;
    return current;
  }

  /** The rows behind the one that was taken, which stay locked. */
  public FetchCall takeMore(long most) throws SQLException {
    return run("FETCH FORWARD " + (most == Long.MAX_VALUE ? "ALL" : most) + " FROM " + CURSOR);
  }

  /** The last row it was asked for, if that is none; for its columns. */
  public FetchCall none() {
    answers = true;
    return current;
  }

  /** Whether the caller's answer reads from it. */
  public boolean answers() {
    return answers;
  }

  /**
   * Lets go of the row that was not taken. Where none was taken, the shard has no part in the
   * transaction that it had not before, and the connection is given back unless it answers.
   */
  public void end() throws SQLException {
    if (!session.inTransaction()) {
      held.rollback();
      session.endApart(held);
    } else if (!took && joined) {
      session.leaveTransaction(held);
    } else {
      String undo = keeps ? "" : "ROLLBACK TO SAVEPOINT " + MARK + "; ";
      run(undo + "RELEASE SAVEPOINT " + MARK + "; CLOSE " + CURSOR).close();
    }
    if (!answers) {
      session.release(held);
    }
  }

  /** Gives all up after a failure. */
  public void abandon() {
    letGo(session, held);
  }
}
