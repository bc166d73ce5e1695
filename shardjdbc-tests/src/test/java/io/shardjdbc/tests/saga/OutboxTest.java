package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.outbox.FailingMessage;
import io.shardjdbc.saga.outbox.MessageHandler;
import io.shardjdbc.saga.outbox.Outbox;
import io.shardjdbc.saga.outbox.OutboxMessage;
import io.shardjdbc.saga.outbox.OutboxRelay;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages that are kept with the work that causes them. */
class OutboxTest {

  private static final Duration SOON = Duration.ofMillis(1);

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static Outbox outbox;
  private static long here;
  private static long there;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Bank.open(cluster.primaryUrls());
    Bank.create(dataSource);
    outbox = Outbox.of(dataSource);
    outbox.install();
    here = Bank.on(dataSource, "s0", 0);
    there = Bank.on(dataSource, "s1", 0);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static OutboxRelay relay(String topic, MessageHandler handler) {
    return OutboxRelay.builder(dataSource, topic, handler)
        .withoutBackground()
        .pauses(SOON, SOON)
        .build();
  }

  private static void add(long account, String topic, String key, String payload)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      touch(connection, account);
      outbox.add(connection, topic, key, payload);
      connection.commit();
    }
  }

  private static void touch(Connection connection, long account) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("UPDATE accounts SET balance = balance WHERE id = " + account);
    }
  }

  @Test
  void aMessageIsDeliveredIfItsTransactionCommitsAndThenDeleted() throws SQLException {
    List<OutboxMessage> received = new ArrayList<>();
    try (OutboxRelay relay = relay("plain", received::add);
        Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      touch(connection, here);
      outbox.add(connection, "plain", "lost");
      connection.rollback();
      touch(connection, here);
      var id = outbox.add(connection, "plain", "kept");
      assertThat(relay.deliver()).isZero();
      connection.commit();

      assertThat(relay.deliver()).isEqualTo(1);
      assertThat(relay.deliver()).isZero();
      assertThat(received)
          .singleElement()
          .satisfies(
              message -> {
                assertThat(message.id()).isEqualTo(id);
                assertThat(message.payload()).isEqualTo("kept");
                assertThat(message.toString()).doesNotContain("kept");
              });
    }
    assertThat(waiting("plain")).isZero();
  }

  @Test
  void aMessageWithoutWorkOnOneShardIsRefused() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThatThrownBy(() -> outbox.add(connection, "none", "x")).hasMessageContaining("SJ0805");
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> outbox.add(connection, "none", "x")).hasMessageContaining("SJ0805");
      connection.rollback();
    }
  }

  @Test
  void aStepsMessageCommitsWithTheStep() throws SQLException {
    Saga<SagaState> saga =
        Saga.builder("telling", 1)
            .step(
                "tell",
                step ->
                    step.on("accounts", state -> state.getLong("from"))
                        .action(
                            (connection, state) -> {
                              outbox.add(connection, "told", state.getString("transfer"));
                              if (state.getLong("amount") == 0) {
                                throw new IllegalArgumentException();
                              }
                              return state;
                            }))
            .build();
    List<String> received = new ArrayList<>();
    try (Sagas sagas = Sagas.builder(dataSource).saga(saga).withoutBackground().build();
        OutboxRelay relay = relay("told", message -> received.add(message.payload()))) {
      sagas.run(saga, "yes", Bank.input("yes", here, there, 1));
      sagas.run(saga, "no", Bank.input("no", here, there, 0));
      relay.deliver();
    }
    assertThat(received).containsExactly("yes");
  }

  @Test
  void messagesOfAKeyKeepTheOrderOfTheirCommitsAndAFailureHoldsUpItsOwnKeyOnly() throws Exception {
    for (int i = 0; i < 5; i++) {
      add(here, "order", "a", "a" + i);
      add(here, "order", "b", "b" + i);
    }
    List<String> received = new ArrayList<>();
    Map<String, Integer> failures = new HashMap<>(Map.of("a1", 3));
    try (OutboxRelay relay =
        relay(
            "order",
            message -> {
              if (failures.merge(message.payload(), -1, Integer::sum) >= 0) {
                throw new IOException("the receiver is away");
              }
              received.add(message.payload());
            })) {
      relay.deliver();
      assertThat(received).contains("b0", "b4", "a0").doesNotContain("a1", "a2");
      List<FailingMessage> failing = outbox.failing(1);
      assertThat(failing)
          .singleElement()
          .satisfies(
              message -> {
                assertThat(message.topic()).isEqualTo("order");
                assertThat(message.reason()).isEqualTo("java.io.IOException");
              });
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "all have come",
              () -> {
                relay.deliver();
                return received.size() == 10;
              });
    }
    assertThat(received).filteredOn(payload -> payload.startsWith("a")).isSorted().hasSize(5);
    assertThat(outbox.failing(1)).isEmpty();
  }

  @Test
  void aMessageThatIsGivenUpFreesThoseBehindIt() throws Exception {
    add(there, "poison", "k", "poison");
    add(there, "poison", "k", "behind");
    List<String> received = new ArrayList<>();
    try (OutboxRelay relay =
        relay(
            "poison",
            message -> {
              if (message.payload().equals("poison")) {
                throw new IOException();
              }
              received.add(message.payload());
            })) {
      relay.deliver();
      assertThat(received).isEmpty();
      FailingMessage poison = outbox.failing(1).get(0);
      assertThat(outbox.discard(poison.id())).isTrue();
      assertThat(outbox.discard(poison.id())).isFalse();
      relay.deliver();
      assertThat(received).containsExactly("behind");
    }
  }

  @LongRun
  @Test
  void whatAKilledRelayWasDeliveringIsDeliveredAgainByAnother() throws Exception {
    for (String payload : List.of("a", "b", "c")) {
      add(here, "killed", "k", payload);
    }
    List<String> arguments = new ArrayList<>(List.of("killed"));
    cluster.primaryUrls().forEach((shard, url) -> arguments.addAll(List.of(shard, url)));
    try (ForkedJvm killed =
        ForkedJvm.run(
            List.of(),
            System.getProperty("java.class.path"),
            List.of(),
            RelayProgram.class,
            arguments.toArray(new String[0]))) {
      assertThat(killed.awaitLine("GOT ")).isEqualTo("GOT a");
      assertThat(killed.awaitLine("GOT ")).isEqualTo("GOT b");
      killed.killHard();
    }
    List<String> received = new ArrayList<>();
    try (OutboxRelay relay = relay("killed", message -> received.add(message.payload()))) {
      Deadline.in(Duration.ofSeconds(60)).await("the lease has run out", () -> relay.deliver() > 0);
    }
    assertThat(received).containsExactly("a", "b", "c");
    assertThat(waiting("killed")).isZero();
  }

  @Test
  @SuppressWarnings("try") // the relays work by themselves
  void severalRelaysAndWritersLoseNothingAndKeepTheOrder() throws Exception {
    int writers = 4;
    int each = 25;
    List<OutboxMessage> received = Collections.synchronizedList(new ArrayList<>());
    Set<String> expected = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try (OutboxRelay one = busy(received);
        OutboxRelay other = busy(received)) {
      List<Callable<Boolean>> work =
          java.util.stream.IntStream.range(0, writers)
              .mapToObj(
                  writer ->
                      (Callable<Boolean>)
                          () -> {
                            for (int i = 0; i < each; i++) {
                              String payload = writer + ":" + i;
                              add(i % 2 == 0 ? here : there, "busy", "key" + i % 3, payload);
                              expected.add(payload);
                            }
                            return true;
                          })
              .toList();
      for (Future<Boolean> done : threads.invokeAll(work)) {
        assertThat(done.get()).isTrue();
      }
      Deadline.in(Duration.ofSeconds(60))
          .await("all have come", () -> received.size() >= writers * each);
    } finally {
      threads.shutdown();
    }
    assertThat(received).extracting(OutboxMessage::payload).containsAll(expected);
    for (int key = 0; key < 3; key++) {
      String name = "key" + key;
      for (boolean even : new boolean[] {true, false}) {
        assertThat(received)
            .filteredOn(m -> m.key().orElseThrow().equals(name))
            .filteredOn(m -> even == (Integer.parseInt(m.payload().split(":", 2)[1]) % 2 == 0))
            .extracting(OutboxMessage::sequence)
            .isSorted();
      }
    }
    assertThat(waiting("busy")).isZero();
  }

  private static OutboxRelay busy(List<OutboxMessage> received) {
    return OutboxRelay.builder(dataSource, "busy", received::add)
        .interval(Duration.ofMillis(20))
        .build();
  }

  private static long waiting(String topic) throws SQLException {
    long count = 0;
    for (String shard : List.of("s0", "s1", "s2")) {
      count +=
          Bank.number(
              dataSource,
              "/* shardjdbc: shard=%s */ SELECT count(*) FROM shardjdbc.outbox WHERE topic = '%s'"
                  .formatted(shard, topic));
    }
    return count;
  }
}
