package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaEvent;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.SagaSummary;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.ShardsAwayException;
import io.shardjdbc.saga.outbox.Outbox;
import io.shardjdbc.saga.outbox.OutboxRelay;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One shard is away; what does not need it goes on. */
class AbsentShardTest {

  private static final String DATABASE = "bank";
  private static final RetryPolicy SHORT =
      new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2));

  private static PostgresCluster cluster;
  private static ShardDataSource dataSource;
  private static Outbox outbox;

  @BeforeAll
  static void start() throws SQLException {
    cluster = PostgresCluster.builder().shards(3).start();
    cluster.createDatabase(DATABASE);
    dataSource = Bank.open(cluster.primaryUrls(DATABASE), Duration.ofSeconds(1));
    Bank.create(dataSource);
    outbox = Outbox.of(dataSource);
    outbox.install();
  }

  @AfterAll
  static void stop() {
    dataSource.close();
    cluster.close();
  }

  @AfterEach
  void comeBack() {
    if (!cluster.shard("s0").primary().isRunning()) {
      cluster.shard("s0").primary().start();
    }
    Deadline.in(Duration.ofSeconds(60)).await("s0 is back", AbsentShardTest::isBack);
  }

  private static boolean isBack() {
    try {
      return Bank.number(dataSource, "/* shardjdbc: shard=s0 */ SELECT 1") == 1;
    } catch (SQLException e) {
      return false;
    }
  }

  private static Saga<SagaState> touching(String name, RetryPolicy policy) {
    return Saga.builder(name, 1)
        .step(
            "only",
            step ->
                step.on("accounts", state -> state.getLong("from"))
                    .retry(policy)
                    .action(
                        (connection, state) -> {
                          Bank.add(connection, state, "from", 1);
                          return state;
                        }))
        .build();
  }

  /** Keys of sagas whose records are not on s0. */
  private static List<String> homesElsewhere(Sagas sagas, Saga<SagaState> saga, String on, int most)
      throws SQLException {
    List<String> keys = new ArrayList<>();
    long account = Bank.on(dataSource, on, 0);
    for (int i = 0; keys.size() < most; i++) {
      String key = on + "-" + i;
      UUID id = sagas.start(saga, key, Bank.input(saga.name() + key, account, account, 1));
      String sql =
          "/* shardjdbc: shard=s0 */ SELECT count(*) FROM shardjdbc.saga WHERE id = '" + id + "'";
      if (Bank.number(dataSource, sql) == 0) {
        keys.add(key);
      }
    }
    return keys;
  }

  @LongRun
  @Test
  void sagasThatWaitForAShardDoNotStarveThoseThatDoNot() throws SQLException {
    Saga<SagaState> saga = touching("starving", RetryPolicy.defaults());
    List<String> waiting;
    List<String> others;
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      waiting = homesElsewhere(sagas, saga, "s0", 25);
      others = homesElsewhere(sagas, saga, "s1", 5);
      cluster.shard("s0").primary().kill();
    }
    AtomicInteger failed = new AtomicInteger();
    try (Sagas sagas =
        Sagas.builder(dataSource)
            .saga(saga)
            .interval(Duration.ofMillis(50))
            .listener(
                event -> {
                  if (event.kind() == SagaEvent.Kind.ACTION_FAILED) {
                    failed.incrementAndGet();
                  }
                })
            .build()) {
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "the others have ended",
              () -> {
                for (String key : others) {
                  if (!sagas.find(saga, key).orElseThrow().status().isEnd()) {
                    return false;
                  }
                }
                return true;
              });
      for (String key : others) {
        assertThat(sagas.find(saga, key).orElseThrow().isCompleted()).isTrue();
      }
      assertThat(failed.get()).as("tries in vain before that").isLessThan(waiting.size());
      cluster.shard("s0").primary().start();
      Deadline.in(Duration.ofSeconds(120))
          .await(
              "those that waited have ended",
              () -> {
                for (String key : waiting) {
                  if (!sagas.find(saga, key).orElseThrow().status().isEnd()) {
                    return false;
                  }
                }
                return true;
              });
    }
  }

  @LongRun
  @Test
  void recoverGoesOnWithTheSagasOfOtherShards() throws SQLException {
    Saga<SagaState> saga = touching("recovered", SHORT);
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      List<String> keys = homesElsewhere(sagas, saga, "s1", 3);
      cluster.shard("s0").primary().kill();
      ShardsAwayException away = catchThrowableOfType(ShardsAwayException.class, sagas::recover);
      assertThat(away.getMessage()).contains("SJ0869").contains("s0");
      assertThat(away.done()).isGreaterThanOrEqualTo(3);
      for (String key : keys) {
        assertThat(sagas.find(saga, key).orElseThrow().isCompleted()).isTrue();
      }
    }
  }

  @LongRun
  @Test
  void whatWaitsForAPersonIsListedAndSettledBesideAShardThatIsAway() throws SQLException {
    Saga<SagaState> saga =
        Saga.builder("parked", 1)
            .step(
                "first",
                step ->
                    step.on("accounts", state -> state.getLong("from"))
                        .retry(SHORT)
                        .action((connection, state) -> state)
                        .compensation(
                            (connection, state) -> {
                              throw new IllegalStateException();
                            }))
            .step(
                "second",
                step ->
                    step.on("accounts", state -> state.getLong("from"))
                        .retry(RetryPolicy.never())
                        .action(
                            (connection, state) -> {
                              throw new IllegalStateException();
                            }))
            .build();
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      String key = homesElsewhere(sagas, saga, "s1", 1).get(0);
      sagas.recover();
      UUID id = Sagas.id("parked", key);
      cluster.shard("s0").primary().kill();
      ShardsAwayException away = catchThrowableOfType(ShardsAwayException.class, sagas::parked);
      assertThat(away.found()).extracting(one -> ((SagaSummary) one).id()).contains(id);
      sagas.settle(id);
      assertThatThrownBy(sagas::recover).isInstanceOf(ShardsAwayException.class);
      assertThat(sagas.find(saga, key).orElseThrow().status()).isEqualTo(SagaStatus.COMPENSATED);
    }
  }

  @LongRun
  @Test
  void messagesOfOtherShardsAreDeliveredListedAndGivenUp() throws SQLException {
    UUID bad = add("away", "a", "bad");
    add("away", "b", "good");
    cluster.shard("s0").primary().kill();
    List<String> received = new ArrayList<>();
    try (OutboxRelay relay =
        OutboxRelay.builder(
                dataSource,
                "away",
                message -> {
                  if (message.payload().equals("bad")) {
                    throw new IllegalStateException();
                  }
                  received.add(message.payload());
                })
            .withoutBackground()
            .build()) {
      ShardsAwayException away = catchThrowableOfType(ShardsAwayException.class, relay::deliver);
      assertThat(away.done()).isEqualTo(1);
      assertThat(received).containsExactly("good");
      ShardsAwayException failing =
          catchThrowableOfType(ShardsAwayException.class, () -> outbox.failing(1));
      assertThat(failing.found()).hasSize(1);
      assertThat(outbox.discard(bad)).as("it is on a shard that answers").isTrue();
      assertThatThrownBy(() -> outbox.discard(bad))
          .as("nobody can say")
          .isInstanceOf(ShardsAwayException.class);
    }
  }

  private static UUID add(String topic, String key, String payload) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "UPDATE accounts SET balance = balance WHERE id = " + Bank.on(dataSource, "s1", 0));
      UUID id = outbox.add(connection, topic, key, payload);
      connection.commit();
      return id;
    }
  }
}
