package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Positioning;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.testkit.ClusterExtension;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers and Java find the same position of a key, and it keeps the order of keys. */
class OrderedPositionsTest {
  private static final int KEYS = 300;
  private static final long SEED = 11;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @ParameterizedTest
  @EnumSource(
      value = Positioning.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"HASH", "LISTED", "REGIONAL"})
  void theServerFindsThePositionThatJavaFinds(Positioning by) throws SQLException {
    KeyType type = by.ordered().orElseThrow();
    String table = "of_" + by.name().toLowerCase(Locale.ROOT);
    String order = type == KeyType.TEXT ? " COLLATE \"C\"" : "";
    String position = by.sql(List.of("k"), List.of(type));
    try (Connection connection = CLUSTER.connect("s0");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + table + " (k " + type.sqlName() + " PRIMARY KEY)");
      String value = type == KeyType.TEXT ? "?" : "?::text::" + type.sqlName();
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO " + table + " VALUES (" + value + ") ON CONFLICT DO NOTHING")) {
        for (Key key : keys(type)) {
          insert.setString(1, key.text());
          insert.execute();
        }
      }
      long before = Long.MIN_VALUE;
      int rows = 0;
      try (ResultSet found =
          statement.executeQuery(
              "SELECT 1, pg_catalog.%s, %s FROM %s ORDER BY k%s"
                  .formatted(position, by.first("k"), table, order))) {
        while (found.next()) {
          assertThat(found.getLong(2)).as("seed %d", SEED).isGreaterThanOrEqualTo(before);
          if (found.getBoolean(3) && rows > 0 && by.isExact()) {
            assertThat(found.getLong(2)).isGreaterThan(before);
          }
          before = found.getLong(2);
          rows++;
        }
      }
      assertThat(rows).isGreaterThan(10);
      for (Key key : keys(type)) {
        try (PreparedStatement ask =
            connection.prepareStatement(
                "SELECT %s FROM (VALUES (%s)) v (k)".formatted(position, value))) {
          ask.setString(1, key.text());
          try (ResultSet there = ask.executeQuery()) {
            there.next();
            assertThat(there.getLong(1)).as("%s, seed %d", key.text(), SEED).isEqualTo(by.of(key));
          }
        }
      }
      statement.execute(
          "CREATE PUBLICATION %s FOR TABLE %s WHERE (%s)"
              .formatted(table, table, Positions.from(0).condition(position)));
      statement.execute("DROP PUBLICATION " + table);
    }
  }

  private static List<Key> keys(KeyType type) {
    Random random = new Random(SEED);
    List<Key> keys = new ArrayList<>();
    Stream.generate(() -> key(type, random)).limit(KEYS).forEach(keys::add);
    if (type == KeyType.TEXT) {
      Stream.of("", "\\", "a\\b", "abcdefgh", "abcdefghi", "abcdefg", "\uE000", "\uD83D\uDE00", "é")
          .map((Function<String, Key>) Key::of)
          .forEach(keys::add);
    }
    if (type == KeyType.NUMERIC) {
      Stream.of("0", "-0.5", "0.5", "-1", "99999999999999999999", "-99999999999999999999")
          .map(text -> Key.of(new BigDecimal(text)))
          .forEach(keys::add);
    }
    return keys;
  }

  private static Key key(KeyType type, Random random) {
    return switch (type) {
      case INTEGER -> Key.of(random.nextLong());
      case TEXT -> {
        int[] points =
            random
                .ints(random.nextInt(12), 1, 0x10FFFF)
                .map(p -> p >= 0xD800 && p < 0xE000 ? 'x' : random.nextBoolean() ? p : p % 96 + 32)
                .toArray();
        yield Key.of(new String(points, 0, points.length));
      }
      case UUID -> Key.of(new UUID(random.nextLong(), random.nextLong()));
      case DATE -> Key.of(LocalDate.of(1 + random.nextInt(9998), 1 + random.nextInt(12), 1));
      case TIMESTAMP ->
          Key.of(
              LocalDateTime.of(
                  1 + random.nextInt(9998), 1, 1, 3, 4, 5, random.nextInt(1_000_000) * 1_000));
      case TIMESTAMPTZ ->
          Key.of(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000) * 1_000L));
      case NUMERIC -> Key.of(BigDecimal.valueOf(random.nextInt(2_000_000) - 1_000_000, 3));
    };
  }
}
