package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.PhysicalConnection;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.SessionCommand;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What a caller sets on its session: the parameters of SET and RESET, and their JDBC forms.
 *
 * <p>A setting is tried at once on one physical connection, so that a wrong value fails where it is
 * set, as it does on one server; other connections get it when they are next used.
 */
public final class SessionSettings {

  private static final String SHOW_ISOLATION = "SHOW transaction_isolation";
  private static final String APPLICATION_NAME = "ApplicationName";
  private static final String ISOLATION = "default_transaction_isolation";

  /** What a transaction has for itself, and no session keeps. */
  private static final Set<String> OF_TRANSACTION =
      Set.of("transaction_isolation", "transaction_read_only", "transaction_deferrable");

  /** What RESET takes, whoever says it. */
  private static final Set<String> RESETTABLE =
      Set.of("all", SessionRole.ROLE, SessionRole.USER, "search_path");

  private final Session session;

  public SessionSettings(Session session) {
    this.session = session;
  }

  /** SET of one parameter. */
  public void set(String parameter, String sql) throws SQLException {
    set(new SessionCommand(SessionCommand.Action.SET, parameter, sql));
  }

  /** SET: for the session, unless the transaction it is in is rolled back. */
  public void set(SessionCommand command) throws SQLException {
    begin();
    String parameter = command.name();
    String sql = command.sql();
    if (OF_TRANSACTION.contains(parameter)) {
      if (session.inTransaction()) {
        setLocal(parameter, sql);
      } else {
        session.turn().with(() -> askedAlone(sql));
      }
      return;
    }
    SessionState next = session.state().traced(parameter);
    for (SessionCommand.Parameter each : command.parameters()) {
      next = next.with(each.name(), each.sql());
      session.kept().isSet(each.name());
    }
    change(sql, next);
  }

  /** What functions have set comes before what the session sets now. */
  private void begin() throws SQLException {
    session.turn().with(() -> session.kept().beforeAsking(session));
  }

  /** Has a server take or refuse what is over as soon as it is said. */
  private void askedAlone(String sql) throws SQLException {
    session.requireOpen();
    Held any = session.holdAny();
    try {
      any.tell(sql);
    } catch (SQLException e) {
      throw session.failed(any, e);
    } finally {
      session.release(any);
    }
  }

  /** RESET of one parameter, or of {@code all}. */
  public void reset(String parameter, String sql) throws SQLException {
    begin();
    SessionState state = session.state();
    SessionState next =
        parameter.equals("all")
            ? state.withoutSettings()
            : state.traced(parameter).without(parameter);
    if (!state.sets(parameter) && !RESETTABLE.contains(parameter)) {
      session.gate().requireNotAborted();
      session.turn().with(() -> inVain(parameter, () -> resetInVain(sql)));
    }
    session.kept().isSet(parameter);
    change(sql, next);
  }

  /** It changes nothing where nothing was set, but there may be no such parameter. */
  private void resetInVain(String sql) throws SQLException {
    OpenTransaction open = session.transaction();
    if (open != null && !open.participants().isEmpty()) {
      return; // which is told of it
    }
    session.requireOpen();
    Held any = session.holdAny();
    try {
      valueAfter(any, List.of(sql), "SELECT 1");
    } catch (SQLException e) {
      throw session.failed(any, e);
    } finally {
      session.release(any);
    }
  }

  /** SET LOCAL, SET TRANSACTION, SET CONSTRAINTS: until the transaction ends. */
  public void setLocal(String parameter, String sql) throws SQLException {
    session.requireOpen();
    begin();
    session.gate().requireNotAborted();
    if (session.inTransaction()) {
      session.turn().with(() -> setBehindSavepoints(sql));
      session.kept().isSet(parameter);
      session.state(session.state().traced(parameter));
    } else {
      session.turn().with(() -> inVain(parameter, () -> askedAlone(sql)));
    }
  }

  /** What is told to servers later has to be right now: some settings may not be in a savepoint. */
  private void setBehindSavepoints(String sql) throws SQLException {
    OpenTransaction open = session.openTransaction();
    if (open.participants().isEmpty() && open.history().hasSavepoints()) {
      Held any = session.holdAny();
      try {
        valueAfter(any, List.of(open.history().sql(), sql), "SELECT 1");
      } catch (SQLException e) {
        throw session.failed(any, e);
      } finally {
        session.release(any);
      }
    }
    open.set(sql);
  }

  /** It changes nothing, but may be wrong; and a name without a definition leaves its trace. */
  private void inVain(String parameter, Turn.Work asking) throws SQLException {
    SessionState before = session.state();
    session.state(before.traced(parameter)); // first, so that it is known of the connection
    try {
      asking.run();
    } catch (SQLException e) {
      session.state(before);
      throw e;
    }
  }

