package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.SessionCommand;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Carries out statements that concern the session itself. */
public final class SessionCommands {

  private static final Pattern BEGIN =
      Pattern.compile(
          "\\s*(?:BEGIN|START\\s+TRANSACTION)(?:\\s+(?:WORK|TRANSACTION))?\\b(.*?);?\\s*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern CHAIN =
      Pattern.compile("\\bAND\\s+CHAIN\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern MODE =
      Pattern.compile("^\\s*SET\\s+(?:LOCAL\\s+)?TRANSACTION", Pattern.CASE_INSENSITIVE);
  private static final Pattern ALL = Pattern.compile("\\bALL\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern SET = Pattern.compile("\\s*SET\\s+(\\w+)", Pattern.CASE_INSENSITIVE);
  private static final String NO_TRANSACTION = "25P01";

  private SessionCommands() {}

  /** Does what a route asks of the session itself. */
  public static void run(Session session, SessionCommand command, Route route) throws SQLException {
    if (command.action() == SessionCommand.Action.KEEP) {
      session.kept().forState(session, route);
    } else {
      run(session, new SessionSettings(session), command);
    }
  }

  /** Whether a command sets what transactions may do, which is the library's own affair. */
  public static boolean setsMode(SessionCommand command) {
    return ModeSetting.isOne(command);
  }

  private static void run(Session session, SessionSettings settings, SessionCommand command)
      throws SQLException {
    if (!endsTransaction(command)) {
      session.gate().requireNotAborted();
    }
    String sql = command.sql();
    if (ModeSetting.isOne(command)) {
      ModeSetting.set(session.modes(), command);
      return;
    }
    String name = Identifiers.quote(command.name());
    switch (command.action()) {
      case BEGIN -> {
        session.begin(modes(sql));
        session.openTransaction().history().begun();
      }
      case COMMIT -> end(session, sql, "COMMIT", session::commit);
      case ROLLBACK -> end(session, sql, "ROLLBACK", session::rollback);
      case SAVEPOINT -> session.savepoints().set(name);
      case RELEASE_SAVEPOINT -> session.savepoints().release(name);
      case ROLLBACK_TO_SAVEPOINT -> session.savepoints().rollbackTo(name);
      case SET -> settings.set(command);
      case SET_LOCAL -> settings.setLocal(command.name(), sql);
      case RESET -> settings.reset(command.name(), sql);
      case KEEP -> throw new IllegalStateException("KEEP is no statement of its own");
      case DISCARD -> {
        if (ALL.matcher(sql).find()) {
          settings.discard();
        } else {
          settings.discardPart(sql);
        }
      }
    }
  }

  /** What a server warns of where a command comes at a moment at which it does nothing. */
  public static @Nullable SQLWarning warning(Session session, SessionCommand command) {
    return switch (command.action()) {
      case BEGIN ->
          session.inTransaction() && isOfCaller(session)
              ? new SQLWarning("there is already a transaction in progress", "25001")
              : null;
      case COMMIT, ROLLBACK ->
          (session.inTransaction() && isOfCaller(session)) || CHAIN.matcher(command.sql()).find()
              ? null
              : new SQLWarning("there is no transaction in progress", NO_TRANSACTION);
      case SET_LOCAL ->
          isWithin(session) || ModeSetting.isOne(command) || isFunction(command)
              ? null
              : new SQLWarning(
                  "SET %s can only be used in transaction blocks".formatted(kind(command.sql())),
                  NO_TRANSACTION);
      default -> null;
    };
  }

  /** Whether the open transaction is none that a text of several statements is by itself. */
  private static boolean isOfCaller(Session session) {
    OpenTransaction open = session.transaction();
    return open == null ? !session.isAutoCommit() : !open.history().isOfItself();
  }

  /** Whether a transaction is under way; statements sent together are one behind the first. */
  private static boolean isWithin(Session session) {
    OpenTransaction open = session.transaction();
    boolean first =
        open != null
            && open.history().isOfItself()
            && open.participants().isEmpty()
            && !open.history().hasBegun();
    return session.inTransaction() && !first;
  }

  /** Whether it is {@code set_config}, which warns of nothing. */
  private static boolean isFunction(SessionCommand command) {
    return command.sql().startsWith("SELECT ");
  }

  private static String kind(String sql) {
    Matcher set = SET.matcher(sql);
    return set.lookingAt() ? set.group(1).toUpperCase(Locale.ROOT) : "LOCAL";
  }

  /** Whether it is what an aborted transaction still runs. */
  private static boolean endsTransaction(SessionCommand command) {
    return switch (command.action()) {
      case COMMIT, ROLLBACK, ROLLBACK_TO_SAVEPOINT -> true;
      default -> false;
    };
  }

  private static String modes(String sql) throws SQLException {
    Matcher matcher = BEGIN.matcher(sql);
    if (!matcher.matches()) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "BEGIN in this form");
    }
    return matcher.group(1).strip();
  }

  /** A way to end a transaction. */
  @FunctionalInterface
  private interface Ending {
    void end() throws SQLException;
  }

  /** Ends the transaction; a chained one is followed by another of the same characteristics. */
  private static void end(Session session, String sql, String what, Ending ending)
      throws SQLException {
    if (!CHAIN.matcher(sql).find()) {
      ending.end();
      return;
    }
    OpenTransaction open = SentTogether.callersTransaction(session, what + " AND CHAIN");
    if (!open.stateBefore().opensAs(session.state())) {
      // Those of the transaction that ends are no longer what the session begins with.
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "AND CHAIN after SET of what transactions are");
    }
    boolean aborted = open.failures().any();
    // What was set in a transaction is taken back as soon as it is aborted.
    List<String> set = aborted ? open.history().chainedSettings() : open.history().settings();
    List<String> modes = set.stream().filter(SessionCommands::isMode).toList();
    try {
      ending.end();
    } catch (SQLException e) {
      if (aborted) {
        chain(session, modes);
      }
      throw e;
    }
    chain(session, modes);
  }

  private static boolean isMode(String setting) {
    return MODE.matcher(setting).find();
  }

  private static void chain(Session session, List<String> modes) throws SQLException {
    session.begin("");
    for (String mode : modes) {
      session.openTransaction().set(mode);
    }
    session.openTransaction().history().chained();
  }
}
