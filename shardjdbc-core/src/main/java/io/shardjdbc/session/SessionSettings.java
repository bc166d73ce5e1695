package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.PhysicalConnection;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.util.Locale;

/**
 * What a caller sets on its session: the parameters of SET and RESET, and their JDBC forms.
 *
 * <p>A setting is tried at once on one physical connection, so that a wrong value fails where it is
 * set, as it does on one server; other connections get it when they are next used.
 */
public final class SessionSettings {

  private static final String SHOW_ISOLATION = "SHOW transaction_isolation";
  private static final String ISOLATION = "default_transaction_isolation";

  private final Session session;

  public SessionSettings(Session session) {
    this.session = session;
  }

  /** SET: for the session, unless the transaction it is in is rolled back. */
  public void set(String parameter, String sql) throws SQLException {
    change(sql, session.state().with(parameter, sql));
  }

  /** RESET of one parameter, or of {@code all}. */
  public void reset(String parameter, String sql) throws SQLException {
    SessionState state = session.state();
    change(sql, parameter.equals("all") ? state.withoutSettings() : state.without(parameter));
  }

  /** SET LOCAL, SET TRANSACTION, SET CONSTRAINTS: until the transaction ends. */
  public void setLocal(String sql) throws SQLException {
    if (session.inTransaction()) {
      session.turn().with(() -> session.openTransaction().setLocal(sql));
    } else {
      session.requireOpen();
    }
  }

  /** DISCARD ALL: everything as on a fresh connection. */
  public void discard() throws SQLException {
    if (session.inTransaction()) {
      throw SqlErrors.of(ErrorCode.ACTIVE_TRANSACTION, "DISCARD ALL");
    }
    session.state(SessionState.DEFAULT);
    session.kept().letGo(true);
  }

  /** DISCARD of a part: nothing but what lives on a connection that is kept has such parts. */
  public void discardPart(String sql) throws SQLException {
    session.turn().with(() -> session.kept().executeOnState(sql));
  }

  private void change(String sql, SessionState next) throws SQLException {
    session.turn().with(() -> changeNow(sql, next));
  }

  private void changeNow(String sql, SessionState next) throws SQLException {
    OpenTransaction transaction = session.transaction();
    if (transaction != null && !transaction.participants().isEmpty()) {
      transaction.set(sql, next);
      session.state(next);
      return;
    }
    SessionState before = session.state();
    if (session.inTransaction()) {
      session.openTransaction(); // it has to know the state to return to
    }
    session.state(next);
    try {
      session.release(session.holdAny());
    } catch (SQLException e) {
      session.state(before);
      throw e;
    }
  }

  /** The level as JDBC counts it, for transactions that begin from now on. */
  public void isolation(int level) throws SQLException {
    refuseInTransaction("setTransactionIsolation");
    String name =
        switch (level) {
          case java.sql.Connection.TRANSACTION_READ_UNCOMMITTED -> "READ UNCOMMITTED";
          case java.sql.Connection.TRANSACTION_READ_COMMITTED -> "READ COMMITTED";
          case java.sql.Connection.TRANSACTION_REPEATABLE_READ -> "REPEATABLE READ";
          case java.sql.Connection.TRANSACTION_SERIALIZABLE -> "SERIALIZABLE";
          default -> throw SqlErrors.of(ErrorCode.USAGE, "unknown isolation level " + level);
        };
    session.state(
        session
            .state()
            .with(ISOLATION, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL " + name));
  }

  /** The level of transactions, as JDBC counts it. */
  public int isolation() throws SQLException {
    String level = ask(SHOW_ISOLATION, true).toUpperCase(Locale.ROOT);
    return switch (level) {
      case "READ UNCOMMITTED" -> java.sql.Connection.TRANSACTION_READ_UNCOMMITTED;
      case "REPEATABLE READ" -> java.sql.Connection.TRANSACTION_REPEATABLE_READ;
      case "SERIALIZABLE" -> java.sql.Connection.TRANSACTION_SERIALIZABLE;
      default -> java.sql.Connection.TRANSACTION_READ_COMMITTED;
    };
  }

  /** What a query of one value answers on whichever shard is at hand. */
  public String value(String sql) throws SQLException {
    return ask(sql, false);
  }

  /**
   * @param ahead whether what was set in a transaction that has not begun anywhere counts already
   */
  private String ask(String sql, boolean ahead) throws SQLException {
    session.turn().begin();
    try {
      return askNow(sql, ahead);
    } finally {
      session.turn().end();
    }
  }

  private String askNow(String sql, boolean ahead) throws SQLException {
    Held any = session.holdAny();
    OpenTransaction open = session.transaction();
    try {
      return ahead
              && open != null
              && open.participants().isEmpty()
              && !open.localSettings().isEmpty()
          ? any.valueAfter(open.localSettings(), sql)
          : any.value(sql);
    } catch (SQLException e) {
      throw session.failed(any, e);
    } finally {
      session.release(any);
    }
  }

  public void readOnly(boolean on) throws SQLException {
    refuseInTransaction("setReadOnly");
    session.state(session.state().withReadOnly(on));
  }

  public boolean isReadOnly() {
    return session.state().readOnly();
  }

  /** Milliseconds to wait for an answer of a server, 0 for no end. */
  public void networkTimeout(int millis) throws SQLException {
    session.requireOpen();
    if (millis < 0) {
      throw SqlErrors.of(ErrorCode.USAGE, "the network time-out is negative");
    }
    SessionState before = session.state();
    SessionState after = before.withNetworkTimeout(millis);
    session.state(after);
    for (Held participant : session.participants()) {
      PhysicalConnection physical = participant.physical();
      boolean known = before.equals(physical.sessionState());
      physical.sessionState(known ? after : StateReplay.UNKNOWN);
      physical.driver().setNetworkTimeout(Runnable::run, millis);
    }
  }

  public int networkTimeout() {
    return session.state().networkTimeoutMillis();
  }

  private void refuseInTransaction(String what) throws SQLException {
    session.requireOpen();
    if (!session.participants().isEmpty()) {
      throw SqlErrors.of(ErrorCode.ACTIVE_TRANSACTION, what);
    }
  }
}
