package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapEpoch;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What a causal token is worth by another map than the one that it was made by.
 *
 * <p>Its positions are those of the shards that had the rows then. A row that has moved since is on
 * a shard of which the token says nothing, or too little: a replica there may lack it. So a read by
 * a later map sees all that was acknowledged before it began. By an earlier map nothing is read:
 * the process gets the later one first.
 */
public final class TokenMap {

  private static final int RADIX = 36;

  private TokenMap() {}

  /** The name of a map in tokens; empty for one that no server keeps. */
  public static String name(MapEpoch epoch) {
    return epoch.equals(MapEpoch.STATIC)
        ? ""
        : prefix(epoch) + Long.toString(epoch.number(), RADIX);
  }

  private static String prefix(MapEpoch epoch) {
    return epoch.mapId().toString().replace("-", "") + ".";
  }

  /**
   * What a read by a map asks for.
   *
   * @throws SQLException if its token is of a later map
   */
  static ReadIntent judged(ReadIntent intent, MapEpoch epoch) throws SQLException {
    Optional<CausalToken> token = intent.token();
    if (token.isEmpty() || token.get().map().equals(name(epoch))) {
      return intent;
    }
    if (isLater(token.get().map(), epoch)) {
      throw SqlErrors.of(ErrorCode.MAP_CHANGED);
    }
    return intent.afterAll();
  }

  private static boolean isLater(String name, MapEpoch epoch) {
    String prefix = prefix(epoch);
    if (!name.startsWith(prefix)) {
      return false;
    }
    try {
      return Long.parseLong(name.substring(prefix.length()), RADIX) > epoch.number();
    } catch (NumberFormatException e) {
      return false; // nobody made it
    }
  }
}
