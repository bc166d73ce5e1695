package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes of several sessions to a reference table reach all of its copies in one order. */
class CopiesInOrderTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final int ROUNDS = Integer.getInteger("shardjdbc.copies.rounds", 5);
  private static final String INCREASE = "UPDATE rates SET n = n + 1";

  private static final Map<TransactionMode, ShardDataSource> BY_MODE =
      new EnumMap<>(TransactionMode.class);

  private ShardDataSource dataSource;

  private interface Writes {
    void in(Connection connection, int round) throws Exception;
  }

  @BeforeAll
  static void createTables() throws SQLException {
    plain.everywhere(
        """
        CREATE TABLE rates (id bigint PRIMARY KEY, n bigint NOT NULL);
        CREATE TABLE notes (rate bigint REFERENCES rates ON DELETE CASCADE, n bigint);
        CREATE FUNCTION count_rates() RETURNS bigint LANGUAGE sql
          AS 'SELECT count(*) FROM rates';
        """);
    for (TransactionMode mode : TransactionMode.values()) {
      BY_MODE.put(mode, open(mode, cluster.primaryUrls()));
    }
  }

  @AfterAll
  static void close() {
    BY_MODE.values().forEach(ShardDataSource::close);
    BY_MODE.clear();
  }

  @BeforeEach
  void empty() throws SQLException {
    dataSource = BY_MODE.get(TransactionMode.TWO_PHASE);
    write("DELETE FROM rates");
  }

  private static ShardDataSource open(TransactionMode mode, Map<String, String> urls)
      throws SQLException {
    var builder = ShardDataSource.builder();
    urls.forEach(builder::shard);
    return builder
        .transactions(mode)
        .pool(
            new PoolConfiguration(
                6, 0, Duration.ofSeconds(20), Duration.ofMinutes(1), Duration.ofMinutes(5)))
        .tables(
            t ->
                t.reference("rates")
                    .reference("notes")
                    .function("count_rates", FunctionPromise.PURE))
        .build();
  }

  @AfterEach
  void allCopiesAreEqual() throws SQLException {
    for (String table : List.of("rates", "notes")) {
      String contents = "SELECT string_agg(t::text, ',' ORDER BY t::text) FROM " + table + " t";
      assertThat(Set.copyOf(plain.rows(contents))).as(table).hasSize(1);
    }
  }

  private int write(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** What it adds is counted on each copy: it may not overtake a row that is on its way. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO rates VALUES (2, count_rates())",
        "insert into rates (n, id) values (count_rates(), 2)",
        "/* with a * in it */ INSERT INTO rates VALUES (2, public.COUNT_RATES())",
        "INSERT INTO \"rates\" VALUES (2, \"count_rates\"())",
      })
  void anInsertWhoseFunctionReadsTheCopiesWaitsForOthers(String counting) throws Exception {
    try (Connection first = dataSource.getConnection();
        Statement statement = first.createStatement()) {
      first.setAutoCommit(false);
      statement.execute("INSERT INTO rates VALUES (1, 1)");
      FutureTask<Integer> second =
          new FutureTask<>(
              () -> {
                try (Connection connection = dataSource.getConnection();
                    Statement insert = connection.createStatement()) {
                  insert.execute(counting);
                  return insert.getUpdateCount();
                }
              });
      new Thread(second, "second").start();
      awaitWaiting();
      first.commit();
      second.get(60, TimeUnit.SECONDS);
    }
  }

  private static void awaitWaiting() throws SQLException {
    Deadline.in(Duration.ofMinutes(2)).await("the second writer waits", () -> waiting() == 1);
  }

  private static int waiting() throws SQLException {
    return plain.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").size();
  }

  /** Lets several sessions write at the same time; each does its own writes. */
  private void together(Writes... writers) throws Exception {
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (Writes writer : writers) {
      tasks.add(on(dataSource, writer));
    }
    for (FutureTask<Void> task : tasks) {
      task.get(120, TimeUnit.SECONDS);
    }
  }

  private static FutureTask<Void> on(ShardDataSource database, Writes writer) {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              try (Connection connection = database.getConnection()) {
                for (int round = 0; round < ROUNDS; round++) {
                  writer.in(connection, round);
                }
              }
              return null;
            });
    new Thread(task, "writer").start();
    return task;
  }

  /** Of a process that lists the same databases the other way round, by other names. */
  private static Map<String, String> othersUrls() {
    List<String> urls = new ArrayList<>(cluster.primaryUrls().values());
    Collections.reverse(urls);
    Map<String, String> named = new LinkedHashMap<>();
    urls.forEach(url -> named.put("t" + named.size(), url));
    return named;
  }

  @LongRun
  @ParameterizedTest
  @EnumSource(names = {"SINGLE_SHARD", "TWO_PHASE"})
  void processesThatListTheShardsInOtherOrdersDoNotWaitInACircle(TransactionMode mode)
      throws Exception {
    dataSource = BY_MODE.get(mode);
    write("INSERT INTO rates VALUES (-1, 0)");
    Writes writes =
        (c, round) -> {
          run(c, INCREASE);
          try {
            run(c, "INSERT INTO rates VALUES (" + round + ", 0)");
          } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("23505");
          }
          long own = 1000L * (1 + round) + Thread.currentThread().getId();
          byte[] row = (own + "\t9\n").getBytes(StandardCharsets.UTF_8);
          c.unwrap(ShardConnection.class)
              .copy()
              .copyIn("COPY rates FROM STDIN", new ByteArrayInputStream(row));
        };
    try (ShardDataSource others = open(mode, othersUrls())) {
      List<FutureTask<Void>> tasks =
          List.of(
              on(dataSource, writes),
              on(others, writes),
              on(dataSource, writes),
              on(others, writes));
      for (FutureTask<Void> task : tasks) {
        task.get(120, TimeUnit.SECONDS);
      }
    }
    assertThat(write("UPDATE rates SET n = n WHERE id = -1 AND n = " + 4 * ROUNDS)).isOne();
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  @ParameterizedTest
  @EnumSource
  void rowsThatOneSessionInsertsAndAnotherUpdates(TransactionMode mode) throws Exception {
    dataSource = BY_MODE.get(mode);
    together(
        (c, round) -> run(c, "INSERT INTO rates VALUES (" + round + ", 0)"),
        (c, round) -> run(c, INCREASE));
  }

  @Test
  void rowsThatAreDeletedAndInsertedAgainAndUpdatedByWhatTheyHold() throws Exception {
    write("INSERT INTO rates SELECT g, 0 FROM generate_series(1, 8) g");
    together(
        (c, round) -> run(c, "DELETE FROM rates WHERE id = " + (1 + round % 8)),
        (c, round) ->
            run(
                c,
                "INSERT INTO rates VALUES (%d, 0) ON CONFLICT (id) DO UPDATE SET n = rates.n + 5"
                    .formatted(1 + round % 8)),
        (c, round) -> run(c, "UPDATE rates SET n = n * 2 + 1 WHERE n % 2 = " + round % 2));
  }

  @Test
  void rowsOfTransactionsBatchesAndCopies() throws Exception {
    together(
        (c, round) -> {
          c.setAutoCommit(false);
          run(c, "INSERT INTO rates VALUES (" + (1000 + round) + ", 0)");
          run(c, "UPDATE rates SET n = n + 3 WHERE id >= 1000");
          if (round % 3 == 0) {
            c.rollback();
          } else {
            c.commit();
          }
        },
        (c, round) -> {
          try (PreparedStatement insert = c.prepareStatement("INSERT INTO rates VALUES (?, 7)")) {
            for (int i = 0; i < 3; i++) {
              insert.setLong(1, 2000 + round * 3L + i);
              insert.addBatch();
            }
            insert.executeBatch();
          }
        },
        (c, round) -> {
          byte[] row = "%d\t9\n".formatted(5000 + round).getBytes(StandardCharsets.UTF_8);
          c.unwrap(ShardConnection.class)
              .copy()
              .copyIn("COPY rates FROM STDIN", new ByteArrayInputStream(row));
        },
        (c, round) -> run(c, INCREASE));
  }

  @Test
  void rowsThatAForeignKeyDeletesAlong() throws Exception {
    write("INSERT INTO rates SELECT g, 0 FROM generate_series(1, 3) g");
    together(
        (c, round) -> {
          run(c, "DELETE FROM rates WHERE id = " + (1 + round % 3));
          run(c, "INSERT INTO rates VALUES (" + (1 + round % 3) + ", 0)");
        },
        (c, round) -> run(c, "INSERT INTO notes SELECT id, %d FROM rates".formatted(round)),
        (c, round) -> run(c, "UPDATE notes SET n = n + 1"));
  }

  @Test
  void sameKeysOfTwoSessionsMeetOnTheFirstShard() throws Exception {
    Writes insert =
        (c, round) -> {
          try {
            run(c, "INSERT INTO rates VALUES (" + round + ", 0)");
          } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("23505");
          }
        };
    together(insert, insert, insert);
    assertThat(write(INCREASE)).isEqualTo(ROUNDS);
  }

  @Test
  void twoOpenTransactionsMayInsertDifferentRows() throws SQLException {
    try (Connection one = dataSource.getConnection();
        Connection other = dataSource.getConnection()) {
      one.setAutoCommit(false);
      other.setAutoCommit(false);
      run(one, "INSERT INTO rates VALUES (1, 0)");
      run(other, "INSERT INTO rates VALUES (2, 0)");
      other.commit();
      one.commit();
    }
  }

  @Test
  void whoWaitsForTheLockHeedsItsTimeOutAndRollingBackToASavepointLetsItGo() throws SQLException {
    write("INSERT INTO rates VALUES (1, 0)");
    try (Connection one = dataSource.getConnection();
        Connection other = dataSource.getConnection()) {
      one.setAutoCommit(false);
      run(one, "UPDATE rates SET n = n WHERE id = 7");
      var before = one.setSavepoint();
      run(one, INCREASE);
      other.setAutoCommit(false);
      run(other, "SET LOCAL lock_timeout = '200ms'");
      assertThatThrownBy(() -> run(other, INCREASE))
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("55P03"));
      other.rollback();
      one.rollback(before);
      run(one, "UPDATE rates SET n = n + 10");
      one.commit();
      run(other, INCREASE);
      other.commit();
    }
  }

  @Test
  void twoWritersOfOneRowTakeTurns() throws Exception {
    write("INSERT INTO rates VALUES (1, 0)");
    long start = System.nanoTime();
    Writes increase = (c, round) -> run(c, "UPDATE rates SET n = n + 1 WHERE id = 1");
    together(increase, increase);
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    System.out.printf("%d writes to one reference row: %d ms%n", 2 * ROUNDS, millis);
    assertThat(plain.rows("s2", "SELECT n FROM rates")).containsExactly("" + 2 * ROUNDS);
  }
}
