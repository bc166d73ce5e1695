package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are placed by ranges of keys, or by a list of keys, change their shard. */
class KeyRangesTest {
  private static final int EVENTS = 1_200;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @TempDir static Path directory;

  /** Names of tables, how their rows are placed, and their columns. */
  private static final String TABLES =
      """
      events|{key: id, placement: {range: {type: bigint, below: {1000: s0}, rest: s1}}}|id int PRIMARY KEY, n bigint NOT NULL DEFAULT 0
      notes|{key: event, placement: {range: {type: bigint, below: {1000: s0}, rest: s1}}}|event bigint, no int, PRIMARY KEY (event, no)
      tenants|{key: no, placement: {directory: {type: bigint, keys: {s0: [4, 5]}, rest: s1}}}|no bigint PRIMARY KEY, name text
      words|{key: word, placement: {range: {type: text, below: {m: s0}, rest: s1}}}|word text PRIMARY KEY
      times|{key: at, placement: {range: {type: timestamptz, below: {'2024-01-01T00:00:00Z': s0}, rest: s1}}}|at timestamptz PRIMARY KEY, n int NOT NULL DEFAULT 0
      files|{key: id, placement: {range: {type: uuid, below: {'80000000-0000-0000-0000-000000000000': s0}, rest: s1}}}|id uuid PRIMARY KEY
      long|{key: word, placement: {range: {type: text, below: {'more than 8': s0}, rest: s1}}}|word text PRIMARY KEY
      clubs|{key: name, placement: {directory: {type: text, keys: {s0: [a], s1: [b]}}}}|name text PRIMARY KEY
      orders|{key: [region, no], placement: {regional: {type: text, regions: {eu: {ring: {shards: [s0, s1]}}, us: {ring: {shards: [s1]}}}}}}|region text, no int, PRIMARY KEY (region, no)
      hits|{key: id, placement: {modulo: {shards: [s0, s1]}}}|id int PRIMARY KEY
      users|{key: id, placement: {ring: {shards: [s0, s1]}}}|id bigint PRIMARY KEY
      towns|{key: name, placement: {directory: {type: text, keys: {s0: [a, b]}, rest: s1}}}|name text PRIMARY KEY
      teams|{key: id, placement: {tiered: {keys: {s1: [7]}, rest: {ring: {shards: [s0, s1]}}}}}|id bigint PRIMARY KEY
      """;

  @RegisterExtension final CtlShards shards = new CtlShards(CLUSTER, directory, "");

  private Path two = Path.of("two");
  private Path three = Path.of("three");
  private volatile boolean over;

  private static List<String[]> tables(String... names) {
    return TABLES
        .lines()
        .map(line -> line.split("[|]", -1))
        .filter(table -> List.of(names).contains(table[0]))
        .toList();
  }

  private static String yaml(String... names) {
    return tables(names).stream()
        .map(table -> "  %s: %s\n".formatted(table[0], table[1]))
        .collect(Collectors.joining("", "tables:\n", ""));
  }

  /** Empty tables under a first map; what the command says that makes it. */
  private String create(String... names) throws SQLException, IOException {
    shards.declare(yaml(names));
    shards.create(
        tables(names).stream()
            .map(table -> "%s (%s)".formatted(table[0], table[2]))
            .toArray(String[]::new));
    three = shards.first(3);
    two = shards.first(2);
    return shards.done(two, "init");
  }

