package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sums over all shards while a primary dies and its synchronous replica takes its place. */
@LongRun
class MomentFailoverTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long BREATH = Duration.ofMillis(10).toNanos();

  private static PostgresCluster cluster;
  private static ShardDataSource dataSource;

  @BeforeAll
  static void start() throws SQLException {
    cluster =
        PostgresCluster.builder().shards(2).replicasPerShard(1).synchronousReplicas(1).start();
    Map<String, String> primaries = new LinkedHashMap<>();
    cluster
        .shards()
        .forEach(shard -> primaries.put(shard.name(), shard.primary().jdbcUrl("postgres")));
    Bank.create(primaries);
    dataSource =
        ShardDataSource.of(
            Bank.configuration(primaries, cluster.replicaUrls("postgres"), Bank.settings())
                .build());
  }

  @AfterAll
  static void close() {
    dataSource.close();
    cluster.close();
  }

  /** What a reader has seen. */
  private static final class Reader {

    private final AtomicInteger right = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final ReadIntent intent;
    private volatile boolean over;

    private Reader(ReadIntent intent) {
      this.intent = intent;
    }

    private void run() {
      while (!over) {
        try (Connection connection = Bank.reader(dataSource, intent)) {
          assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
          right.incrementAndGet();
        } catch (SQLException e) {
          failed.incrementAndGet();
          LockSupport.parkNanos(BREATH); // the machine is for the servers
        }
      }
    }

    private void awaitMore(int count) {
      int before = right.get();
      Deadline.in(PATIENCE).await("right sums", () -> right.get() >= before + count || over);
    }
  }

  @Test
  void aPromotionShowsNoHalfOfATransaction() throws Exception {
    Reader onReplicas = new Reader(ReadIntent.bounded(Duration.ofHours(1)).ofOneMoment());
    Reader onPrimaries = new Reader(ReadIntent.primary().ofOneMoment());
    List<CompletableFuture<Void>> reading =
        List.of(Beside.run(onReplicas::run), Beside.run(onPrimaries::run));
    ClusterShard shard = cluster.shard("s0");
    ClusterNode heir = shard.replicas().get(0);
    try (Movers movers = Movers.startUndaunted(dataSource, 4)) {
      onReplicas.awaitMore(10);
      onPrimaries.awaitMore(10);
      heir.set("synchronous_standby_names", "");
      shard.primary().kill();
      heir.promote();
      long moved = movers.moved();
      Deadline.in(PATIENCE).await("others commit", () -> movers.moved() > moved + 20);
      onReplicas.awaitMore(10);
      onPrimaries.awaitMore(10);
    } finally {
      onReplicas.over = true;
      onPrimaries.over = true;
    }
    for (CompletableFuture<Void> one : reading) {
      one.get(60, TimeUnit.SECONDS); // and throws what was wrong
    }
    System.out.printf(
        "beside a promotion, 0 of %d and %d sums wrong, %d and %d refused%n",
        onReplicas.right.get(),
        onPrimaries.right.get(),
        onReplicas.failed.get(),
        onPrimaries.failed.get());
  }
}
