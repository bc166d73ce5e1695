package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.StepBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.Whole;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows whose shard key has several columns change their shard. */
class CompositeKeysTest {
  private static final int ORDERS = 300;
  private static final String ORDERS_TABLE =
      "orders (region varchar(8) COLLATE \"C\", day date, at timestamptz, no int,"
          + " n bigint NOT NULL DEFAULT 0, PRIMARY KEY (no, region, day, at))";
  private static final String LINES_TABLE =
      "lines (region varchar(8), day date, at timestamptz, no int, line int, \"Key\" text,"
          + " PRIMARY KEY (region, day, at, no, line))";

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @TempDir static Path directory;

  @RegisterExtension
  final CtlShards shards =
      new CtlShards(
          CLUSTER,
          directory,
          "tables:\n  orders: {key: [region, day, at, no]}\n"
              + "  lines: {key: [region, day, at, no]}\n");

  private Path two = Path.of("two");
  private Path three = Path.of("three");
  private volatile boolean over;

  @BeforeEach
  void createTables() throws SQLException, IOException {
    shards.create(ORDERS_TABLE, LINES_TABLE);
    three = shards.first(3);
    two = shards.first(2);
    assertThat(shards.done(two, "init")).contains("orders", "lines");
    try (ShardDataSource source = ShardDataSource.open(two);
        Connection connection = source.getConnection();
        PreparedStatement order =
            connection.prepareStatement("INSERT INTO orders VALUES " + values("?, 0"));
        PreparedStatement line =
            connection.prepareStatement("INSERT INTO lines VALUES " + values("?, 1, 'first'"))) {
      for (int no = 0; no < ORDERS; no++) {
        order.setInt(1, no);
        order.addBatch();
        line.setInt(1, no);
        line.addBatch();
      }
      order.executeBatch();
      line.executeBatch();
    }
  }

  private static String values(String last) {
    return "('eu', DATE '2024-02-29', TIMESTAMPTZ '2024-01-31 10:00:30.5+01', " + last + ")";
  }

  private static final String KEY =
      " WHERE region = 'eu' AND day = DATE '2024-02-29'"
          + " AND at = TIMESTAMPTZ '2024-01-31 10:00:30.5+01' AND no = ?";

