package io.shardjdbc.routing;

import com.google.common.hash.Hashing;
import io.shardjdbc.routing.hash.PostgresHash;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;

/** The hashes that {@link KeyHash} offers. */
enum StandardHash implements KeyHash {
  POSTGRES {
    @Override
    public long of(Key key) {
      if (key instanceof Key.OfLong integer) {
        return PostgresHash.ofInteger(integer.value());
      }
      if (key instanceof Key.OfUuid uuid) {
        return PostgresHash.ofUuid(
            uuid.value().getMostSignificantBits(), uuid.value().getLeastSignificantBits());
      }
      if (key instanceof Key.OfDate date) {
        return PostgresHash.ofDate(date.value());
      }
      if (key instanceof Key.OfTimestamp timestamp) {
        return PostgresHash.ofTimestamp(timestamp.value());
      }
      if (key instanceof Key.OfInstant moment) {
        return PostgresHash.ofTimestamp(LocalDateTime.ofInstant(moment.value(), ZoneOffset.UTC));
      }
      if (key instanceof Key.OfNumeric number) {
        return PostgresHash.ofNumeric(number.value());
      }
      return PostgresHash.ofText(key.text());
    }
  },

  MURMUR3 {
    @Override
    public long of(Key key) {
      return Hashing.murmur3_128().hashString(key.text(), StandardCharsets.UTF_8).asLong();
    }
  },

  MD5 {
    @Override
    @SuppressWarnings("deprecation") // chosen by people whose ring has it; it guards no secret
    public long of(Key key) {
      // HashCode.asLong is little-endian; rings by MD5 read the digest as it is printed.
      return Long.reverseBytes(
          Hashing.md5().hashString(key.text(), StandardCharsets.UTF_8).asLong());
    }
  };

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
