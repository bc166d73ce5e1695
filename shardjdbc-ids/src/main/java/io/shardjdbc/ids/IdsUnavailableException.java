package io.shardjdbc.ids;

import org.jspecify.annotations.Nullable;

/**
 * No id can be made now: no node is leased, and none can be had.
 *
 * <p>Nothing was made, so trying again is safe.
 */
public final class IdsUnavailableException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  IdsUnavailableException(String message) {
    super(message);
  }

  /** For sources of ids beside {@link Snowflake}. */
  public IdsUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