  /** Counts up one order after the other; how often. */
  private long write(ShardDataSource source) throws SQLException {
    long done = 0;
    try (Connection connection = source.getConnection();
        PreparedStatement count =
            connection.prepareStatement("UPDATE orders SET n = n + 1" + KEY)) {
      for (int no = 0; !over; no = (no + 1) % ORDERS) {
        count.setInt(1, no);
        try {
          assertThat(count.executeUpdate()).as("order %d", no).isEqualTo(1);
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

  /** Each order is seen once, whichever shard has it; how often it was looked. */
  private long scatter(ShardDataSource source) throws SQLException {
    long looks = 0;
    for (; !over; looks++) {
      assertThat(number(source, "SELECT count(*) FROM orders")).isEqualTo(ORDERS);
      assertThat(
              number(
                  source,
                  "SELECT count(*) FROM orders JOIN lines USING (region, day, at, no)"
                      + " WHERE \"Key\" = 'first'"))
          .isEqualTo(ORDERS);
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

  /** By which strategy a shard joins, and by which one key moves. */
  private static List<Arguments> strategies() {
    Arguments mixed = Arguments.of("double-write", "replicate");
    return Whole.or(List.of(mixed), List.of(mixed, Arguments.of("replicate", "double-write")));
  }

  @LongRun
  @ParameterizedTest
  @MethodSource("strategies")
  void theyMoveWhileTheyAreWrittenAndRead(String joining, String moving) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ShardDataSource source = ShardDataSource.open(three)) {
      Future<Long> writes = threads.submit(() -> write(source));
      Future<Long> looks = threads.submit(() -> scatter(source));
      shards.done(three, "add", "s2", "--strategy", joining);
      String no = shards.rows("s2", "SELECT min(no) FROM orders").get(0);
      String[] move = {"move", "orders", "eu", "2024-02-29", "2024-01-31 09:00:30.5+00", no, "s0"};
      shards.done(three, with(move, "--strategy", moving));
      assertThat(shards.rows("s0", "SELECT no FROM orders WHERE no = " + no)).containsExactly(no);
      assertThat(shards.done(three, "verify", "3")).contains("equal");
      shards.done(three, "finish", "3");
      over = true;
      assertThat(looks.get()).isPositive();
      assertThat(number(source, "SELECT sum(n) FROM orders")).isEqualTo(writes.get()).isPositive();
    } finally {
      over = true;
      threads.shutdown();
    }
    assertThat(shards.done(three, "audit")).contains("each row is where it belongs");
    for (String table : new String[] {"orders", "lines"}) {
      long moved = shards.count("s2", table);
      assertThat(moved).as(table).isBetween(ORDERS / 6L, ORDERS / 2L);
      assertThat(shards.count("s0", table) + shards.count("s1", table) + moved).isEqualTo(ORDERS);
    }
  }

  private static SagaState add(Connection connection, SagaState state, int no) throws SQLException {
    try (PreparedStatement count =
        connection.prepareStatement("UPDATE orders SET n = n + 1" + KEY)) {
      count.setInt(1, no);
      assertThat(count.executeUpdate()).isOne();
    }
    return state;
  }

  /** In its second step its process ends, once. */
  private static Saga<SagaState> saga(AtomicReference<Sagas> ending) {
    return Saga.builder("count", 1)
        .step("one", step -> onOrder(step, 5).action((on, state) -> add(on, state, 5)))
        .step(
            "other",
            step ->
                onOrder(step, 6)
                    .action(
                        (on, state) -> {
                          Sagas process = ending.getAndSet(null);
                          if (process != null) {
                            process.close();
                            throw new SQLException("its process ends", "53000");
                          }
                          return add(on, state, 6);
                        }))
        .build();
  }

  private static StepBuilder<SagaState> onOrder(StepBuilder<SagaState> step, int no) {
    return step.on(
        "orders",
        s -> "eu",
        s -> LocalDate.of(2024, 2, 29),
        s -> OffsetDateTime.parse("2024-01-31T10:00:30.5+01:00"),
        s -> no);
  }

  @LongRun
  @Test
  void stepsOfSagasMoveWithThem() throws Exception {
    AtomicReference<Sagas> ending = new AtomicReference<>();
    Saga<SagaState> saga = saga(ending);
    try (ShardDataSource source = ShardDataSource.open(two)) {
      try (Sagas process = Sagas.builder(source).saga(saga).withoutBackground().build()) {
        ending.set(process);
        assertThatThrownBy(() -> process.run(saga, "a", SagaState.of("key", 5)))
            .isInstanceOf(SQLException.class);
      }
      String where = "SELECT n FROM orders WHERE no = 5";
      boolean first = shards.rows("s0", where).contains("1");
      String to = first ? "s1" : "s0";
      shards.done(two, "move", "orders", "eu", "2024-02-29", "2024-01-31 09:00:30.5+00", "5", to);
      shards.done(two, "finish", "1");
      assertThat(shards.rows(to, "SELECT table_name FROM shardjdbc.saga_step")).contains("orders");
      try (Sagas process = Sagas.builder(source).saga(saga).withoutBackground().build()) {
        assertThat(process.recover()).isOne();
        assertThat(process.find(saga, "a").orElseThrow().status()).isEqualTo(SagaStatus.COMPLETED);
      }
      assertThat(shards.rows(to, where)).as("it acts once").containsExactly("1");
      assertThat(number(source, "SELECT sum(n) FROM orders")).isEqualTo(2);
    }
  }

  @LongRun
  @Test
  void thoseThatLieElsewhereAreBroughtHomeAndKeysThatAreTooShortAreRefused() throws SQLException {
    shards.run("s0", "ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (no)");
    assertThat(shards.fails(three, "add", "s2"))
        .contains("the replica identity of orders lacks its key region, day, at, no");
    assertThat(shards.fails(three, "add", "s2", "--strategy", "double-write"))
        .contains("orders has no primary key that holds region, day, at, no");
    assertThat(shards.fails(three, "move", "orders", "eu", "s0"))
        .contains("the key of table orders is region, day, at, no");

    String row = shards.rows("s1", "SELECT min(o)::text FROM orders o").get(0);
    shards.run("s0", "INSERT INTO orders SELECT ('" + row + "'::orders).*");
    shards.run("s1", "DELETE FROM orders o WHERE o::text = '" + row + "'");
    assertThat(shards.fails(three, "audit")).contains("s0     orders  1");
    assertThat(shards.done(three, "repair", "--apply")).contains("1 rows of orders from s0 to s1");
    assertThat(shards.done(three, "audit")).contains("each row is where it belongs");
  }

  static String[] with(String[] command, String... more) {
    String[] all = Arrays.copyOf(command, command.length + more.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return all;
  }
}
