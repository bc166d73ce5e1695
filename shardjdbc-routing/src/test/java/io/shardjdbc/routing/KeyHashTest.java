package io.shardjdbc.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Golden vectors. Those of PostgreSQL's hash were printed by a PostgreSQL 15.18 server with {@code
 * SELECT k, hashint8extended(k, 0)}, {@code hashtextextended(k, 0)} and {@code
 * uuid_hash_extended(k, 0)}, and for other types as {@link KeyType#hashOf} has it; those of MD5
 * with {@code ('x' || left(md5(k), 16))::bit(64)::bigint}.
 */
final class KeyHashTest {

  @ParameterizedTest
  @CsvSource({
    "0, 4154612158245552303",
    "1, -3670598878359251130",
    "-1, -1888257769727981238",
    "42, 8010225493015854792",
    "2147483647, -9109110466470504941",
    "-2147483648, 1977219185673256887",
    "2147483648, 1977219185673256887",
    "4294967296, -3670598878359251130",
    "9007199254740993, -6408898991662627045",
    "9223372036854775807, 1977219185673256887",
    "-9223372036854775808, -9109110466470504941",
  })
  void integersHashAsOnTheServer(long key, long expected) {
    assertThat(KeyHash.postgres().of(Key.of(key))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'', -6939563903564495251",
    "a, 3591986179850072241",
    "ab, 2833316173711343549",
    "abcdefgh, -8882191227074733005",
    "abcdefghi, -3278210106038014113",
    "abcdefghijk, 3112909444737856467",
    "abcdefghijkl, -7556637188122330412",
    "abcdefghijklm, 8871624171452417744",
    "Grüße, 8534170718931255642",
    "日本語, 2870829529307104068",
    "😀 key, -211461175469441016",
    "s0:vn0, 6915175866341678785",
    "the quick brown fox jumps over the lazy dog, -6494288192639172655",
  })
  void textHashesAsOnTheServer(String key, long expected) {
    assertThat(KeyHash.postgres().of(Key.of(key))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "00000000-0000-0000-0000-000000000000, -6859010066814654381",
    "ffffffff-ffff-ffff-ffff-ffffffffffff, 293445543803463785",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11, 7543054272012930821",
  })
  void uuidsHashAsOnTheServer(UUID key, long expected) {
    assertThat(KeyHash.postgres().of(Key.of(key))).isEqualTo(expected);
  }

  @Test
  void datesAndTimesHashAsOnTheServer() {
    assertThat(hash(Key.of(LocalDate.of(2024, 2, 29)))).isEqualTo(8051018284886573209L);
    assertThat(hash(Key.of(LocalDate.of(1999, 12, 31)))).isEqualTo(-1888257769727981238L);
    assertThat(hash(Key.of(LocalDateTime.parse("2024-02-29T12:34:56.789012"))))
        .isEqualTo(-782999326254096771L);
    assertThat(hash(Key.of(LocalDateTime.parse("0001-01-01T00:00"))))
        .isEqualTo(-6687948877792058550L);
    assertThat(hash(Key.of(Instant.parse("2024-02-29T07:04:56Z"))))
        .isEqualTo(-7544811597163932887L);
  }

  @ParameterizedTest
  @CsvSource({
    "0, -1",
    "0.00, -1",
    "5.10, 2878687586320226997",
    "-5.1, 2878687586320226997",
    "100000, -219908382603017345",
    "1E+5, -219908382603017345",
    "0.00001234, 754595273787784294",
    "123456789012345678901234567890.5, 1961536380371653015",
  })
  void numbersHashAsOnTheServer(BigDecimal key, long expected) {
    assertThat(hash(Key.of(key))).isEqualTo(expected);
  }

  private static long hash(Key key) {
    return KeyHash.postgres().of(key);
  }

  @ParameterizedTest
  @CsvSource({"'', -3162216497309240828", "42, -6786705937655499993", "Grüße, 5315925920581695414"})
  void md5IsTheFirstHalfOfTheDigestAsPrinted(String key, long expected) {
    assertThat(KeyHash.md5().of(Key.of(key))).isEqualTo(expected);
  }

  /** The digest of "hello" is cbd8a7b341bd9b02 5b1e906a48ae1d19 in the reference implementation. */
  @Test
  void murmur3IsTheFirstHalfOfThe128BitsForX64() {
    assertThat(KeyHash.murmur3().of(Key.of("hello"))).isEqualTo(0xcbd8a7b341bd9b02L);
    assertThat(KeyHash.murmur3().of(Key.of(""))).isZero();
  }

  @Test
  void aCompositeKeyHashesAsItsColumnsJoinedByColons() {
    UUID uuid = UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    Key composite = Key.ofColumns(List.of(Key.of(42), Key.of("x"), Key.of(uuid)));
    for (KeyHash hash : List.of(KeyHash.postgres(), KeyHash.murmur3(), KeyHash.md5())) {
      assertThat(hash.of(composite))
          .isEqualTo(hash.of(Key.of("42:x:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")));
    }
  }

  @Test
  void noKeyShowsItsValue() {
    Key secret = Key.of("secret");
    Key number = Key.of(4711);
    UUID uuid = UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    assertThat(List.of(secret, number, Key.of(uuid), Key.ofColumns(List.of(secret, number))))
        .extracting(Object::toString)
        .containsExactly("Key[text]", "Key[integer]", "Key[uuid]", "Key[[text], [integer]]");
  }
}
