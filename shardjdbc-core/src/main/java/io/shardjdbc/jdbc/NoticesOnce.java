package io.shardjdbc.jdbc;

import io.shardjdbc.error.Asking;
import io.shardjdbc.routing.catalog.UserCode;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * Lets through once what triggers for each statement say, which every shard fires that the
 * statement runs on.
 *
 * <p>Such a trigger sees no row and no table over shards, so all shards say the same, and the first
 * one's word stands for all. Whose a notice is says its context, where the outermost function is
 * the trigger's. For one answer.
 */
final class NoticesOnce {

  /** The language's name is the same in all languages of messages; a trigger has no arguments. */
  private static final Pattern FRAME =
      Pattern.compile("PL/pgSQL.*?(?:\"((?:[^\"]|\"\")+)\"|([^\\s\".]+))\\(\\)");

  private final Supplier<UserCode> code;
  private final Set<String> before = new HashSet<>();

  NoticesOnce(Supplier<UserCode> code) {
    this.code = code;
  }

  /** What is left of a further shard's warnings; null where nothing is. */
  @Nullable SQLWarning further(SQLWarning first) {
    List<SQLWarning> kept = new ArrayList<>();
    Set<String> own = new HashSet<>();
    boolean all = true;
    for (SQLWarning each = first; each != null; each = each.getNextWarning()) {
      String trigger = ofStatement(each);
      if (trigger != null && before.contains(trigger)) {
        all = false;
        continue;
      }
      kept.add(each);
      if (trigger != null) {
        own.add(trigger);
      }
    }
    before.addAll(own);
    return all ? first : chain(kept);
  }

  /** A warning cannot be taken out of its chain. */
  private static @Nullable SQLWarning chain(List<SQLWarning> kept) {
    SQLWarning all = null;
    for (SQLWarning each : kept) {
      ServerErrorMessage said =
          each instanceof PSQLWarning warning ? warning.getServerErrorMessage() : null;
      SQLWarning alone =
          said == null
              ? new SQLWarning(each.getMessage(), each.getSQLState(), each.getErrorCode())
              : new PSQLWarning(said);
      if (all == null) {
        all = alone;
      } else {
        all.setNextWarning(alone);
      }
    }
    return all;
  }

  /** The function of a trigger for statements that said it; null where it is of another kind. */
  private @Nullable String ofStatement(SQLWarning warning) {
    ServerErrorMessage said =
        warning instanceof PSQLWarning own ? own.getServerErrorMessage() : null;
    String where = said == null ? null : said.getWhere();
    String function = where == null ? null : outermost(where);
    return function != null && known().isOfStatements(function) ? function : null;
  }

  private static @Nullable String outermost(String where) {
    String[] frames = where.split("\n");
    for (int i = frames.length - 1; i >= 0; i--) {
      if (frames[i].contains("PL/pgSQL")) {
        Matcher matcher = FRAME.matcher(frames[i]);
        return !matcher.find()
            ? null
            : matcher.group(1) == null ? matcher.group(2) : matcher.group(1).replace("\"\"", "\"");
      }
    }
    return null;
  }

  /** Whoever cannot be asked now leaves all notices as they are. */
  private UserCode known() {
    try {
      return Asking.of(code::get);
    } catch (SQLException e) {
      return UserCode.NONE;
    }
  }
}
