package io.shardjdbc.saga.work;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What makes a saga the same saga, and where its record lives.
 *
 * <p>The id is a hash of the name and the caller's key, so it can be shown where a key may not, and
 * every process finds the same record. The record's home is the shard that owns the id by a
 * placement of the library's own, whatever the placement of tables is: a ring of all shards, by
 * PostgreSQL's hash, unless a later map says otherwise.
 */
public final class SagaIds {

  private static final int LONGEST_KEY = 1_000;
  private static final int VERSION_8 = 0x8;

  private final ShardDataSource dataSource;

  public SagaIds(ShardDataSource dataSource) {
    this.dataSource = dataSource;
  }

  public ShardId homeOf(UUID id) throws SQLException {
    ShardMap map = dataSource.unwrap(CurrentMap.class).get();
    return map.placement(ShardMap.RECORDS).shardOf(Key.of(id));
  }

  /** Those of some sagas whose home it is. */
  public List<UUID> ofHome(ShardId home, List<UUID> sagas) throws SQLException {
    List<UUID> there = new ArrayList<>();
    for (UUID saga : sagas) {
      if (homeOf(saga).equals(home)) {
        there.add(saga);
      }
    }
    return there;
  }

  /** A version-8 uuid (RFC 9562) of the SHA-256 of name and key. */
  public static UUID idOf(String name, String key) {
    if (key.isEmpty() || key.length() > LONGEST_KEY || !WellFormed.is(key)) {
      throw new IllegalArgumentException(
          "a saga's key has 1 to " + LONGEST_KEY + " characters, no 0 and no half surrogate pair");
    }
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      ByteBuffer hash =
          ByteBuffer.wrap(sha.digest((name + '\0' + key).getBytes(StandardCharsets.UTF_8)));
      long most = (hash.getLong() & ~0xF000L) | (VERSION_8 << 12);
      long least = (hash.getLong() & ~(0b11L << 62)) | (0b10L << 62);
      return new UUID(most, least);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