  /** DISCARD ALL: everything as on a fresh connection. */
  public void discard() throws SQLException {
    if (session.inTransaction()) {
      throw SqlErrors.of(ErrorCode.ACTIVE_TRANSACTION, "DISCARD ALL");
    }
    session.state(SessionState.DEFAULT.outlivedBy(session.state()));
    session.numbers().forget();
    session.kept().letGo(true);
  }

  /** DISCARD of a part: nothing but what lives on a connection that is kept has such parts. */
  public void discardPart(String sql) throws SQLException {
    session.turn().with(() -> session.kept().executeOnState(sql));
    session.numbers().lose(); // whichever part it was
  }

  private void change(String sql, SessionState next) throws SQLException {
    session.requireOpen();
    session.gate().requireNotAborted();
    session.turn().with(() -> changeNow(sql, next));
  }

  private void changeNow(String sql, SessionState next) throws SQLException {
    boolean within = session.inTransaction();
    if (!within || session.openTransaction().participants().isEmpty()) {
      attempt(next);
    }
    if (within) {
      session.openTransaction().set(sql);
    }
    session.state(next);
  }

  /** Sees, on some connection, that a server takes it. */
  private void attempt(SessionState next) throws SQLException {
    SessionState before = session.state();
    session.state(next);
    try {
      session.release(session.holdAny());
    } catch (SQLException e) {
      session.state(before);
      throw e;
    }
  }

  /** What no transaction takes back. */
  private void changeForGood(UnaryOperator<SessionState> change) {
    session.state(change.apply(session.state()));
    OpenTransaction open = session.transaction();
    if (open != null) {
      open.stateBefore(change.apply(open.stateBefore()));
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
    String sql = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL " + name;
    changeForGood(state -> state.with(ISOLATION, sql));
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

  /** As a server has it; in an aborted transaction, as the driver last heard of it there. */
  public String applicationName() throws SQLException {
    try {
      session.gate().requireNotAborted();
    } catch (SQLException e) {
      for (Held participant : session.participants()) {
        return participant.connection().getClientInfo(APPLICATION_NAME);
      }
      throw e;
    }
    return value("SHOW application_name");
  }

  /** What a query of one value answers on whichever shard is at hand. */
  public String value(String sql) throws SQLException {
    return ask(sql, true);
  }

  /**
   * @param ahead whether what was set in a transaction that has not begun anywhere counts already
   */
  private String ask(String sql, boolean ahead) throws SQLException {
    return session.gate().pass(() -> askInTurn(sql, ahead));
  }

  private String askInTurn(String sql, boolean ahead) throws SQLException {
    session.gate().requireNotAborted();
    session.turn().begin();
    try {
      session.kept().beforeAsking(session); // before its state is another one for a moment
      return askNow(sql, ahead);
    } finally {
      session.turn().end();
    }
  }

  private String askNow(String sql, boolean ahead) throws SQLException {
    OpenTransaction open = session.transaction();
    Held any = ahead && open != null ? anyAsBefore(open) : session.holdAny();
    try {
      return ahead && open != null && open.participants().isEmpty() && open.history().hasSettings()
          ? valueAfter(any, open.history().settings(), sql)
          : any.value(sql);
    } catch (SQLException e) {
      throw session.failed(any, e);
    } finally {
      session.release(any);
    }
  }

  /** One in the state that the open transaction begins with on shards that join it. */
  private Held anyAsBefore(OpenTransaction open) throws SQLException {
    SessionState now = session.state();
    session.state(open.stateBefore().outlivedBy(now));
    try {
      return session.holdAny();
    } finally {
      session.state(now);
    }
  }

  /** What a query of one value answers in a transaction that begins with these settings. */
  private static String valueAfter(Held any, List<String> settings, String query)
      throws SQLException {
    try {
      any.begin();
      for (String sql : settings) {
        any.tell(sql);
      }
      return any.value(query);
    } finally {
      any.rollback();
      any.end();
    }
  }

  public void readOnly(boolean on) throws SQLException {
    refuseInTransaction("setReadOnly");
    changeForGood(state -> state.withReadOnly(on));
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
      if (StateReplay.isIn(physical, before)) {
        StateReplay.note(physical, after);
      } else {
        StateReplay.noteUnknown(physical);
      }
      physical.networkTimeout(millis);
    }
  }

  /** What was set, or else what the URL of whichever shard is at hand says. */
  public int networkTimeout() throws SQLException {
    int set = session.state().networkTimeoutMillis();
    if (set >= 0) {
      return set;
    }
    Held any = session.holdAny();
    try {
      return any.physical().openedTimeout();
    } finally {
      session.release(any);
    }
  }

  private void refuseInTransaction(String what) throws SQLException {
    session.requireOpen();
    OpenTransaction open = session.transaction();
    if (open != null && open.hasBegun()) {
      throw SqlErrors.of(ErrorCode.ACTIVE_TRANSACTION, what);
    }
  }
}
