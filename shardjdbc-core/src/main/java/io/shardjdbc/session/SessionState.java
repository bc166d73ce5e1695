package io.shardjdbc.session;

import io.shardjdbc.pool.PhysicalConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a caller has set on its session, to be found on every physical connection it works with.
 *
 * <p>Immutable: a transaction that rolls back returns to the value it began with, and a physical
 * connection is told in a comparison of two references whether it is up to date.
 *
 * <p>Order counts, for some settings undo others: SET SESSION AUTHORIZATION resets the role. And
 * what has no definition, as {@code app.tenant}, leaves a trace: from the first time that it is
 * set, even in a transaction that ends, it is empty where it was NULL before. No command takes that
 * back, so the names that a session has ever set are part of what it must find.
 *
 * @param settings the statements to replay, in the order in which they last took effect
 * @param traces the names of settings without a definition that were ever set
 * @param networkTimeoutMillis 0 for none, negative for what the URLs say
 */
record SessionState(
    List<Setting> settings, Set<String> traces, boolean readOnly, int networkTimeoutMillis) {

  /** What a fresh connection is in. */
  static final SessionState DEFAULT =
      new SessionState(List.of(), Set.of(), false, PhysicalConnection.AS_OPENED);

  /** A statement that sets a parameter. Its value may be a caller's; only its name is shown. */
  record Setting(String name, String sql) {
    @Override
    public String toString() {
      return name;
    }
  }

  SessionState with(String name, String sql) {
    List<Setting> copy = settingsWithout(name); // so that the order of replay is that of setting
    copy.add(new Setting(name, sql));
    return settings(copy);
  }

  /**
   * The same with what a server has for a parameter. One that is set keeps its place, as the role
   * that was set behind it may not be allowed to set it.
   */
  SessionState learned(String name, String sql) {
    Setting setting = new Setting(name, sql);
    if (settings.contains(setting)) {
      return this;
    }
    return sets(name) && !SessionRole.isOne(name)
        ? settings(settings.stream().map(s -> s.name().equals(name) ? setting : s).toList())
        : with(name, sql);
  }

  /** The parameters that are set. */
  Set<String> names() {
    return settings.stream().map(Setting::name).collect(Collectors.toSet());
  }

  /** Whether a parameter is set. */
  boolean sets(String name) {
    return settings.stream().anyMatch(setting -> setting.name().equals(name));
  }

  /** The same after a parameter was reset; with the user goes the role. */
  SessionState without(String name) {
    List<Setting> copy = settingsWithout(name);
    if (name.equals(SessionRole.USER)) {
      copy.removeIf(setting -> setting.name().equals(SessionRole.ROLE));
    }
    return copy.size() == settings.size() ? this : settings(copy);
  }

  /** The same after RESET ALL, which leaves the user and the role as they are. */
  SessionState withoutSettings() {
    return settings(settings.stream().filter(each -> SessionRole.isOne(each.name())).toList());
  }

  /** The same after a parameter was set, be it for a moment. */
  SessionState traced(String name) {
    if (name.indexOf('.') < 0 || traces.contains(name)) {
      return this;
    }
    Set<String> more = new HashSet<>(traces);
    more.add(name);
    return new SessionState(settings, Set.copyOf(more), readOnly, networkTimeoutMillis);
  }

  SessionState withReadOnly(boolean on) {
    return new SessionState(settings, traces, on, networkTimeoutMillis);
  }

  SessionState withNetworkTimeout(int millis) {
    return new SessionState(settings, traces, readOnly, millis);
  }

  /** These settings, with all of another state that no rollback takes back. */
  SessionState outlivedBy(SessionState later) {
    return new SessionState(settings, later.traces, later.readOnly, later.networkTimeoutMillis);
  }

  /** Whether transactions begin in it as in another state. */
  boolean opensAs(SessionState other) {
    return readOnly == other.readOnly && ofTransactions().equals(other.ofTransactions());
  }

  private List<Setting> ofTransactions() {
    return settings.stream().filter(setting -> setting.name().contains("transaction")).toList();
  }

  private SessionState settings(List<Setting> next) {
    return new SessionState(List.copyOf(next), traces, readOnly, networkTimeoutMillis);
  }

  private List<Setting> settingsWithout(String name) {
    List<Setting> copy = new ArrayList<>(settings);
    copy.removeIf(setting -> setting.name().equals(name));
    return copy;
  }
}
