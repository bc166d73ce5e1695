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
 * @param repair write there even what belongs elsewhere
 */
public record Hint(
    @Nullable ShardId shard,
    @Nullable String key,
    boolean primary,
    boolean partial,
    boolean repair) {

  public static final Hint NONE = new Hint(null, null, false, false, false);

  public static Hint parse(@Nullable String text, List<ShardId> shards) {
    if (text == null) {
      return NONE;
    }
    ShardId shard = null;
    String key = null;
    boolean primary = false;
    boolean partial = false;
    boolean repair = false;
    for (String word : text.strip().split("[\\s,]+", -1)) {
      if (word.equals("primary")) {
        primary = true;
      } else if (word.equals("partial")) {
        partial = true;
      } else if (word.equals("repair")) {
        repair = true;
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
    return new Hint(shard, key, primary, partial, repair);
  }

  private static RoutingException refused(String why) {
    return new RoutingException(ErrorCode.BAD_HINT, why);
  }

  public boolean pins() {
    return shard != null || key != null;
  }
}