  private static void fill(ShardDataSource source, String sql, int rows) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < rows; i++) {
        insert.setInt(1, i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Counts up one event after the other; how often. */
  private long write(ShardDataSource source) throws SQLException {
    long done = 0;
    try (Connection connection = source.getConnection();
        PreparedStatement count =
            connection.prepareStatement("UPDATE events SET n = n + 1 WHERE id = ?")) {
      for (int id = 0; !over; id = (id + 7) % EVENTS) {
        count.setInt(1, id);
        try {
          assertThat(count.executeUpdate()).as("event %d", id).isEqualTo(1);
          done++;
        } catch (SQLException e) {
          if (!"40001".equals(e.getSQLState())) {
            throw e;
          }
        }
        LockSupport.parkNanos(20_000_000); // the pace of a user
      }
    }
    return done;
  }

  /** Each event is seen once, whichever shard has it. */
  private static void look(ShardDataSource source) throws SQLException {
    assertThat(number(source, "SELECT count(*) FROM events")).isEqualTo(EVENTS);
    assertThat(number(source, "SELECT count(*) FROM events WHERE id BETWEEN 50 AND 1049"))
        .isEqualTo(1_000);
    assertThat(number(source, "SELECT count(*) FROM events JOIN notes ON event = id"))
        .isEqualTo(EVENTS);
  }

  private long looks(ShardDataSource source) throws SQLException {
    long looks = 0;
    for (; !over; looks++) {
      look(source);
      LockSupport.parkNanos(50_000_000);
    }
    return looks;
  }

  private static long number(ShardDataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @LongRun
  @Test
  void rangesAreSplitAndMovedWhileTheyAreWrittenAndRead() throws Exception {
    create("events", "notes");
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ShardDataSource source = ShardDataSource.open(three)) {
      fill(source, "INSERT INTO events VALUES (?, 0)", EVENTS);
      fill(source, "INSERT INTO notes VALUES (?, 1)", EVENTS);
      Future<Long> writes = threads.submit(() -> write(source));
      Future<Long> looks = threads.submit(() -> looks(source));
      assertThat(shards.done(three, "split", "s0", "s2", "--table", "events", "--at", "600"))
          .contains("its part is on s2");
      assertThat(ids("s2")).isEqualTo("600 999 400");
      assertThat(shards.done(three, "map")).contains("{[600,1000)}", "{(,600)}", "{[1000,)}");

      String[] move = {"move", "notes", "100", "s1", "--below", "200"};
      shards.done(three, with(move, "--strategy", "double-write"));
      assertThat(shards.done(three, "status")).contains("keys {[100,200)} of");
      assertThat(ids("s0")).as("the copies are there").isEqualTo("0 599 600");
      assertThat(shards.done(three, "verify", "2")).contains("equal");
      look(source);
      shards.done(three, "finish", "2");
      assertThat(ids("s0")).isEqualTo("0 599 500");
      assertThat(ids("s1")).isEqualTo("100 1199 300");
      over = true;
      assertThat(looks.get()).isPositive();
      assertThat(number(source, "SELECT sum(n) FROM events")).isEqualTo(writes.get()).isPositive();
    } finally {
      over = true;
      threads.shutdown();
    }
    assertThat(shards.done(three, "audit")).contains("each row is where it belongs");
  }

  private String ids(String shard) throws SQLException {
    String sql = "SELECT min(id) || ' ' || max(id) || ' ' || count(*) FROM events";
    return shards.rows(shard, sql).get(0);
  }

  @LongRun
  @Test
  void aKeyOfAListMovesAndWhatWouldBeGuessedIsRefused() throws SQLException, IOException {
    assertThat(create("tenants", "events", "words", "users", "long", "hits"))
        .contains("their rows do not move, since they are placed otherwise: hits, long");
    try (ShardDataSource source = ShardDataSource.open(two)) {
      fill(source, "INSERT INTO tenants VALUES (?, 'name')", 10);
    }
    shards.done(two, "move", "tenants", "7", "s0");
    assertThat(shards.rows("s0", "SELECT no FROM tenants ORDER BY 1")).contains("4", "5", "7");
    shards.done(two, "rollback", "1");
    assertThat(shards.rows("s0", "SELECT no FROM tenants ORDER BY 1")).containsExactly("4", "5");

    assertThat(shards.fails(two, "move", "long", "a", "s1"))
        .contains("SJ0905", "the map does not place table long", "8 bytes");
    assertThat(shards.fails(two, "move", "hits", "7", "s1"))
        .contains("SJ0905", "the map does not place table hits");
    assertThat(shards.fails(two, "move", "words", "a", "s1"))
        .contains("SJ0905", "move a range, with --below");
    assertThat(shards.fails(two, "move", "words", "a", "s1", "--below", "alphabets"))
        .contains("SJ0905", "cannot begin or end");
    assertThat(shards.fails(three, "move", "events", "900", "s2", "--below", "1100"))
        .contains("SJ0905", "[s0, s1]");
    assertThat(shards.fails(two, "remove", "s0", "--dry-run"))
        .contains("SJ0935", "merge the shard");
    assertThat(shards.fails(two, "split", "s0", "s1", "--table", "users", "--at", "5"))
        .contains("SJ0905", "by their hash");
    assertThat(shards.fails(two, "split", "s0", "s1", "--table", "events", "--at", "1000"))
        .contains("SJ0905", "does not have the key");
  }

  @LongRun
  @Test
  void rangesOfTextsTimesAndUuidsMove() throws SQLException, IOException {
    create("words", "times", "files");
    try (ShardDataSource source = ShardDataSource.open(two)) {
      run(
          source,
          "INSERT INTO words SELECT chr(97 + g) || chr(97 + h) FROM generate_series(0, 25) g,"
              + " generate_series(0, 25) h");
      run(
          source,
          "INSERT INTO times SELECT '2024-06-01Z'::timestamptz - g * interval '7 d' FROM"
              + " generate_series(0, 99) g");
      run(
          source,
          "INSERT INTO files SELECT rpad(to_hex(g), 32, 'a')::uuid FROM generate_series(16, 255)"
              + " g");
      shards.done(two, "move", "words", "c", "s1", "--below", "e");
      assertThat(number(source, "SELECT count(*) FROM words")).isEqualTo(676);
      assertThat(number(source, "SELECT count(*) FROM words WHERE word = 'dz'")).isEqualTo(1);
      shards.done(two, "finish", "1");
      assertThat(
              shards.rows(
                  "s0", "SELECT min(word) || max(word) || count(*) FROM words WHERE word > 'bz'"))
          .containsExactly("ealz208");
      String[] june = {"move", "times", "2023-06-01Z", "s1", "--below", "2023-07-01Z"};
      shards.done(two, with(june, "--strategy", "double-write"));
      run(source, "UPDATE times SET n = n + 1");
      assertThat(number(source, "SELECT sum(n) FROM times")).isEqualTo(100);
      shards.done(two, "finish", "2");
      assertThat(
              shards.rows(
                  "s0",
                  "SELECT count(*) FROM times WHERE at >= '2023-06-01Z' AND at < '2023-07-01Z'"))
          .containsExactly("0");
      String middle = "c0000000-0000-0000-0000-000000000000";
      shards.done(two, "split", "s1", "s0", "--table", "files", "--at", middle);
      assertThat(
              shards.rows(
                  "s0",
                  "SELECT min(id::text) FROM files WHERE id >"
                      + " '80000000-0000-0000-0000-000000000000'"))
          .containsExactly("c0aaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
      assertThat(number(source, "SELECT count(*) FROM files")).isEqualTo(240);
    }
    assertThat(shards.done(two, "audit")).contains("each row is where it belongs");
  }

  @LongRun
  @Test
  void keysOfRegionsMoveAndListsGetNewKeys() throws SQLException, IOException {
    create("orders", "clubs");
    try (ShardDataSource source = ShardDataSource.open(two)) {
      run(
          source,
          "INSERT INTO orders SELECT r, g FROM generate_series(1, 40) g, unnest('{eu,us}'::text[])"
              + " r");
      assertThat(shards.rows("s0", "SELECT DISTINCT region FROM orders")).containsExactly("eu");
      shards.done(two, "move", "orders", "us", "7", "s0");
      assertThat(number(source, "SELECT count(*) FROM orders")).isEqualTo(80);
      shards.done(two, "finish", "1");
      assertThat(shards.rows("s0", "SELECT no FROM orders WHERE region = 'us'"))
          .containsExactly("7");
      assertThatThrownBy(() -> run(source, "INSERT INTO clubs VALUES ('c')"))
          .hasMessageContaining("neither the key nor");
      assertThat(shards.done(two, "move", "clubs", "c", "s1")).contains("now it is placed");
      run(source, "INSERT INTO clubs VALUES ('c'), ('b')");
      assertThat(shards.rows("s1", "SELECT name FROM clubs ORDER BY 1")).containsExactly("b", "c");
      shards.done(two, "move", "clubs", "c", "s0");
      assertThat(number(source, "SELECT count(*) FROM clubs")).isEqualTo(2);
      shards.done(two, "finish", "2");
      assertThat(shards.rows("s0", "SELECT name FROM clubs")).containsExactly("c");
    }
    assertThat(shards.done(two, "audit")).contains("each row is where it belongs");
  }

  @LongRun
  @Test
  void aMapTakesNewTablesAndPlacesThemAsItPlacesOthers() throws SQLException, IOException {
    create("words", "events", "towns");
    shards.done(two, "move", "words", "a", "s1", "--below", "b");
    shards.done(two, "finish", "1");
    CtlShards more =
        new CtlShards(
            CLUSTER,
            directory,
            yaml("words", "towns")
                + """
                  rhymes: {key: word, placement: {range: {type: text, below: {m: s0}, rest: s1}}}
                  other: {key: no}
                """);
    for (String shard : CtlShards.ALL) {
      shards.run(
          shard,
          "DROP TABLE IF EXISTS rhymes, other",
          "CREATE TABLE rhymes (word text PRIMARY KEY)",
          "CREATE TABLE other (no int PRIMARY KEY)");
    }
    Path with = more.first(2);
    assertThatThrownBy(
            () -> {
              try (ShardDataSource source = ShardDataSource.open(with)) {
                number(source, "SELECT count(*) FROM rhymes");
              }
            })
        .hasMessageContaining("SJ0230")
        .hasMessageContaining("table rhymes");
    shards.run("s0", "INSERT INTO rhymes VALUES ('abba')");
    assertThat(more.fails(with, "init")).contains("SJ0905", "rows of table rhymes on s0");
    shards.run("s0", "DELETE FROM rhymes");
    assertThat(more.done(with, "init")).contains("rhymes", "other", "events");
    try (ShardDataSource source = ShardDataSource.open(with)) {
      run(source, "INSERT INTO rhymes VALUES ('abba'), ('baba'), ('zaza')");
      run(source, "INSERT INTO other SELECT generate_series(1, 20)");
      assertThat(number(source, "SELECT count(*) FROM words JOIN rhymes USING (word)")).isZero();
    }
    assertThat(shards.rows("s0", "SELECT word FROM rhymes")).containsExactly("baba");
    assertThat(more.done(with, "audit")).contains("each row is where it belongs");
    shards.done(two, "init");
  }

  private static void run(ShardDataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @LongRun
  @Test
  void keysThatAreListedByNameMoveOneByOne() throws SQLException, IOException {
    create("towns", "teams", "users", "events");
    try (ShardDataSource source = ShardDataSource.open(two)) {
      fill(source, "INSERT INTO teams VALUES (?)", 50);
      fill(source, "INSERT INTO towns VALUES (chr(97 + ?))", 10);
    }
    assertThat(shards.rows("s0", "SELECT name FROM towns ORDER BY 1")).containsExactly("a", "b");
    assertThat(shards.rows("s1", "SELECT id FROM teams")).contains("7");
    assertThat(shards.done(three, "add", "s2", "--dry-run"))
        .contains("teams", "users")
        .doesNotContain("towns", "events");
    shards.done(two, "move", "towns", "d", "s0", "--strategy", "double-write");
    assertThat(shards.done(two, "status")).contains("a key of ", " from s1 to s0");
    try (ShardDataSource source = ShardDataSource.open(two)) {
      assertThat(number(source, "SELECT count(*) FROM towns")).isEqualTo(10);
      assertThat(number(source, "SELECT count(*) FROM towns WHERE name IN ('a', 'd', 'e')"))
          .isEqualTo(3);
      assertThat(number(source, "SELECT count(*) FROM teams")).isEqualTo(50);
    }
    shards.done(two, "finish", "1");
    assertThat(shards.rows("s0", "SELECT name FROM towns ORDER BY 1"))
        .containsExactly("a", "b", "d");
    assertThat(shards.done(two, "audit")).contains("each row is where it belongs");
  }

  @LongRun
  @Test
  void aFirstMapThatWouldNotFindAllRowsIsRefused() throws SQLException, IOException {
    create("towns", "teams");
    for (String shard : CtlShards.ALL) {
      shards.run(shard, "DROP SCHEMA IF EXISTS shardjdbc CASCADE");
    }
    shards.run("s1", "INSERT INTO teams VALUES (-8)");
    assertThat(shards.fails(two, "init")).contains("SJ0905", "rows of table teams on s1");
    shards.run("s1", "DELETE FROM teams WHERE id = -8", "INSERT INTO towns VALUES ('a')");
    assertThat(shards.fails(two, "init")).contains("SJ0905", "rows of table towns on s1");
    shards.run("s1", "DELETE FROM towns WHERE name = 'a'");
    assertThat(shards.done(two, "init")).contains("towns");
  }

  private static String[] with(String[] command, String... more) {
    return CompositeKeysTest.with(command, more);
  }
}
