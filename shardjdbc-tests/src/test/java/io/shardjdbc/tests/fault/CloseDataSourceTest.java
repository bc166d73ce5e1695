package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A DataSource that is closed, or whose servers end all its sessions, while transactions run: all
 * of each stands or nothing, and its caller is told which, by an SQLException.
 */
@LongRun
class CloseDataSourceTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final AtomicLong PROGRAMS = new AtomicLong();
  private static final int RUNS = Integer.getInteger("shardjdbc.close.runs", 2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final List<Connection> AUDITS = new ArrayList<>();
  private static ShardDataSource recoverer;

  /** What takes the connections away. */
  private enum End {
    CLOSE,
    END_SESSIONS
  }

  @BeforeAll
  static void open() throws SQLException {
    for (String shard : List.of("s0", "s1")) {
      AUDITS.add(cluster.connect(shard));
      Databases.create(AUDITS.get(AUDITS.size() - 1));
    }
    recoverer = Databases.open(cluster.primaryUrls(), PATIENCE);
    Deadline.in(PATIENCE)
        .await("tables are there", () -> recoverer.transactions().recover().isClean());
  }

  @AfterAll
  static void close() throws SQLException {
    recoverer.close();
    for (Connection audit : AUDITS) {
      audit.close();
    }
    AUDITS.clear();
  }

  private static int lines(long op) throws SQLException {
    int lines = 0;
    for (Connection audit : AUDITS) {
      try (Statement statement = audit.createStatement();
          ResultSet row = statement.executeQuery("SELECT count(*) FROM ledger WHERE op = " + op)) {
        row.next();
        lines += row.getInt(1);
      }
    }
    return lines;
  }

  private static void endSessions() throws SQLException {
    for (Connection audit : AUDITS) {
      try (Statement statement = audit.createStatement()) {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND application_name = 'victim'");
      }
    }
  }

  /** One run after another: two sessions write, and all their connections go at a drawn moment. */
  @ParameterizedTest
  @EnumSource
  void standsAsAWholeOrNotAtAllAndItsCallerIsTold(End end) throws Exception {
    Random random = new Random(42);
    List<String> wrong = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      long op = 2 + PROGRAMS.getAndIncrement() * 1000L;
      ShardDataSource dataSource = Databases.open(victims(), Duration.ofSeconds(5));
      List<Operation> operations =
          List.of(
              Operation.TRANSACTION_OVER_SHARDS,
              Operation.INSERT_OVER_SHARDS,
              Operation.BATCH,
              Operation.COPY,
              Operation.INSERT);
      CountDownLatch warm = new CountDownLatch(2);
      List<FutureTask<Throwable>> sessions = new ArrayList<>();
      List<Operation> drawn = new ArrayList<>();
      long delay = random.nextInt(8_000_000);
      Desk desk = new Desk(dataSource, recoverer, recoverer);
      try {
        for (int session = 0; session < 2; session++) {
          long own = op + session;
          Operation operation = operations.get(random.nextInt(operations.size()));
          drawn.add(operation);
          sessions.add(
              new FutureTask<>(
                  () ->
                      catchThrowable(
                          () -> {
                            write(desk, Operation.INSERT_OVER_SHARDS, own + 500);
                            warm.countDown();
                            write(desk, operation, own);
                          })));
          new Thread(sessions.get(session), "session").start();
        }
        assertThat(warm.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        long due = System.nanoTime() + delay;
        while (System.nanoTime() - due < 0) {
          Thread.onSpinWait();
        }
        if (end == End.CLOSE) {
          dataSource.close();
        } else {
          endSessions();
        }
        for (int session = 0; session < 2; session++) {
          Throwable failure = sessions.get(session).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
          Deadline.in(PATIENCE)
              .await("recovered", () -> recoverer.transactions().recover().isClean());
          Told told = failure == null ? Told.DONE : Told.by(failure);
          int stands = lines(op + session);
          boolean typed = failure == null || failure instanceof SQLException;
          if (!typed || !drawn.get(session).agrees(told, stands)) {
            wrong.add("%s was told %s, %d stand".formatted(drawn.get(session), failure, stands));
          }
        }
      } finally {
        desk.transfers.close();
        desk.deliveries.close();
        dataSource.close();
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static void write(Desk desk, Operation operation, long op) throws Exception {
    try (Connection connection = operation.connect(desk)) {
      operation.run(connection, desk, op, new Operation.Handle(Whim.none()));
    }
  }

  private static Map<String, String> victims() {
    Map<String, String> urls = new LinkedHashMap<>();
    cluster.primaryUrls().forEach((shard, url) -> urls.put(shard, url + "&ApplicationName=victim"));
    return urls;
  }
}
