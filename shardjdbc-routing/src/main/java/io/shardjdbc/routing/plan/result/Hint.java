package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a comment such as {@code shardjdbc: shard=s1 primary} asks for.
 *
 * @param shard run there, whatever the statement says
 * @param key run where this key lives, whatever the statement says
 * @param primary not on a replica
 * @param partial without the shards that do not answer
 * @param everywhere every shard alike, of DO and CALL
 * @param repair write there even what belongs elsewhere
 */
public record Hint(
    @Nullable ShardId shard,
    @Nullable String key,
    boolean primary,
    boolean partial,
    boolean repair,
    boolean everywhere) {

  public static final Hint NONE = new Hint(null, null, false, false, false);

  /** A hint that does not ask for all shards. */
  public Hint(
      @Nullable ShardId shard,
      @Nullable String key,
      boolean primary,
      boolean partial,
      boolean repair) {
    this(shard, key, primary, partial, repair, false);
  }

  public static Hint parse(@Nullable String text, List<ShardId> shards) {
    if (text == null) {
      return NONE;
    }
    ShardId shard = null;
    String key = null;
    boolean primary = false;
    boolean partial = false;
    boolean repair = false;
    boolean everywhere = false;
    for (String word : text.strip().split("[\\s,]+", -1)) {
      if (word.equals("primary")) {
        primary = true;
      } else if (word.equals("partial")) {
        partial = true;
      } else if (word.equals("repair")) {
        repair = true;
      } else if (word.equals("shards=all")) {
        everywhere = true;
      } else if (word.startsWith("shard=")) {
        String name = word.substring("shard=".length());
        shard =
            shards.stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> refused("no shard has the name it gives"));
      } else if (word.startsWith("key=")) {
        key = word.substring("key=".length());
      } else {
        throw refused("a word of it is not known");
      }
    }
    if (shard != null && key != null) {
      throw refused("it gives a shard and a key");
    }
    if (everywhere && (shard != null || key != null)) {
      throw refused("it gives all shards and one");
    }
    return new Hint(shard, key, primary, partial, repair, everywhere);
  }

  private static RoutingException refused(String why) {
    return new RoutingException(ErrorCode.BAD_HINT, why);
  }

  public boolean pins() {
    return shard != null || key != null;
  }
}
