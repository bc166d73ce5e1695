package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.Key;
import org.jspecify.annotations.Nullable;

/**
 * What one constant comes to as a key.
 *
 * @param key the key, where it is one
 * @param never whether no key equals it: NULL, 5.5 for an integer
 */
public record Reading(@Nullable Key key, boolean never) {

  /** No key equals it. */
  static final Reading NEVER = new Reading(null, true);

  /** Only the server can tell: it may convert, round, or fail. */
  public static final Reading UNKNOWN = new Reading(null, false);

  static Reading of(Key key) {
    return new Reading(key, false);
  }
}
