package io.shardjdbc.session;

import io.shardjdbc.catalog.SessionTraces;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What functions and triggers have set on the servers that ran them, for the session's other
 * servers.
 *
 * <p>No server says that a function has set something. So a connection on which one may have done
 * so is asked, before anything is done elsewhere: for all of PostgreSQL's own settings that were
 * set there, and for others that are named in functions, policies and views, in the statement that
 * ran, and in the one that comes. What it answers is set for the session. In a transaction that is
 * done for the transaction alone, and the server is asked again when it has ended, or has been
 * rolled back to a savepoint: by then it knows what stays.
 *
 * <p>Where one statement ran on several shards and left different values, nobody knows which is the
 * last. Statements that may ask for a setting are refused then, until the session sets it or the
 * transaction has ended.
 */
final class LeftSettings {

  private static final String NO_ROLE = "none";

  /** Of names in a session's own statements. A session that has more of them has other strings. */
  private static final int MOST = 500;

  /**
   * A setting of PostgreSQL's own has a value where somebody set it, and null where nobody did; it
   * is not there where the server does not tell. Another one, and the role, is there where it is
   * set.
   */
  private static final String QUESTION =
      """
      WITH s AS MATERIALIZED (
             SELECT pg_catalog.lower(name) AS name, source FROM pg_catalog.pg_settings)
      SELECT n.name, CASE WHEN n.name = 'role' OR n.name ~ '[.]' OR s.source = 'session'
                          THEN pg_catalog.current_setting(n.name, true) END
        FROM (SELECT pg_catalog.unnest(ARRAY[%s]::pg_catalog.text[])
              UNION
              SELECT name FROM s WHERE source = 'session' AND name !~ 'transaction_'
                 AND name NOT IN ('application_name', 'client_encoding', 'datestyle',
                                  'extra_float_digits', 'synchronous_commit')) AS n (name)
        LEFT JOIN s ON s.name = n.name
       WHERE CASE WHEN n.name = 'role' OR n.name ~ '[.]'
                  THEN coalesce(s.source = 'session',
                                pg_catalog.current_setting(n.name, true) IS NOT NULL)
                  ELSE s.name IS NOT NULL END
      """;

  private final SessionTraces traces;
  private Set<Held> unasked = Set.of();
  private Set<Held> ofTransaction = Set.of();
  private Set<String> named = Set.of(SessionRole.ROLE);
  private Set<String> unclear = Set.of();
  private Map<String, String> told = Map.of();
  private Set<String> spread = Set.of();

  LeftSettings(SessionTraces traces) {
    this.traces = traces;
  }

  /** Notes a connection on which a statement is about to run that may set something. */
  void mayComeFrom(Held held, Route route) {
    unasked = union(unasked, Set.of(held));
    Set<String> more = union(named, traces.settingsIn(route));
    named = more.size() <= MOST ? more : Set.of(SessionRole.ROLE);
  }

  /** Notes that a transaction has gone back, or ended: what it left is to be asked for again. */
  void wentBack(boolean ended) {
    if (!ofTransaction.isEmpty()) {
      unasked = union(unasked, ofTransaction);
      unclear = Set.of();
    }
    if (ended) {
      ofTransaction = Set.of();
      unasked = unasked.stream().filter(held -> !held.isOnReplica()).collect(Collectors.toSet());
    }
    told = Map.of();
  }

  /** Notes that the session itself has set something, which is clear from then on. */
  void isSet(String name) {
    told = Map.of(); // its servers may have something else by now
    if (unclear.contains(name)) {
      Set<String> others = new LinkedHashSet<>(unclear);
      others.remove(name);
      unclear = others;
    }
  }

  /**
   * Sets for the session what was left on its servers.
   *
   * @param next what is about to run; null if it is the library itself that asks for something
   */
  void spread(Session session, @Nullable Route next) throws SQLException {
    OpenTransaction open = session.transaction();
    if (open != null && open.failures().any()) {
      return; // it refuses what comes, and servers are asked when it has been rolled back
    }
    if (!unasked.isEmpty() && !staysThere(session, open, next)) {
      spreadNow(session, open, next);
    }
    if (!unclear.isEmpty() && next != null && traces.mayAsk(next)) {
      throw SqlErrors.of(ErrorCode.SETTING_UNCLEAR, String.join(", ", new TreeSet<>(unclear)));
    }
  }

  /** Whether nothing but the one server that may have something is about to be used. */
  private boolean staysThere(
      Session session, @Nullable OpenTransaction open, @Nullable Route next) {
    if (next == null || unasked.size() > 1 || !session.state().settings().isEmpty()) {
      return false;
    }
    Held source = unasked.iterator().next();
    ShardId shard = source.shard();
    if (session.streams() || !session.kept().hasOnly(source)) {
      return false; // the shard has another connection of the session's
    }
    DirectRoute direct = next.direct();
    if (direct == null || direct.isMovable() || !next.shards().equals(List.of(shard))) {
      return false;
    }
    return open == null
        || (!open.history().hasSettings()
            && open.participants().stream().allMatch(held -> held.shard().equals(shard)));
  }

