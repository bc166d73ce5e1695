package io.shardjdbc.tests.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.HashRing;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The hashes of this library against those of a server, over random keys of every type. */
class HashParityTest {
  private static final int KEYS = 100_000;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static Connection connection;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @BeforeAll
  static void connect() throws SQLException {
    connection = cluster.connect("s0");
  }

  @AfterAll
  static void disconnect() throws SQLException {
    connection.close();
  }

  @Test
  void smallintsHashAsOnTheServer() throws SQLException {
    List<Short> keys = keys(i -> (short) random.nextInt());
    compare("int2", keys, "hashint8extended(x, 0)", key -> Key.of(key.longValue()));
    compare("int2", keys, "hashint2extended(x, 0)", key -> Key.of(key.longValue()));
  }

  @Test
  void integersHashAsOnTheServer() throws SQLException {
    List<Integer> keys = keys(i -> random.nextInt() >> random.nextInt(32));
    compare("int4", keys, "hashint8extended(x, 0)", key -> Key.of(key.longValue()));
    compare("int4", keys, "hashint4extended(x, 0)", key -> Key.of(key.longValue()));
  }

  @Test
  void bigintsHashAsOnTheServer() throws SQLException {
    List<Long> keys = keys(i -> random.nextLong() >> random.nextInt(64));
    compare("int8", keys, "hashint8extended(x, 0)", Key::of);
  }

  @Test
  void textHashesAsOnTheServer() throws SQLException {
    compare("text", keys(this::text), "hashtextextended(x, 0)", Key::of);
  }

  @Test
  void varcharHashesAsOnTheServer() throws SQLException {
    compare("varchar", keys(this::text), "hashtextextended(x, 0)", Key::of);
  }

  @Test
  void uuidsHashAsOnTheServer() throws SQLException {
    List<UUID> keys = keys(i -> new UUID(random.nextLong(), random.nextLong()));
    compare("uuid", keys, "uuid_hash_extended(x, 0)", Key::of);
  }

  @Test
  void datesHashAsOnTheServer() throws SQLException {
    compare("date", keys(i -> date()), KeyType.DATE.hashOf("x"), Key::of);
  }

  @Test
  void timestampsHashAsOnTheServer() throws SQLException {
    compare("timestamp", keys(i -> time()), KeyType.TIMESTAMP.hashOf("x"), Key::of);
  }

  @Test
  void momentsHashAsOnTheServer() throws SQLException {
    List<Instant> keys = keys(i -> time().toInstant(ZoneOffset.UTC));
    compare("timestamptz", keys, KeyType.TIMESTAMPTZ.hashOf("x"), Key::of);
  }

  @Test
  void numbersHashAsOnTheServer() throws SQLException {
    compare("numeric", keys(this::number), KeyType.NUMERIC.hashOf("x"), Key::of);
  }

  /** Of the years 1 to 9999. */
  private LocalDate date() {
    return LocalDate.of(1, 1, 1).plusDays(random.nextInt(3_652_059));
  }

  private LocalDateTime time() {
    return date().atStartOfDay().plus(random.nextLong(86_400_000_000L), ChronoUnit.MICROS);
  }

  /** Zero now and then, of up to 40 digits, with zeros before, behind and within. */
  private BigDecimal number(int i) {
    BigInteger digits = new BigInteger(random.nextInt(134), random);
    BigDecimal number = new BigDecimal(digits, random.nextInt(60) - 20);
    BigDecimal some = random.nextBoolean() ? number : number.setScale(0, RoundingMode.DOWN);
    return random.nextBoolean() ? some : some.negate();
  }

  @Test
  void compositeKeysHashAsTheirColumnsJoinedOnTheServer() throws SQLException {
    List<Long> keys = keys(i -> random.nextLong());
    compare(
        "int8",
        keys,
        "hashtextextended(x || ':' || 'é', 0)",
        key -> Key.ofColumns(List.of(Key.of(key), Key.of("é"))));
  }

  @LongRun
  @Test
  void compositeKeysOfEveryTypeHashAsOnTheServer() throws SQLException {
    composite("int2", KeyType.INTEGER, keys(i -> (short) random.nextInt()), k -> Key.of((long) k));
    composite("varchar", KeyType.TEXT, keys(this::text), Key::of);
    List<UUID> uuids = keys(i -> new UUID(random.nextLong(), random.nextLong()));
    composite("uuid", KeyType.UUID, uuids, Key::of);
    composite("date", KeyType.DATE, keys(i -> date()), Key::of);
    composite("timestamp", KeyType.TIMESTAMP, keys(i -> roundTime()), Key::of);
    List<Instant> moments = keys(i -> roundTime().toInstant(ZoneOffset.UTC));
    composite("timestamptz", KeyType.TIMESTAMPTZ, moments, Key::of);
    composite("numeric", KeyType.NUMERIC, keys(this::number), Key::of);
  }

