package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that empty a queue over shards at the same time take each job once. */
class QueueWorkersTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Jobs.open(cluster);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    Jobs.fill(dataSource);
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Sample.lent(dataSource)).isZero();
  }

  /** One way of taking jobs: their numbers, at most so many. */
  private interface Taking {
    List<Long> take(Connection connection, int most) throws SQLException;
  }

  private static List<Long> updated(Connection connection, int most, String query)
      throws SQLException {
    List<Long> ids = Jobs.ids(connection, query + " SKIP LOCKED", most);
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE jobs SET state = 'done' WHERE id = ? AND owner = ?")) {
      for (long id : ids) {
        update.setLong(1, id);
        update.setLong(2, id * 7);
        update.addBatch();
      }
      update.executeBatch();
    }
    return ids;
  }

  private static final Map<String, Taking> WAYS = new TreeMap<>();

  static {
    WAYS.put("any", (connection, most) -> updated(connection, most, Jobs.ANY));
    WAYS.put("first", (connection, most) -> updated(connection, most, Jobs.FIRST));
    WAYS.put(
        "fetch first",
        (connection, most) ->
            updated(connection, most, Jobs.FIRST.replace("LIMIT ?", "FETCH FIRST ? ROWS ONLY")));
    WAYS.put(
        "update in",
        (connection, most) ->
            Jobs.ids(
                connection,
                "UPDATE jobs SET state = 'done' WHERE id IN (SELECT id FROM jobs WHERE state ="
                    + " 'new' ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING id",
                most));
    WAYS.put(
        "update of one",
        (connection, most) ->
            Jobs.ids(
                connection,
                "UPDATE jobs SET state = 'done', by = ? WHERE id = (SELECT j.id FROM jobs j WHERE"
                    + " j.state = 'new' LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id",
                "me"));
    WAYS.put(
        "update from",
        (connection, most) ->
            Jobs.ids(
                connection,
                "WITH next AS (SELECT id FROM jobs WHERE state = 'new' ORDER BY id LIMIT ? FOR"
                    + " UPDATE SKIP LOCKED) UPDATE jobs j SET state = 'done' FROM next WHERE j.id ="
                    + " next.id RETURNING j.id",
                most));
    WAYS.put(
        "delete in",
        (connection, most) ->
            Jobs.ids(
                connection,
                "DELETE FROM jobs WHERE (owner, id) IN (SELECT owner, id FROM jobs LIMIT ? FOR"
                    + " UPDATE SKIP LOCKED) RETURNING id",
                most));
    WAYS.put(
        "delete using",
        (connection, most) ->
            Jobs.ids(
                connection,
                "DELETE FROM jobs USING (SELECT id FROM jobs ORDER BY id LIMIT ? FOR UPDATE SKIP"
                    + " LOCKED) next WHERE next.id = jobs.id RETURNING jobs.id",
                most));
  }

  static List<String> ways() {
    return List.copyOf(WAYS.keySet());
  }

  @LongRun
  @ParameterizedTest
  @MethodSource("ways")
  void workersTakeEachJobOnce(String way) throws Exception {
    for (TransactionMode mode : List.of(TransactionMode.SINGLE_SHARD, TransactionMode.TWO_PHASE)) {
      Jobs.fill(dataSource);
      int workers = 4;
      ExecutorService threads = Executors.newFixedThreadPool(workers);
      List<Future<List<Long>>> taken = new ArrayList<>();
      try {
        for (int i = 0; i < workers; i++) {
          Callable<List<Long>> worker = () -> drain(WAYS.get(way), mode);
          taken.add(threads.submit(worker));
        }
        List<Long> all = new ArrayList<>();
        for (Future<List<Long>> one : taken) {
          all.addAll(one.get(60, TimeUnit.SECONDS));
        }
        Collections.sort(all);
        assertThat(all).isEqualTo(Jobs.all());
      } finally {
        threads.shutdownNow();
      }
      assertThat(Jobs.count(dataSource, "SELECT count(*) FROM jobs WHERE state = 'new'")).isZero();
    }
  }

  private static List<Long> drain(Taking way, TransactionMode mode) throws SQLException {
    List<Long> mine = new ArrayList<>();
    while (Jobs.count(dataSource, "SELECT count(*) FROM jobs WHERE state = 'new'") > 0) {
      try (Connection connection = Jobs.transaction(dataSource, mode)) {
        mine.addAll(way.take(connection, 3));
        connection.commit();
      }
    }
    return mine;
  }

  @ParameterizedTest
  @ValueSource(strings = {"update in", "update of one", "update from", "delete in", "delete using"})
  void aWriteInAutoCommitModeTakesEachJobOnce(String way) throws Exception {
    int workers = 4;
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    List<Future<List<Long>>> taken = new ArrayList<>();
    try {
      for (int i = 0; i < workers; i++) {
        taken.add(
            threads.submit(
                () -> {
                  List<Long> mine = new ArrayList<>();
                  try (Connection connection = dataSource.getConnection()) {
                    while (Jobs.count(dataSource, "SELECT count(*) FROM jobs WHERE state = 'new'")
                        > 0) {
                      mine.addAll(WAYS.get(way).take(connection, 2));
                    }
                  }
                  return mine;
                }));
      }
      List<Long> all = new ArrayList<>();
      for (Future<List<Long>> one : taken) {
        all.addAll(one.get(60, TimeUnit.SECONDS));
      }
      Collections.sort(all);
      assertThat(all).isEqualTo(Jobs.all());
    } finally {
      threads.shutdownNow();
    }
  }
}
