package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings and savepoints of a transaction, in the order in which they were made.
 *
 * <p>A shard that joins later is told all of it in that order, so that on its server each setting
 * lies before or behind each savepoint as on all others: rolling back to a savepoint takes back
 * exactly what came behind it, wherever it is done.
 */
final class History {

  /**
   * @param savepoint its name; null for a setting
   * @param mark what was so when the savepoint was set
   */
  private record Event(
      String sql, @Nullable String savepoint, OpenTransaction.@Nullable Mark mark) {}

  private final List<Event> events = new ArrayList<>(0);
  private boolean begun;
  private boolean ofItself;
  private boolean hasSettings;
  private String opening = "";
  private int chained;

  /** What each participant is told before it looks at anything, which no caller has set. */
  void opening(String sql) {
    opening = sql;
  }

  /** That, in front of something. */
  String openingOf(String sql) {
    return opening.isEmpty() ? sql : opening + "; " + sql;
  }

  /** Notes a setting. */
  void setting(String sql) {
    events.add(new Event(sql, null, null));
    hasSettings = true;
  }

  /** Notes that all that was set until now came over from the transaction before, by CHAIN. */
  void chained() {
    chained = events.size();
    begun = true;
  }

  /** The settings that came over; an error takes back what was set since, and not these. */
  List<String> chainedSettings() {
    return events.subList(0, chained).stream().map(Event::sql).toList();
  }

  /** Notes a savepoint. */
  void savepoint(String quotedName, OpenTransaction.Mark mark) {
    events.add(new Event("SAVEPOINT " + quotedName, quotedName, mark));
  }

  /** Refuses a savepoint that does not exist. */
  void require(String quotedName) throws SQLException {
    indexOf(quotedName);
  }

  /** Forgets a savepoint and those set after it; what was set stays. */
  void release(String quotedName) throws SQLException {
    int from = indexOf(quotedName);
    events.subList(from, events.size()).removeIf(event -> event.savepoint() != null);
  }

  /** Forgets what came behind a savepoint, and returns what was so when it was set. */
  OpenTransaction.Mark backTo(String quotedName) throws SQLException {
    int index = indexOf(quotedName);
    events.subList(index + 1, events.size()).clear();
    OpenTransaction.Mark mark = events.get(index).mark();
    if (mark == null) {
      throw SqlErrors.of(ErrorCode.NO_SAVEPOINT, quotedName);
    }
    return mark;
  }

  /** Notes that a statement of the caller's began the transaction. */
  void begun() {
    begun = true;
    ofItself = false;
  }

  /** Notes that {@linkplain SentTogether statements are the transaction by themselves}. */
  void ofItself() {
    ofItself = true;
  }

  boolean isOfItself() {
    return ofItself;
  }

  /** Whether it was begun by a statement, or something was set in it, or a savepoint. */
  boolean hasBegun() {
    return begun || !events.isEmpty();
  }

  /** Whether anything was ever set in it, be it taken back since. */
  boolean hasSettings() {
    return hasSettings;
  }

  /** Whether one of its settings is of a kind. */
  boolean hasSetting(Predicate<String> kind) {
    return events.stream().anyMatch(e -> e.savepoint() == null && kind.test(e.sql()));
  }

  /** Whether it has savepoints. */
  boolean hasSavepoints() {
    return events.stream().anyMatch(event -> event.savepoint() != null);
  }

  /** The settings that are in force. */
  List<String> settings() {
    return events.stream().filter(e -> e.savepoint() == null).map(Event::sql).toList();
  }

  /** All of it as one text; empty if nothing happened. */
  String sql() {
    if (events.isEmpty()) {
      return "";
    }
    StringJoiner sql = new StringJoiner("; ");
    events.forEach(event -> sql.add(event.sql()));
    return sql.toString();
  }

  private int indexOf(String quotedName) throws SQLException {
    for (int i = events.size() - 1; i >= 0; i--) {
      if (quotedName.equals(events.get(i).savepoint())) {
        return i;
      }
    }
    throw SqlErrors.of(ErrorCode.NO_SAVEPOINT, quotedName);
  }
}
