package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Of what moment a transaction sees its shards.
 *
 * <p>Above read committed it is one moment, which no two shards have in common, so that it stays on
 * one. A shard on which nothing was looked at, because statements such as {@code SELECT 1} were
 * sent there, has shown no moment yet, and is left for the one that is needed.
 */
final class Isolation {

  private static final String READ = "read ";

  /** Constants, and settings; neither rows nor clocks. */
  private static final Pattern SEES_NOTHING =
      Pattern.compile(
          "(?:\\s|--[^\\n]*+\\n|/\\*.*?\\*/)*+(?:SHOW\\s+[\\w.\\s\"]++|SELECT\\s+(?:"
              + "set_config\\s*\\([^()]*\\)|current_setting\\s*\\([^()]*\\)"
              + "|[\\w'.$?,:\\s-]*+)(?:\\s+AS\\s+\\w+)?)\\s*;?\\s*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern LOOKS =
      Pattern.compile(
          "\\b(?:from|table|current_\\w*time\\w*|current_date|localtime\\w*)\\b",
          Pattern.CASE_INSENSITIVE);

  private final List<Held> participants;
  private final boolean allowedOverShards;
  private final Set<Held> seen = new HashSet<>(2);
  private @Nullable String level;

  Isolation(List<Held> participants, boolean allowedOverShards) {
    this.participants = participants;
    this.allowedOverShards = allowedOverShards;
  }

  /** Notes what is about to run on a participant. */
  void sees(Held held, Route route) {
    if (!seen.contains(held) && !seesNothing(route)) {
      seen.add(held);
    }
  }

  private static boolean seesNothing(Route route) {
    DirectRoute direct = route.direct();
    return direct != null
        && direct.isMovable()
        && SEES_NOTHING.matcher(direct.only().sql()).matches()
        && !LOOKS.matcher(direct.only().sql()).find();
  }

  /** Whether the participants can be left for another shard, where only one may be seen. */
  boolean mayMove() throws SQLException {
    learn();
    return isOfOneMoment() && participants.stream().noneMatch(seen::contains);
  }

  /** Refuses a second shard where the shards would show different moments. */
  void admitSecond(ShardId shard) throws SQLException {
    learn();
    if (isOfOneMoment()) {
      throw SqlErrors.of(
          ErrorCode.ISOLATION_OVER_SHARDS,
          String.valueOf(level).toUpperCase(Locale.ROOT),
          participants.get(0).shard(),
          shard);
    }
  }

  /** Whether no second shard may be seen. */
  boolean isOfOneMomentNow() throws SQLException {
    learn();
    return isOfOneMoment();
  }

  private boolean isOfOneMoment() {
    return !participants.isEmpty() && level != null && !level.startsWith(READ);
  }

  /** It cannot change once a participant has run something, unless a setting says so. */
  void learn() throws SQLException {
    if (level == null && !participants.isEmpty() && !allowedOverShards) {
      level = of(participants.get(0));
    }
  }

  void forget() {
    level = null;
  }

  /** The level on one participant. */
  static String of(Held participant) throws SQLException {
    try {
      return participant.value("SHOW transaction_isolation");
    } catch (SQLException e) {
      throw SqlErrors.onShard(participant.shard(), e);
    }
  }
}
