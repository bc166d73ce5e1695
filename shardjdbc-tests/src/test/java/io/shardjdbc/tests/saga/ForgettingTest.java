package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ended sagas are forgotten, and nothing but them. */
class ForgettingTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static ExecutorService threads;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Bank.open(cluster.primaryUrls());
    Bank.create(dataSource);
    threads = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void close() {
    threads.shutdown();
    dataSource.close();
  }

  @Test
  void whoForgetsASagaLateLeavesTheJournalOfTheNextOneOfItsKey() throws Exception {
    AtomicInteger done = new AtomicInteger();
    Saga<SagaState> saga =
        Saga.builder("again", 1)
            .step(
                "only",
                step ->
                    step.on("accounts", s -> s.getLong("from"))
                        .action(
                            (connection, state) -> {
                              Bank.add(connection, state, "from", 0);
                              done.incrementAndGet();
                              return state;
                            }))
            .build();
    long last = Bank.on(dataSource, "s2", 0);
    try (Proxies proxies = new Proxies(cluster);
        ShardDataSource slow = Bank.open(proxies.urls);
        Sagas late =
            Sagas.builder(slow)
                .saga(saga)
                .retention(Duration.ofMillis(1))
                .withoutBackground()
                .build();
        Sagas sagas = Bank.sagas(dataSource, saga);
        Sagas quick =
            Sagas.builder(dataSource)
                .saga(saga)
                .retention(Duration.ofMillis(1))
                .withoutBackground()
                .build()) {
      late.recover(); // with connections of all shards
      int first = 0;
      String key;
      do {
        key = "again" + first++;
        sagas.run(saga, key, Bank.input("first" + first, last, last, 1));
      } while (!isHome("s0", key));
      String again = key;
      proxies.all.get("s2").stall();
      Future<Integer> forgetting = threads.submit(late::recover);
      Deadline.in(Duration.ofSeconds(60))
          .await("the journal of the other shards is being forgotten", () -> waits(forgetting));
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "it is forgotten",
              () -> {
                quick.recover();
                return quick.find(saga, again).isEmpty();
              });
      UUID id = sagas.run(saga, again, Bank.input("second", last, last, 1)).id();
      proxies.all.get("s2").pass();
      assertThat(forgetting.get(60, TimeUnit.SECONDS)).isZero();
      assertThat(
              Bank.number(
                  dataSource,
                  "/* shardjdbc: shard=s2 */ SELECT count(*) FROM shardjdbc.saga_step"
                      + " WHERE saga_id = '"
                      + id
                      + "'"))
          .isOne();
      assertThat(sagas.find(saga, again)).isPresent();
      assertThat(done).hasValue(first + 1);
    }
  }

  private static boolean isHome(String shard, String key) throws SQLException {
    return Bank.number(
            dataSource,
            "/* shardjdbc: shard=%s */ SELECT count(*) FROM shardjdbc.saga WHERE key = '%s'"
                .formatted(shard, key))
        == 1;
  }

  /** Nothing outside tells that it waits but that it does not end. */
  private static boolean waits(Future<Integer> forgetting) throws SQLException {
    return !forgetting.isDone()
        && Bank.number(
                dataSource,
                "/* shardjdbc: shard=s1 */ SELECT count(*) FROM pg_stat_activity WHERE query LIKE"
                    + " '%DELETE FROM shardjdbc.saga_step%' AND datname = current_database()"
                    + " AND pid <> pg_backend_pid() AND state = 'idle'")
            > 0;
  }

  /** A proxy in front of each shard. */
  private static final class Proxies implements AutoCloseable {
    private final Map<String, TcpProxy> all = new LinkedHashMap<>();
    private final Map<String, String> urls = new LinkedHashMap<>();

    Proxies(ClusterExtension cluster) {
      cluster
          .primaryUrls()
          .forEach(
              (shard, url) -> {
                TcpProxy proxy = cluster.shard(shard).primary().proxy();
                all.put(shard, proxy);
                urls.put(shard, cluster.shard(shard).primary().jdbcUrl(cluster.database(), proxy));
              });
    }

    @Override
    public void close() {
      all.values().forEach(TcpProxy::pass);
    }
  }
}
