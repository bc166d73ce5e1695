package io.shardjdbc.routing;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What somebody who knows more than the text asks of a statement's route: where it runs, and on
 * which servers.
 *
 * <p>A comment such as {@code shardjdbc: shard=s1 primary} in the text is read as the same value,
 * and so is a connection's sharding key. What comes of several places is {@linkplain #and joined}.
 *
 * @param shard run there, whatever the statement says
 * @param key run where this key lives, whatever the statement says: text (read as the type of the
 *     table's key), an integer or a uuid
 * @param primary not on a replica
 * @param partial without the shards that do not answer
 * @param repair write there even what belongs elsewhere
 * @param everywhere every shard alike, of DO and CALL
 * @param snapshot all shards of one moment, of what reads over several
 */
public record Hint(
    @Nullable ShardId shard,
    @Nullable Object key,
    boolean primary,
    boolean partial,
    boolean repair,
    boolean everywhere,
    boolean snapshot) {

  /** Asks for nothing. */
  public static final Hint NONE = new Hint(null, null, false, false, false, false, false);

  /** Not on a replica. */
  public static final Hint PRIMARY = new Hint(null, null, true, false, false, false, false);

  /** Without the shards that do not answer. */
  public static final Hint PARTIAL = new Hint(null, null, false, true, false, false, false);

  /** All shards of one moment. */
  public static final Hint SNAPSHOT = new Hint(null, null, false, false, false, false, true);

  /**
   * @throws RoutingException if it says where to run in two ways, or the key is of another type
   */
  public Hint {
    if (shard != null && key != null) {
      throw refused("it gives a shard and a key");
    }
    if (everywhere && (shard != null || key != null)) {
      throw refused("it gives all shards and one");
    }
    if (key != null && !isKey(key)) {
      throw refused("its key is no text, integer or uuid");
    }
  }

  private static boolean isKey(Object key) {
    return key instanceof String
        || key instanceof Long
        || key instanceof Integer
        || key instanceof Short
        || key instanceof UUID;
  }

  /** Run on that shard. */
  public static Hint on(ShardId shard) {
    return new Hint(shard, null, false, false, false, false, false);
  }

  /** Run where that key lives. */
  public static Hint ofKey(Object key) {
    return new Hint(null, key, false, false, false, false, false);
  }

  /**
   * What the words of a comment ask for, behind {@code shardjdbc:}.
   *
   * @throws RoutingException if one of them is not known, or they contradict each other
   */
  public static Hint parse(@Nullable String words) {
    Hint hint = NONE;
    if (words != null) {
      for (String word : words.strip().split("[\\s,]+", -1)) {
        hint = hint.and(ofWord(word));
      }
    }
    return hint;
  }

  private static Hint ofWord(String word) {
    int equals = word.indexOf('=');
    String value = word.substring(equals + 1);
    return switch (word.substring(0, equals + 1)) {
      case "shard=" -> on(named(value));
      case "key=" -> ofKey(value);
      case "shards=" -> flags(false, false, false, value.equals("all"));
      default -> word.equals("snapshot") ? SNAPSHOT : flag(word);
    };
  }

  private static Hint flag(String word) {
    return flags(word.equals("primary"), word.equals("partial"), word.equals("repair"), false);
  }

  private static ShardId named(String name) {
    if (!ShardId.isName(name)) {
      throw unknownShard();
    }
    return new ShardId(name);
  }

  private static Hint flags(boolean primary, boolean partial, boolean repair, boolean everywhere) {
    if (!primary && !partial && !repair && !everywhere) {
      throw refused("a word of it is not known");
    }
    return new Hint(null, null, primary, partial, repair, everywhere, false);
  }

  /**
   * What both ask for.
   *
   * @throws RoutingException if they contradict each other
   */
  public Hint and(Hint other) {
    if (other.equals(NONE)) {
      return this;
    }
    if (equals(NONE)) {
      return other;
    }
    if (shard != null && other.shard != null && !shard.equals(other.shard)) {
      throw refused("it gives two shards");
    }
    if (key != null && other.key != null && !key.equals(other.key)) {
      throw refused("it gives two keys");
    }
    return new Hint(
        shard == null ? other.shard : shard,
        key == null ? other.key : key,
        primary || other.primary,
        partial || other.partial,
        repair || other.repair,
        everywhere || other.everywhere,
        snapshot || other.snapshot);
  }

  /** Whether it says where to run. */
  public boolean pins() {
    return shard != null || key != null;
  }

  /**
   * The same for shards that there are.
   *
   * @throws RoutingException if it names another one
   */
  public Hint among(Iterable<ShardId> shards) {
    if (shard == null) {
      return this;
    }
    for (ShardId known : shards) {
      if (known.equals(shard)) {
        return this;
      }
    }
    throw unknownShard();
  }

  private static RoutingException unknownShard() {
    return refused("no shard has the name it gives");
  }

  private static RoutingException refused(String why) {
    return new RoutingException(ErrorCode.BAD_HINT, why);
  }

  /** Without the key, which is a value. */
  @Override
  public String toString() {
    return "Hint[shard=%s, key=%s, primary=%s, partial=%s, repair=%s, everywhere=%s, snapshot=%s]"
        .formatted(
            shard, key == null ? "none" : "given", primary, partial, repair, everywhere, snapshot);
  }

  @Override // by hand, as the start of a program meets it: see docs/decisions.md
  public boolean equals(@Nullable Object other) {
    return other instanceof Hint that
        && Objects.equals(shard, that.shard)
        && Objects.equals(key, that.key)
        && primary == that.primary
        && partial == that.partial
        && repair == that.repair
        && everywhere == that.everywhere
        && snapshot == that.snapshot;
  }

  @Override
  public int hashCode() {
    return Objects.hash(shard, key, primary, partial, repair, everywhere, snapshot);
  }
}
