package io.shardjdbc.routing;

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
}
