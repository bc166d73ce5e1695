package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.routing.HashRing;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.Whole;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/**
 * Keys that are dates, times and decimal numbers: however a value comes, its row lies where the
 * server's hash of what it has stored says, and is found there; or the value is refused.
 */
class TimeKeysTest {

  private static final Map<String, KeyType> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("by_date:date", KeyType.DATE);
    TABLES.put("by_timestamp:timestamp", KeyType.TIMESTAMP);
    TABLES.put("by_second:timestamp(0)", KeyType.TIMESTAMP);
    TABLES.put("by_moment:timestamptz", KeyType.TIMESTAMPTZ);
    TABLES.put("by_milli:timestamptz(3)", KeyType.TIMESTAMPTZ);
    TABLES.put("by_number:numeric", KeyType.NUMERIC);
    TABLES.put("by_cent:numeric(10,2)", KeyType.NUMERIC);
    TABLES.put("by_domain:price", KeyType.NUMERIC);
  }

  private static final Set<String> REFUSALS = Set.of("SJ0303", "SJ0313", "SJ0306", "SJ0305");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;
  private static final TimeZone ZONE = TimeZone.getDefault();

  @BeforeAll
  static void open() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    dataSource =
        builder.tables(t -> TABLES.keySet().forEach(name -> t.sharded(table(name), "k"))).build();
    for (String shard : plain.shards()) {
      try (Statement statement = plain.to(shard).createStatement()) {
        set(statement);
        statement.execute("CREATE DOMAIN price AS numeric(6,1)");
        for (String name : TABLES.keySet()) {
          statement.execute(
              "CREATE TABLE " + table(name) + " (k " + name.split(":")[1] + ", v int)");
        }
      }
    }
  }

  private static void set(Statement statement) throws SQLException {
    statement.execute("SET TimeZone = 'Asia/Kolkata'");
    statement.execute("SET DateStyle = 'ISO, DMY'");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void empty() throws SQLException {
    TimeZone.setDefault(ZONE);
    for (String name : TABLES.keySet()) {
      plain.everywhere("TRUNCATE " + table(name));
    }
  }

  private static String table(String name) {
    return name.split(":")[0];
  }

  /** Half of them; of a type with two tables, each table meets the other half. */
  private static <T> List<T> sample(List<T> all, String name) {
    int place = List.copyOf(TABLES.keySet()).indexOf(name);
    List<T> half =
        IntStream.range(0, all.size())
            .filter(i -> (i + place) % 2 == 0)
            .mapToObj(all::get)
            .toList();
    return Whole.or(half, all);
  }

  @Test
  void valuesThatAreBound() throws SQLException {
    List<String> zones = List.of("UTC", "Europe/Oslo", "America/St_Johns", "Asia/Tokyo");
    String zone = zones.get(new Random().nextInt(zones.size()));
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    try (Connection connection = dataSource.getConnection();
        Statement settings = connection.createStatement()) {
      set(settings);
      for (String name : TABLES.keySet()) {
        List<BoundTimes.Bind> some = sample(BoundTimes.all(), name);
        for (BoundTimes.Bind value : some) {
          write(connection, "INSERT INTO " + table(name) + " VALUES (?, 1)", value);
        }
        everyRowLiesAtHome(name);
        for (BoundTimes.Bind value : some) {
          sameCount(connection, "SELECT count(*) FROM " + table(name) + " WHERE k = ?", value);
        }
      }
    }
  }

  @LongRun
  @Test
  void valuesThatAreWritten() throws SQLException {
    List<String> literals =
        Stream.of(
                "2024-02-29",
                "29.2.2024",
                "2024-02-29 10:00:00.25",
                "2024-02-29 10:00:00+02",
                "now",
                "tomorrow",
                "infinity",
                "5",
                "5.005",
                "NaN",
                "1e2")
            .flatMap(
                text ->
                    Stream.of(
                        "'" + text + "'",
                        "date '" + text + "'",
                        "timestamp '" + text + "'",
                        "timestamptz '" + text + "'",
                        "timestamp(0) '" + text + "'",
                        "'" + text + "'::numeric",
                        "'" + text + "'::numeric(4,1)"))
            .toList();
    List<String> all = new ArrayList<>(literals);
    all.addAll(
        List.of(
            "5",
            "5.005",
            "-5.10",
            "1e3",
            "5::bigint",
            "5.5::float8",
            "now()",
            "current_date",
            "localtimestamp",
            "2 + 3.5"));
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      set(statement);
      for (String name : TABLES.keySet()) {
        for (String literal : sample(all, name)) {
          attempt(
              () ->
                  statement.execute("INSERT INTO " + table(name) + " VALUES (" + literal + ", 1)"));
          attempt(
              () ->
                  statement.execute(
                      "INSERT INTO "
                          + table(name)
                          + " VALUES ("
                          + literal
                          + ", 1), ("
                          + literal
                          + ", 2)"));
          attempt(
              () -> statement.execute("INSERT INTO " + table(name) + " SELECT " + literal + ", 3"));
        }
        everyRowLiesAtHome(name);
        for (String literal : sample(literals, name)) {
          attempt(
              () -> {
                String sql = "SELECT count(*) FROM " + table(name) + " WHERE k = " + literal;
                assertThat(Sample.rows(connection, sql)).as(sql).isEqualTo(List.of(summed(sql)));
              });
        }
      }
    }
  }

  @Test
  void rangesOfTimesGoToTheShardsThatMayHaveThem() throws SQLException {
    Instant first = Instant.parse("2024-01-01T00:00:00Z");
    var later =
        Placements.range(
            Map.of(io.shardjdbc.routing.Key.of(first), new ShardId("s0")), new ShardId("s2"));
    assertThat(later.shardsBetween(null, io.shardjdbc.routing.Key.of(first.minusMillis(1))))
        .containsExactly(new ShardId("s0"));
    assertThat(later.shardsBetween(io.shardjdbc.routing.Key.of(first), null))
        .containsExactly(new ShardId("s2"));
  }

  @LongRun
  @Test
  void recordsThatAreCopied() throws Exception {
    for (String name : TABLES.keySet()) {
      boolean ofTime = TABLES.get(name) != KeyType.NUMERIC;
      List<String> keys =
          ofTime
              ? List.of(
                  "2024-02-29",
                  "2024-02-29 10:00:00.123456",
                  "2024-02-29 10:00:00.6+05:30",
                  "29.2.2024",
                  "now",
                  "infinity",
                  "2024-02-29 10:00:00.123456Z")
              : List.of("5", "5.10", "5.005", "-5.005", "1e2", "NaN", "0x1F", "99999999");
      try (ShardConnection connection = dataSource.getConnection().unwrap(ShardConnection.class);
          Statement statement = connection.createStatement()) {
        statement.execute("SET TimeZone = 'Asia/Kolkata'");
        int copied = 0;
        for (String key : keys) {
          byte[] row = (key + "\t1\n").getBytes(StandardCharsets.UTF_8);
          String sql = "COPY " + table(name) + " FROM STDIN";
          copied +=
              attempt(() -> connection.copy().copyIn(sql, new ByteArrayInputStream(row))) ? 1 : 0;
        }
        assertThat(copied).as(name).isPositive();
        everyRowLiesAtHome(name);
        copyOfBinaryData(connection, name);
      }
      everyRowLiesAtHome(name);
    }
  }

  private static void copyOfBinaryData(ShardConnection connection, String name) throws Exception {
    ByteArrayOutputStream binary = new ByteArrayOutputStream();
    connection.copy().copyOut("COPY " + table(name) + " TO STDOUT (FORMAT binary)", binary);
    connection
        .copy()
        .copyIn(
            "COPY " + table(name) + " FROM STDIN (FORMAT binary)",
            new ByteArrayInputStream(binary.toByteArray()));
    ByteArrayOutputStream odd = new ByteArrayOutputStream();
    String value =
        TABLES.get(name) == KeyType.NUMERIC
            ? "'NaN'::numeric"
            : "'infinity'::" + name.split(":")[1];
    plain
        .to("s0")
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut("COPY (SELECT " + value + ", 1) TO STDOUT (FORMAT binary)", odd);
    assertThatThrownBy(
            () ->
                connection
                    .copy()
                    .copyIn(
                        "COPY " + table(name) + " FROM STDIN (FORMAT binary)",
                        new ByteArrayInputStream(odd.toByteArray())))
        .as(name)
        .isInstanceOf(SQLException.class);
  }

  private interface Act {
    void run() throws Exception;
  }

  /** Whether it went well; what did not was refused by a server, or by a code that says why. */
  private static boolean attempt(Act act) {
    try {
      act.run();
      return true;
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage());
      if (message.startsWith("SJ")) {
        assertThat(REFUSALS).as(message).contains(message.substring(0, 6));
      }
      return false;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void write(Connection connection, String sql, BoundTimes.Bind value)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      attempt(
          () -> {
            value.to(insert, 1);
            insert.executeUpdate();
          });
    }
  }

  /** Counts through the library, and on each shard by itself. */
  private static void sameCount(Connection connection, String sql, BoundTimes.Bind value)
      throws SQLException {
    attempt(
        () -> {
          long here = count(connection, sql, value);
          long there = 0;
          for (String shard : plain.shards()) {
            there += count(plain.to(shard), sql, value);
          }
          assertThat(here).as(sql).isEqualTo(there);
        });
  }

  private static long count(Connection connection, String sql, BoundTimes.Bind value)
      throws SQLException {
    try (PreparedStatement read = connection.prepareStatement(sql)) {
      value.to(read, 1);
      try (ResultSet rows = read.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static String summed(String sql) throws SQLException {
    long sum = 0;
    for (String count : plain.rows(sql)) {
      sum += Long.parseLong(count);
    }
    return Long.toString(sum);
  }

  private static void everyRowLiesAtHome(String name) throws SQLException {
    HashRing ring = Placements.ring(dataSource.shards());
    long rows = 0;
    for (ShardId shard : ring.shards()) {
      String home = ring.ownershipPredicate("k", TABLES.get(name), shard);
      String strays = "SELECT k FROM " + table(name) + " WHERE NOT (" + home + ")";
      assertThat(plain.rows(shard.name(), strays)).as("%s on %s", name, shard).isEmpty();
      String count = "SELECT count(*) FROM " + table(name);
      rows += Long.parseLong(plain.rows(shard.name(), count).get(0));
    }
    assertThat(rows).as("rows of %s", name).isPositive();
  }
}
