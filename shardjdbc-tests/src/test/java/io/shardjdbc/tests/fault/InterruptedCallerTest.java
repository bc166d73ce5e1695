package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A caller that is interrupted fails alone: its interruption says nothing of a shard. */
@LongRun
class InterruptedCallerTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension
  static final ClusterExtension replicated =
      ClusterExtension.of(PostgresCluster.builder().shards(1).replicasPerShard(1));

  private ShardDataSource dataSource;

  @BeforeEach
  void open() throws SQLException {
    dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.primaryUrls().get("s0"))
            .shard("s1", cluster.primaryUrls().get("s1"))
            .pool(
                new PoolConfiguration(
                    2, 0, Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(5)))
            .build();
  }

  @AfterEach
  void close() {
    dataSource.close();
  }

  private static int one(ShardDataSource asked) throws SQLException {
    try (Connection connection = asked.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("/* shardjdbc: shard=s0 */ SELECT 1")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static Throwable interrupted(ShardDataSource asked) throws Exception {
    return interrupted(() -> one(asked));
  }

  private static Throwable interrupted(ThrowingCallable use) throws Exception {
    FutureTask<Throwable> told =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              Throwable failure = catchThrowable(use);
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
              return failure;
            });
    new Thread(told, "interrupted").start();
    return told.get(30, TimeUnit.SECONDS);
  }

  @Test
  void othersAreServedAtOnce() throws Exception {
    assertThat(interrupted(dataSource)).hasMessageContaining("SJ0560");
    assertThat(one(dataSource)).isOne();
  }

  /** For what is asked beside the pools, a connection is opened in the caller's thread. */
  @Test
  void whoeverIsInterruptedIsToldSoWhateverHeWaitsFor() throws Exception {
    assertThat(interrupted(() -> dataSource.transactions().install()))
        .hasMessageContaining("SJ0560");
    assertThat(interrupted(() -> dataSource.transactions().inDoubt()))
        .hasMessageContaining("SJ0560");
    assertThat(one(dataSource)).isOne();
  }

  @LongRun
  @Test
  void soAreOthersWhereReplicasAreWatched(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("shards.yaml");
    Files.writeString(file, replicated.shardsYaml() + "\ntables:\n  t: {shard: s0}\n");
    try (ShardDataSource watched = ShardDataSource.open(file)) {
      interrupted(watched);
      assertThat(one(watched)).isOne();
    }
  }
}
