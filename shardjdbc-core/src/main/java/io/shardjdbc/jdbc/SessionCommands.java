package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.SessionCommand;
import io.shardjdbc.session.Session;
import io.shardjdbc.session.SessionSettings;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Carries out statements that concern the session itself. */
final class SessionCommands {

  private static final Pattern BEGIN =
      Pattern.compile(
          "\\s*(?:BEGIN|START\\s+TRANSACTION)(?:\\s+(?:WORK|TRANSACTION))?\\b(.*?);?\\s*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern CHAIN =
      Pattern.compile("\\bAND\\s+CHAIN\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern ALL = Pattern.compile("\\bALL\\b", Pattern.CASE_INSENSITIVE);

  private SessionCommands() {}

  static void run(Session session, SessionSettings settings, SessionCommand command)
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
      case BEGIN -> session.begin(modes(sql));
      case COMMIT -> {
        refuseChain(sql);
        session.commit();
      }
      case ROLLBACK -> {
        refuseChain(sql);
        session.rollback();
      }
      case SAVEPOINT -> session.savepoints().set(name);
      case RELEASE_SAVEPOINT -> session.savepoints().release(name);
      case ROLLBACK_TO_SAVEPOINT -> session.savepoints().rollbackTo(name);
      case SET -> settings.set(command.name(), sql);
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

  private static void refuseChain(String sql) throws SQLException {
    if (CHAIN.matcher(sql).find()) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "AND CHAIN");
    }
  }
}
