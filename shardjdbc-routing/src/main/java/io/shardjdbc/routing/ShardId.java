package io.shardjdbc.routing;

import org.jspecify.annotations.Nullable;

/**
 * The name of a shard, as the configuration gives it.
 *
 * @param name letters, digits, {@code _}, {@code -} and {@code .}, starting with a letter or digit;
 *     at most 63 characters
 */
public record ShardId(String name) implements Comparable<ShardId> {

  private static final int MAX_LENGTH = 63;

  public ShardId {
    if (!isName(name)) {
      throw new RoutingException(ErrorCode.BAD_SHARD_NAME, MAX_LENGTH);
    }
  }

  /** Whether a shard may be called so. */
  static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean wordCharacter = c < 128 && Character.isLetterOrDigit(c);
      if (!wordCharacter && (i == 0 || "_-.".indexOf(c) < 0)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(ShardId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }

  @Override // by hand, as the start of a program meets it: see docs/decisions.md
  public boolean equals(@Nullable Object other) {
    return other instanceof ShardId that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