  private <T> void composite(String name, KeyType type, List<T> keys, Function<T, Key> key)
      throws SQLException {
    List<KeyType> types = List.of(type, KeyType.TEXT, type);
    String hash = KeyType.hashOf(List.of("x", "'é'::text", "x"), types);
    compare(
        name,
        keys.subList(0, KEYS / 10),
        hash,
        k -> Key.ofColumns(List.of(key.apply(k), Key.of("é"), key.apply(k))));
  }

  /** To days, minutes, seconds, or thousandths and millionths of them. */
  private LocalDateTime roundTime() {
    ChronoUnit[] units = {
      ChronoUnit.DAYS, ChronoUnit.MINUTES, ChronoUnit.SECONDS, ChronoUnit.MILLIS, ChronoUnit.MICROS
    };
    return time().truncatedTo(units[random.nextInt(units.length)]);
  }

  @LongRun
  @Test
  void md5IsThatOfTheServer() throws SQLException {
    String first16 = "('x' || left(md5(x::text), 16))::bit(64)::bigint";
    compare(KeyHash.md5(), "text", keys(this::text), first16, Key::of);
    compare(KeyHash.md5(), "int8", keys(i -> random.nextLong()), first16, Key::of);
  }

  @LongRun
  @Test
  void theConditionOfOwnershipHoldsForExactlyTheShardsOwnRows() throws SQLException {
    HashRing ring =
        Placements.ring(IntStream.range(0, 5).mapToObj(i -> new ShardId("s" + i)).toList());
    ownership(ring, KeyType.INTEGER, "int4", few(i -> random.nextInt()), k -> Key.of((long) k));
    ownership(ring, KeyType.TEXT, "varchar", few(this::text), Key::of);
    ownership(
        ring,
        KeyType.UUID,
        "uuid",
        few(i -> new UUID(random.nextLong(), random.nextLong())),
        Key::of);
    ownership(ring, KeyType.DATE, "date", few(i -> date()), Key::of);
    ownership(ring, KeyType.TIMESTAMP, "timestamp", few(i -> time()), Key::of);
    ownership(
        ring,
        KeyType.TIMESTAMPTZ,
        "timestamptz",
        few(i -> time().toInstant(ZoneOffset.UTC)),
        Key::of);
    ownership(ring, KeyType.NUMERIC, "numeric", few(this::number), Key::of);
  }

  private <T> void compare(String type, List<T> keys, String expression, Function<T, Key> key)
      throws SQLException {
    compare(KeyHash.postgres(), type, keys, expression, key);
  }

  private <T> void compare(
      KeyHash hash, String type, List<T> keys, String expression, Function<T, Key> key)
      throws SQLException {
    store(type, keys);
    int differences = 0;
    int row = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT " + expression + " FROM k ORDER BY n")) {
      for (; rows.next(); row++) {
        differences += rows.getLong(1) == hash.of(key.apply(keys.get(row))) ? 0 : 1;
      }
    }
    assertThat(row).isEqualTo(keys.size());
    assertThat(differences).as("differences of %s with seed %d", type, seed).isZero();
  }

  private <T> void ownership(
      HashRing ring, KeyType keyType, String type, List<T> keys, Function<T, Key> key)
      throws SQLException {
    store(type, keys);
    List<ShardId> owners = new ArrayList<>();
    keys.forEach(k -> owners.add(ring.get(key.apply(k))));
    int owned = 0;
    for (ShardId shard : ring.shards()) {
      String mine = ring.ownershipPredicate("x", keyType, shard);
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT n FROM k WHERE " + mine)) {
        for (; rows.next(); owned++) {
          assertThat(owners.get(rows.getInt(1) - 1)).as("seed %d", seed).isEqualTo(shard);
        }
      }
    }
    assertThat(owned)
        .as("rows with an owner, of %s with seed %d", type, seed)
        .isEqualTo(keys.size());
  }

  /** Replaces the table {@code k} by these keys, numbered from 1. */
  private static <T> void store(String type, List<T> keys) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS k");
      statement.execute("CREATE TEMP TABLE k (x " + type + ", n int)");
    }
    Array array = connection.createArrayOf(type, keys.toArray());
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO k SELECT * FROM unnest(?) WITH ORDINALITY")) {
      insert.setArray(1, array);
      insert.executeUpdate();
    }
  }

  private static <T> List<T> keys(IntFunction<T> key) {
    return IntStream.range(0, KEYS).mapToObj(key).toList();
  }

  /** The server hashes each of them for each of a hundred ranges. */
  private static <T> List<T> few(IntFunction<T> key) {
    return IntStream.range(0, KEYS / 10).mapToObj(key).toList();
  }

  /** Empty now and then, up to 40 characters of one to four bytes. */
  private String text(int i) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(41); left > 0; left--) {
      text.appendCodePoint(
          switch (random.nextInt(6)) {
            case 0 -> 0xa1 + random.nextInt(0x600);
            case 1 -> 0x4e00 + random.nextInt(0x5000);
            case 2 -> 0x1f300 + random.nextInt(0x300);
            default -> 1 + random.nextInt(0x7e);
          });
    }
    return text.toString();
  }
}
