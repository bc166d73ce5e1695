package io.shardjdbc.session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a caller has set on its session, to be found on every physical connection it works with.
 *
 * <p>Immutable: a transaction that rolls back returns to the value it began with, and a physical
 * connection is told in a comparison of two references whether it is up to date.
 *
 * @param settings the statements to replay, by the parameter they set, in the order they were first
 *     set
 * @param networkTimeoutMillis 0 for none
 */
record SessionState(Map<String, String> settings, boolean readOnly, int networkTimeoutMillis) {

  /** What a fresh connection is in. */
  static final SessionState DEFAULT = new SessionState(Map.of(), false, 0);

  SessionState with(String name, String sql) {
    return changed(
        copy -> {
          copy.remove(name); // so that the order of replay is the order of setting
          copy.put(name, sql);
        });
  }

  SessionState without(String name) {
    return settings.containsKey(name) ? changed(copy -> copy.remove(name)) : this;
  }

  SessionState withoutSettings() {
    return new SessionState(Map.of(), readOnly, networkTimeoutMillis);
  }

  SessionState withReadOnly(boolean on) {
    return new SessionState(settings, on, networkTimeoutMillis);
  }

  SessionState withNetworkTimeout(int millis) {
    return new SessionState(settings, readOnly, millis);
  }

  /** The values of settings may be a caller's; only their names are shown. */
  @Override
  public String toString() {
    return "SessionState" + settings.keySet();
  }

  private SessionState changed(Consumer<Map<String, String>> change) {
    Map<String, String> copy = new LinkedHashMap<>(settings);
    change.accept(copy);
    return new SessionState(Collections.unmodifiableMap(copy), readOnly, networkTimeoutMillis);
  }
}