  private void spreadNow(Session session, @Nullable OpenTransaction open, @Nullable Route next)
      throws SQLException {
    Set<String> names = union(union(named, traces.settings()), session.state().names());
    names = next == null ? names : union(names, traces.settingsIn(next));
    Map<Held, Map<String, String>> answers = new LinkedHashMap<>();
    Set<String> unset = new LinkedHashSet<>();
    for (Held source : unasked) {
      Map<String, String> set = new LinkedHashMap<>();
      ask(session, source, names)
          .forEach(
              (name, value) -> {
                if (value == null) {
                  unset.add(name);
                } else {
                  set.put(name, value);
                }
              });
      answers.put(source, set);
    }
    SessionState before = session.state();
    Map<String, String> found = last(List.copyOf(answers.values()));
    found
        .entrySet()
        .removeIf(
            each -> isUsual(each.getKey(), each.getValue()) && !isKnown(each.getKey(), before));
    spread = union(spread, found.keySet());
    if (open == null || open.participants().isEmpty()) {
      session.state(after(before, unset, found));
      told = found;
      if (open != null) {
        open.stateBefore(after(open.stateBefore(), unset, found));
      }
    } else {
      ofTransaction = union(ofTransaction, unasked);
      tell(session, open, found);
    }
    unasked = Set.of();
    answers.forEach(
        (source, its) -> {
          if (its.entrySet().containsAll(found.entrySet())
              && StateReplay.isIn(source.physical(), before)) {
            StateReplay.note(source.physical(), session.state()); // it has what it was asked for
          }
        });
  }

  private boolean isUsual(String name, String value) {
    return name.equals(SessionRole.ROLE) ? value.equals(NO_ROLE) : value.equals(traces.usual(name));
  }

  /** Whether the session's servers may have it as something else. */
  private boolean isKnown(String name, SessionState state) {
    return spread.contains(name) || state.sets(name);
  }

  private static Map<String, @Nullable String> ask(Session session, Held source, Set<String> names)
      throws SQLException {
    if (source.isBroken()) {
      throw SqlErrors.unavailable(
          source.shard(), new SQLException("the connection with what was set is lost", "08006"));
    }
    try {
      return source.physical().askNamed(question(names));
    } catch (SQLException e) {
      throw session.failed(source, e);
    }
  }

  private static String question(Set<String> names) {
    return QUESTION.formatted(
        names.stream()
            .filter(LeftSettings::isOfFunctions)
            .map(LeftSettings::quoted)
            .collect(Collectors.joining(", ")));
  }

  /** Whether it is not set by the library too: for transactions, or for writes of a table. */
  private static boolean isOfFunctions(String name) {
    return !name.contains("transaction_") && !name.equals("synchronous_commit");
  }

  /** What was set last, by answers of servers that ran one statement; notes what is not clear. */
  private Map<String, String> last(List<Map<String, String>> answers) {
    if (answers.size() == 1) {
      return new LinkedHashMap<>(answers.get(0));
    }
    Map<String, String> last = new LinkedHashMap<>();
    for (Map<String, String> answer : answers) {
      answer.forEach(
          (name, value) -> {
            String before = last.putIfAbsent(name, value);
            if (before != null && !before.equals(value)) {
              if (before.equals(told.get(name))) {
                last.put(name, value);
              } else if (!value.equals(told.get(name))) {
                unclear = union(unclear, Set.of(name));
              }
            }
          });
    }
    last.keySet().removeAll(unclear);
    return last;
  }

  /** Sets it on all servers of a transaction, for as long as it lasts. */
  private void tell(Session session, OpenTransaction open, Map<String, String> found)
      throws SQLException {
    Map<String, String> set = new LinkedHashMap<>(found);
    if (set.isEmpty() || set.equals(told)) {
      return;
    }
    String role = set.remove(SessionRole.ROLE);
    if (role != null) {
      set.put(SessionRole.ROLE, role); // last, for it may not be allowed the others
    }
    StringJoiner sql = new StringJoiner(", ", "SELECT ", "");
    set.forEach((name, value) -> sql.add(unlessSo(name, value)));
    for (String name : set.keySet()) {
      session.state(session.state().traced(name));
    }
    open.set(sql.toString());
    told = set;
  }

  /**
   * @param unset what servers know that they have as it is by itself; what they do not tell, such
   *     as who the session is, stays as it is known to be
   */
  private static SessionState after(
      SessionState before, Set<String> unset, Map<String, String> found) {
    SessionState after = before;
    for (Map.Entry<String, String> each : found.entrySet()) {
      String name = each.getKey();
      boolean defined = name.indexOf('.') < 0;
      if (name.equals(SessionRole.ROLE) && each.getValue().equals(NO_ROLE)) {
        after = after.without(name);
      } else if (defined || !each.getValue().isEmpty() || after.sets(name)) {
        after = after.traced(name).learned(name, "SELECT " + setting(name, each.getValue(), false));
      } else {
        after = after.traced(name);
      }
    }
    for (String name : unset) {
      if (!found.containsKey(name)) {
        after = after.without(name);
      }
    }
    return after;
  }

  /** What the session itself has set, servers have; its role may not be allowed to set it now. */
  private static String unlessSo(String name, String value) {
    return "CASE WHEN pg_catalog.current_setting(%s, true) IS DISTINCT FROM %s THEN %s END"
        .formatted(quoted(name), quoted(value), setting(name, value, true));
  }

  private static String setting(String name, String value, boolean local) {
    return "pg_catalog.set_config(" + quoted(name) + ", " + quoted(value) + ", " + local + ")";
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static <T> Set<T> union(Set<T> some, Set<T> more) {
    if (some.containsAll(more)) {
      return some;
    }
    Set<T> all = new LinkedHashSet<>(some);
    all.addAll(more);
    return all;
  }
}
