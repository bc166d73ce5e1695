package io.shardjdbc.session;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.SessionCommand;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code SET [LOCAL] shardjdbc.transactions = 'two-phase'}: the one parameter that is the library's
 * own and no server's, for callers who have nothing but SQL.
 */
final class ModeSetting {

  private static final String NAME = "shardjdbc.transactions";
  private static final Pattern FORM =
      Pattern.compile(
          "\\bshardjdbc\\s*\\.\\s*transactions\\s*(?:=|TO\\b)\\s*'?([\\w-]+)'?\\s*;?\\s*$",
          Pattern.CASE_INSENSITIVE);

  private ModeSetting() {}

  static boolean isOne(SessionCommand command) {
    return (command.action() == SessionCommand.Action.SET
            || command.action() == SessionCommand.Action.SET_LOCAL)
        && command.name().equals(NAME)
        && FORM.matcher(command.sql()).find();
  }

  static void set(Modes modes, SessionCommand command) throws SQLException {
    TransactionMode mode = mode(command.sql());
    if (command.action() == SessionCommand.Action.SET_LOCAL) {
      modes.setLocal(mode);
    } else {
      modes.set(mode);
    }
  }

  private static TransactionMode mode(String sql) throws SQLException {
    Matcher value = FORM.matcher(sql);
    if (value.find()) {
      String name = value.group(1).toLowerCase(Locale.ROOT);
      for (TransactionMode mode : TransactionMode.values()) {
        if (mode.toString().equals(name)) {
          return mode;
        }
      }
    }
    throw SqlErrors.of(
        ErrorCode.USAGE, NAME + " is one of " + Arrays.toString(TransactionMode.values()));
  }
}
