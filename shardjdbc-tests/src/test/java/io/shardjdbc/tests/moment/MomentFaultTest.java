package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.SnapshotSettings;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Moments beside commits that stand still, and with locks that are lost. */
class MomentFaultTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final int READS = Integer.getInteger("shardjdbc.moments.lost", 6);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static ShardDataSource others;

  @BeforeAll
  static void open() throws SQLException {
    others = Bank.createAndOpen(cluster.primaryUrls(), Bank.settings());
  }

  @AfterAll
  static void close() {
    others.close();
  }

  @LongRun
  @Test
  void aDecisionThatStandsStillIsNamedAndKeepsNobodyElseWaiting() throws Exception {
    CountDownLatch noted = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (ShardDataSource still =
            ObservedDataSource.open(
                Bank.configuration(cluster.primaryUrls(), Bank.settings()).build(),
                (step, shard) -> {
                  if (step == Step.NOTED) {
                    noted.countDown();
                    await(goOn);
                  }
                });
        ShardDataSource reading =
            ShardDataSource.of(
                Bank.configuration(
                        cluster.primaryUrls(),
                        Bank.settings()
                            .withSnapshots(new SnapshotSettings(true, Duration.ofMillis(400))))
                    .build());
        Connection connection = reading.getConnection()) {
      List<Integer> three = Bank.onDifferentShards(others, 3);
      CompletableFuture<Void> commit = Beside.run(() -> move(still, three.get(0), three.get(1)));
      await(noted);
      try (Movers movers = Movers.startSteady(others, 2, neighbours(others, three))) {
        for (int i = 0; i < 3; i++) {
          long moved = movers.moved();
          assertThatThrownBy(() -> Bank.sum(connection))
              .isInstanceOfSatisfying(
                  SQLException.class,
                  e -> assertThat(CodedError.is(e, ErrorCode.SNAPSHOT_BUSY)).isTrue())
              .hasMessageContaining("s0");
          Deadline.in(PATIENCE).await("others commit", () -> movers.moved() > moved);
        }
      }
      goOn.countDown();
      commit.get(60, TimeUnit.SECONDS);
      assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
    }
  }

  private static List<Integer> neighbours(ShardDataSource dataSource, List<Integer> accounts)
      throws SQLException {
    return List.of(
        Bank.neighbour(dataSource, accounts.get(0)),
        Bank.neighbour(dataSource, accounts.get(1)),
        Bank.neighbour(dataSource, accounts.get(2)));
  }

  private static void move(ShardDataSource dataSource, int from, int to) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate("UPDATE accounts SET balance = balance - 1 WHERE account = " + from);
      statement.executeUpdate("UPDATE accounts SET balance = balance + 1 WHERE account = " + to);
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @LongRun
  @Test
  void locksThatAreLostMakeNoWrongMoment() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    AtomicInteger lostInTurn = new AtomicInteger();
    CompletableFuture<Void> ends = Beside.run(() -> endHolds(over, lostInTurn));
    try (Movers movers = Movers.startSteady(others, 4);
        Connection connection = Bank.reader(others, ReadIntent.snapshot())) {
      int read = 0;
      int lost = 0;
      while (read < READS) {
        try {
          assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
          read++;
          lostInTurn.set(0);
        } catch (SQLException e) {
          lost++; // three times, or it could not be begun
          lostInTurn.incrementAndGet();
        }
      }
      System.out.printf("0 of %d sums wrong, %d not read%n", read, lost);
      assertThat(movers.moved()).isPositive();
    } finally {
      over.countDown();
      ends.get(60, TimeUnit.SECONDS);
    }
  }

  /**
   * Ends the sessions that keep a shard from deciding, over and over again; less often while no
   * read comes through, as on a machine that takes long for one.
   */
  private static void endHolds(CountDownLatch over, AtomicInteger lostInTurn) {
    try (Connection connection = cluster.connect("s0");
        Statement statement = connection.createStatement()) {
      while (!over.await(50L << Math.min(lostInTurn.get(), 7), TimeUnit.MILLISECONDS)) {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
                + " 'shardjdbc snapshot' AND datname = current_database()");
      }
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
