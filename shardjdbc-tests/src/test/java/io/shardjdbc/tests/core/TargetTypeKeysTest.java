package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.util.PGobject;

/**
 * Any value, bound with any target type as a key of any type, is stored and found as on one
 * PostgreSQL, on the shard that its key belongs to.
 */
class TargetTypeKeysTest {

  private static final TimeZone ZONE = TimeZone.getDefault();

  /** In which a day of the values below begins with another offset than it ends with. */
  private static final ZoneId OSLO = ZoneId.of("Europe/Oslo");

  private static final Map<String, KeyType> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("by_bigint:bigint", KeyType.INTEGER);
    TABLES.put("by_text:text", KeyType.TEXT);
    TABLES.put("by_varchar:varchar", KeyType.TEXT);
    TABLES.put("by_uuid:uuid", KeyType.UUID);
    TABLES.put("by_date:date", KeyType.DATE);
    TABLES.put("by_timestamp:timestamp", KeyType.TIMESTAMP);
    TABLES.put("by_moment:timestamptz", KeyType.TIMESTAMPTZ);
    TABLES.put("by_number:numeric", KeyType.NUMERIC);
  }

  private static final List<Integer> TARGETS =
      List.of(
          Types.BIGINT,
          Types.SMALLINT,
          Types.DOUBLE,
          Types.NUMERIC,
          Types.CHAR,
          Types.VARCHAR,
          Types.DATE,
          Types.TIME,
          Types.TIMESTAMP,
          Types.TIMESTAMP_WITH_TIMEZONE,
          Types.BOOLEAN,
          Types.BINARY,
          Types.OTHER,
          Types.DISTINCT);

  /** With which a value is its {@code toString}. */
  private static final Set<Integer> UNTYPED = Set.of(Types.OTHER, Types.DISTINCT);

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .tables(t -> TABLES.keySet().forEach(each -> t.sharded(table(each), "k")))
            .tables(t -> t.sharded("limited", "k"))
            .build();
    plain.everywhere("CREATE TABLE limited (k bigint)", "CREATE TABLE one_limited (k bigint)");
    for (String each : TABLES.keySet()) {
      for (String name : List.of(table(each), one(each))) {
        plain.everywhere("CREATE TABLE " + name + " (k " + each.split(":")[1] + ")");
      }
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void putBack() {
    TimeZone.setDefault(ZONE);
  }

  private static String table(String each) {
    return each.split(":")[0];
  }

  private static String one(String each) {
    return "one_" + table(each);
  }

  private static List<Object> values() {
    LocalDateTime noon = LocalDateTime.parse("2024-03-31T12:00:00.5");
    long millis = noon.atZone(OSLO).toInstant().toEpochMilli();
    return List.of(
        5L,
        "5",
        5.6,
        new BigDecimal("5.50"),
        true,
        'c',
        "a ",
        UUID.fromString("0d9c6d1a-0000-4000-8000-000000000005"),
        "0D9C6D1A-0000-4000-8000-000000000005",
        LocalDate.parse("2024-03-31"),
        noon,
        new Date(millis),
        new Timestamp(millis),
        new java.util.Date(millis),
        OffsetDateTime.parse("2024-03-31T12:00+05:30"),
        "2024-03-31",
        "2024-03-31 12:00:00.25",
        "2024-03-31 12:00:00+05:30",
        object("int8", " 5 "),
        object("int2", "99999"),
        object("numeric", "5.50"),
        object("numeric", "0x5"),
        object("text", "5"));
  }

  private static PGobject object(String type, String value) {
    PGobject object = new PGobject();
    object.setType(type);
    try {
      object.setValue(value);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return object;
  }

  /** With an OFFSET, the shards are sent another text than the caller's. */
  @LongRun
  @Test
  void limitAndOffsetTakeWhatOnePostgresTakes() throws SQLException {
    List<String> differences = new ArrayList<>();
    try (Connection over = dataSource.getConnection();
        Connection one = cluster.connect("s0")) {
      for (Connection connection : List.of(over, one)) {
        String table = connection == over ? "limited" : "one_limited";
        Sample.update(connection, "INSERT INTO " + table + " VALUES (1), (2), (3), (4), (5)");
      }
      List<String> clauses = List.of("LIMIT ?", "OFFSET ?", "LIMIT ? OFFSET 0", "LIMIT 1 OFFSET ?");
      for (int place = 0; place < clauses.size(); place++) {
        String clause = clauses.get(place);
        for (Map.Entry<String, Bind> bind : binds(place).entrySet()) {
          String sql = "SELECT k FROM %s ORDER BY k " + clause;
          String expected = rows(one, sql.formatted("one_limited"), bind.getValue());
          String actual = rows(over, sql.formatted("limited"), bind.getValue());
          boolean fails = expected.equals("fails") && actual.matches("SJ038[67].*");
          if (!fails && !actual.equals(expected)) {
            differences.add(clause + " " + bind.getKey() + ": " + expected + ", over " + actual);
          }
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  private static String rows(Connection connection, String sql, Bind bind) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind.to(statement);
      try (ResultSet rows = statement.executeQuery()) {
        return String.join(" ", Sample.rows(rows));
      }
    } catch (IndexOutOfBoundsException e) {
      return "fails";
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage());
      return message.startsWith("SJ") ? message : "fails";
    }
  }

  private interface Bind {
    void to(PreparedStatement statement) throws SQLException;
  }

  private static <T> List<T> third(List<T> all, int place) {
    return IntStream.range(0, all.size())
        .filter(i -> (i + place) % 3 == 0)
        .mapToObj(all::get)
        .toList();
  }

  /** Each value with a third of the targets; which third depends on the value and a place. */
  private static Map<String, Bind> binds(int place) {
    Map<String, Bind> binds = new LinkedHashMap<>();
    List<Object> values = values();
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      String name = value.getClass().getSimpleName() + " " + value;
      binds.put(name, s -> s.setObject(1, value));
      for (int target : Whole.or(third(TARGETS, place + i), TARGETS)) {
        boolean words = value.getClass() == java.util.Date.class && UNTYPED.contains(target);
        if (words) {
          continue; // "Sun Mar 31" may be a text that looks at the clock, and is refused
        }
        binds.put(name + " as " + target, s -> s.setObject(1, value, target));
      }
    }
    return binds;
  }

  @Test
  void everyValueIsStoredAndFoundAsOnOnePostgres() throws SQLException {
    TimeZone.setDefault(TimeZone.getTimeZone(OSLO));
    List<String> differences = new ArrayList<>();
    try (Connection over = dataSource.getConnection();
        Connection one = cluster.connect("s0")) {
      int place = 0;
      for (String each : TABLES.keySet()) {
        for (Map.Entry<String, Bind> bind : binds(place++).entrySet()) {
          String insert = "INSERT INTO %s VALUES (?) RETURNING k::text";
          String count = "SELECT count(*) FROM %s WHERE k = ?";
          for (String sql : List.of(insert, count)) {
            String expected = answer(one, sql.formatted(one(each)), bind.getValue());
            String actual = answer(over, sql.formatted(table(each)), bind.getValue());
            boolean fails = expected.equals("fails") && actual.startsWith("SJ0313");
            if (!fails && !actual.equals(expected)) {
              differences.add(
                  sql.formatted(table(each))
                      + " "
                      + bind.getKey()
                      + ": "
                      + expected
                      + ", over "
                      + "shards "
                      + actual);
            }
          }
        }
        everyRowLiesAtHome(each);
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void aDateWithATimeOfDayLiesWhereTheServerHasItsDay() throws SQLException {
    TimeZone.setDefault(TimeZone.getTimeZone(OSLO));
    try (Connection over = dataSource.getConnection();
        PreparedStatement insert = over.prepareStatement("INSERT INTO by_moment VALUES (?)")) {
      for (int year = 2000; year < 2030; year++) {
        // Of the week in which summer begins, each day at noon.
        for (int day = 25; day <= 31; day++) {
          LocalDateTime noon = LocalDate.of(year, 3, day).atTime(12, 0);
          insert.setDate(1, new Date(noon.atZone(OSLO).toInstant().toEpochMilli()));
          insert.executeUpdate();
        }
      }
    }
    everyRowLiesAtHome("by_moment:timestamptz");
    try (Connection over = dataSource.getConnection();
        Statement statement = over.createStatement()) {
      statement.execute("DELETE FROM by_moment"); // the other test counts its rows
    }
  }

  /** What is answered; all failures are alike, but for those of the library. */
  private static String answer(Connection connection, String sql, Bind bind) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind.to(statement);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    } catch (IndexOutOfBoundsException e) {
      return "fails"; // the driver does, on texts that are no dates
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage());
      return message.startsWith("SJ") ? message : "fails";
    }
  }

  private static void everyRowLiesAtHome(String each) throws SQLException {
    HashRing ring = Placements.ring(dataSource.shards());
    for (ShardId shard : ring.shards()) {
      String home = ring.ownershipPredicate("k", TABLES.get(each), shard);
      String strays = "SELECT k FROM " + table(each) + " WHERE NOT (" + home + ")";
      assertThat(plain.rows(shard.name(), strays)).as("%s on %s", each, shard).isEmpty();
    }
  }
}
