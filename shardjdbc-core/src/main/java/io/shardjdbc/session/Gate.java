package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The gate that every statement of a caller passes, whatever method it came by.
 *
 * <p>A server aborts a transaction when a statement in it fails, and answers nothing until it is
 * rolled back. Here many faults are found before a server hears of the statement, or after it has
 * answered: by the planner, by a limit, by a merge. The caller cannot tell these from a server's,
 * and would commit the half of its work that came before. So what fails between going in and coming
 * out aborts the open transaction, whoever found it; and a session gives no connection to a
 * statement of a transaction that is aborted.
 *
 * <p>Wrong use of the API is found in front of the gate, as the driver finds it before it sends
 * anything. A value that the driver refuses when it is bound is of that kind, too, unless another
 * shard may have run its part by then.
 */
public final class Gate {

  private final Session session;
  private boolean inStream;
  private Patience patience = Patience.ENDLESS; // in turn

  Gate(Session session) {
    this.session = session;
  }

  /** Something that a caller sends as one statement. */
  @FunctionalInterface
  public interface Statement<T> {
    T send() throws SQLException;
  }

  /**
   * Sends a statement whose caller waits no longer than a time, also for what is asked to plan it.
   *
   * @param limit zero for no end
   */
  public <T> T pass(Duration limit, Statement<T> statement) throws SQLException {
    if (limit.isZero()) {
      return pass(statement);
    }
    return pass(
        () -> {
          Patience before = patience;
          patience = Patience.of(limit);
          try {
            return statement.send();
          } finally {
            patience = before;
          }
        });
  }

  /** How long the caller waits for the statement that is in turn. */
  public Patience patience() {
    return patience;
  }

  /** Plans a statement that is to be run later, for which the time-out of the network holds. */
  public <T> T prepare(Statement<T> statement) throws SQLException {
    return pass(Duration.ofMillis(Math.max(0, session.state().networkTimeoutMillis())), statement);
  }

  /** Sends a statement; what fails in it aborts the open transaction. */
  public <T> T pass(Statement<T> statement) throws SQLException {
    requireNoStream();
    session.turn().begin();
    try {
      return passInTurn(statement);
    } finally {
      session.turn().end();
    }
  }

  private <T> T passInTurn(Statement<T> statement) throws SQLException {
    OpenTransaction before = session.transaction();
    if (before != null) {
      before.nextStatement();
    }
    try {
      return statement.send();
    } catch (SQLException e) {
      OpenTransaction open = session.transaction();
      if (!SqlErrors.isOfDriver(e) || (open != null && open.failures().mayHaveRunInPart())) {
        abort(before);
      }
      throw e;
    } catch (RuntimeException | Error e) {
      abort(before);
      throw e;
    }
  }

  /**
   * Runs what reads from a stream of the caller's, or writes to one. His code runs in the middle of
   * an exchange with a server then, and whatever it asked of the session would wait for the end of
   * that exchange, which waits for his code.
   */
  public <T> T streaming(Statement<T> exchange) throws SQLException {
    boolean before = inStream;
    inStream = true;
    try {
      return exchange.send();
    } finally {
      inStream = before;
    }
  }

  /** Refuses what a caller asks for from within a stream of his. */
  public void requireNoStream() throws SQLException {
    if (session.turn().isHere() && inStream) {
      throw SqlErrors.of(ErrorCode.IN_A_STREAM);
    }
  }

  /** Something of the kind that answers nothing. */
  @FunctionalInterface
  public interface Command {
    void send() throws SQLException;
  }

  /** Sends a command; what fails in it aborts the open transaction. */
  public void run(Command command) throws SQLException {
    pass(
        () -> {
          command.send();
          return true;
        });
  }

  /** Refuses what does not end the open transaction, where that is aborted. */
  public void requireNotAborted() throws SQLException {
    OpenTransaction open = session.transaction();
    if (open != null) {
      open.failures().requireNone();
    }
  }

  /** Refuses what servers would run with the rights of a role that the session has set. */
  public void requireNoRole() throws SQLException {
    learnWhatNamesMean();
    if (SessionRole.isSet(session.state(), session.transaction())) {
      throw SqlErrors.of(ErrorCode.VIEW_UNDER_ROLE);
    }
  }

  /** Refuses what a search path that the session has set may find elsewhere. */
  public void requireNoPath() throws SQLException {
    if (hasPath()) {
      throw SqlErrors.of(ErrorCode.VIEW_BY_PATH);
    }
  }

  /** Whether the session has set a search path, so that names may mean other tables to it. */
  public boolean hasPath() throws SQLException {
    learnWhatNamesMean();
    OpenTransaction open = session.transaction();
    return session.state().settings().stream().anyMatch(s -> s.name().equals("search_path"))
        || (open != null && open.history().hasSetting(SequenceNumbers::isOfNames));
  }

  /** Asks for what functions have set, before it is decided what a name means to the session. */
  void learnWhatNamesMean() throws SQLException {
    session.turn().with(() -> session.kept().beforeAsking(session));
  }

  private void abort(@Nullable OpenTransaction before) {
    if (Fence.ABORTS.isOut()) {
      return;
    }
    boolean ended = before != null && session.transaction() != before;
    if (session.inTransaction() && !session.isClosed() && !ended) {
      session.openTransaction().failures().refused();
    }
  }
}
