package io.shardjdbc.routing.route;

import java.util.List;

/**
 * A statement that concerns the logical connection itself rather than rows.
 *
 * @param action what to do
 * @param name the savepoint of SAVEPOINT, RELEASE and ROLLBACK TO; the parameter of SET, RESET and
 *     SHOW in lower case ({@code all} too); otherwise empty
 * @param sql the statement's text, to be replayed on physical connections
 * @param parameters what SET sets, in that order: several for SESSION CHARACTERISTICS, of which
 *     each may be set anew or reset alone
 */
public record SessionCommand(Action action, String name, String sql, List<Parameter> parameters) {

  public SessionCommand {
    parameters = List.copyOf(parameters);
  }

  /** A command that concerns at most the parameter that it names. */
  public SessionCommand(Action action, String name, String sql) {
    this(action, name, sql, List.of(new Parameter(name, sql)));
  }

  /**
   * A parameter that is set.
   *
   * @param name in lower case
   * @param sql a text that sets it alone
   */
  public record Parameter(String name, String sql) {}

  /** The kinds of session command. */
  public enum Action {
    BEGIN,
    COMMIT,
    ROLLBACK,
    SAVEPOINT,
    RELEASE_SAVEPOINT,
    ROLLBACK_TO_SAVEPOINT,
    /** SET or SET SESSION: lasts for the session. */
    SET,
    /** SET LOCAL, SET CONSTRAINTS, SET TRANSACTION: lasts for the transaction. */
    SET_LOCAL,
    RESET,
    /** DISCARD ALL and its kin. */
    DISCARD,
    /** Keeps the physical connection, on which the statement leaves something, to the end. */
    KEEP
  }

  /** The actions that a transaction block knows, for callers that ask. */
  public static final List<Action> TRANSACTION_ACTIONS =
      List.of(
          Action.BEGIN,
          Action.COMMIT,
          Action.ROLLBACK,
          Action.SAVEPOINT,
          Action.RELEASE_SAVEPOINT,
          Action.ROLLBACK_TO_SAVEPOINT);
}
