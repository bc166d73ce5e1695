package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.outbox.FailingMessage;
import io.shardjdbc.saga.outbox.MessageHandler;
import io.shardjdbc.saga.outbox.Outbox;
import io.shardjdbc.saga.outbox.OutboxMessage;
import io.shardjdbc.saga.outbox.OutboxRelay;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Handlers that misbehave, moments that lie badly, and servers that forget. */
class OutboxFaultsTest {

  private static final Duration SOON = Duration.ofMillis(1);

  /**
   * A view over the messages that looks at them one after another, and waits at the second one when
   * it comes by for the second time: the first look only asks whether anything is due.
   */
  private static final String SCAN_THAT_WAITS =
      """
      ALTER TABLE shardjdbc.outbox RENAME TO kept;
      CREATE SEQUENCE looks;
      CREATE FUNCTION passes(message text) RETURNS boolean LANGUAGE plpgsql COST 100000 AS $$
      BEGIN
        IF message = 'other' AND nextval('looks') = 2 THEN
          PERFORM pg_sleep(greatest(0, extract(epoch FROM due_at - clock_timestamp()) + 0.01))
            FROM shardjdbc.kept WHERE payload = 'first';
        END IF;
        RETURN true;
      END $$;
      CREATE VIEW shardjdbc.outbox AS SELECT * FROM shardjdbc.kept WHERE public.passes(payload);
      INSERT INTO shardjdbc.kept (topic, key, payload, attempts, due_at)
        VALUES ('scan', 'k', 'first', 1, clock_timestamp() + interval '1 s');
      INSERT INTO shardjdbc.kept (topic, key, payload)
        VALUES ('scan', 'o', 'other'), ('scan', 'k', 'later');
      ANALYZE shardjdbc.kept;
      """;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;
  private static Outbox outbox;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Bank.open(cluster.primaryUrls());
    Bank.create(dataSource);
    outbox = Outbox.of(dataSource);
    outbox.install();
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

  private static void add(String topic, String key, String payload) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "UPDATE accounts SET balance = balance WHERE id = " + Bank.on(dataSource, "s0", 0));
      outbox.add(connection, topic, key, payload);
      connection.commit();
    }
  }

  private static void onServer(String... statements) throws SQLException {
    plain.on("s0", statements);
  }

  private static List<FailingMessage> failing(String topic) throws SQLException {
    return outbox.failing(1).stream().filter(one -> one.topic().equals(topic)).toList();
  }

  /**
   * The server waits in the middle of the scan, at a message of another key, until the failed one
   * is due: so rows before it and behind it are looked at before and after that moment.
   */
  @LongRun
  @Test
  void aFailedMessageThatBecomesDueDuringAScanIsNotOvertaken() throws Exception {
    String database = cluster.database() + "_scan";
    cluster.cluster().createDatabase(database);
    try (ShardDataSource own = Bank.open(cluster.cluster().primaryUrls(database));
        Connection server = cluster.cluster().shard("s0").primary().connect(database);
        Statement statement = server.createStatement()) {
      Outbox.of(own).install();
      statement.execute(SCAN_THAT_WAITS);
      List<String> received = new ArrayList<>();
      try (OutboxRelay relay =
          OutboxRelay.builder(own, "scan", message -> received.add(message.payload()))
              .withoutBackground()
              .pauses(SOON, SOON)
              .build()) {
        Deadline.in(Duration.ofSeconds(60))
            .await(
                "both of the key have come",
                () -> {
                  relay.deliver();
                  return received.size() >= 3;
                });
      }
      received.remove("other");
      assertThat(received).containsExactly("first", "later");
      try (ResultSet row = statement.executeQuery("SELECT last_value FROM looks")) {
        row.next();
        assertThat(row.getInt(1)).as("how often the scan has come by").isGreaterThan(1);
      }
    }
  }

  @Test
  void anErrorOfAHandlerHoldsUpItsOwnKeyOnly() throws SQLException {
    add("error", "a", "bad");
    add("error", "b", "good");
    List<String> received = new ArrayList<>();
    try (OutboxRelay relay =
        relay(
            "error",
            message -> {
              if (message.payload().equals("bad")) {
                throw new NoClassDefFoundError("gone");
              }
              received.add(message.payload());
            })) {
      assertThat(relay.deliver()).isEqualTo(1);
      assertThat(received).containsExactly("good");
      assertThat(failing("error"))
          .singleElement()
          .satisfies(one -> assertThat(one.reason()).isEqualTo("java.lang.NoClassDefFoundError"));
    }
    assertThat(outbox.discard(failing("error").get(0).id())).isTrue();
  }

  @Test
  void aNumberThatAServerGivesOutAgainIsAnotherMessage() throws SQLException {
    for (boolean delivered : new boolean[] {true, false}) {
      add("again", "k", "old");
      List<String> received = new ArrayList<>();
      try (OutboxRelay relay =
          relay(
              "again",
              message -> {
                received.add(message.payload());
                if (message.payload().equals("old")) {
                  onServer( // as a failover that has lost the commit does it
                      "DELETE FROM shardjdbc.outbox WHERE id = " + message.sequence(),
                      "INSERT INTO shardjdbc.outbox (id, topic, key, payload) OVERRIDING SYSTEM"
                          + " VALUE VALUES ("
                          + message.sequence()
                          + ", 'again', 'k', 'new')");
                  if (!delivered) {
                    throw new IllegalStateException("not taken");
                  }
                }
              })) {
        relay.deliver();
        assertThat(failing("again")).isEmpty();
        relay.deliver();
      }
      assertThat(received).containsExactly("old", "new");
    }
  }

  @Test
  void aHandlerThatInterruptsItsThreadHasDeliveredItsMessage() throws SQLException {
    add("interrupted", "k", "one");
    add("interrupted", "k", "two");
    List<String> received = new ArrayList<>();
    try (OutboxRelay relay =
        relay(
            "interrupted",
            message -> {
              received.add(message.payload());
              Thread.currentThread().interrupt();
            })) {
      assertThat(relay.deliver()).isEqualTo(1);
      assertThat(Thread.interrupted()).as("the caller sees it").isTrue();
      assertThat(relay.deliver()).isEqualTo(1);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(relay.deliver()).isZero();
    }
    assertThat(received).containsExactly("one", "two");
  }

  @Test
  @SuppressWarnings("try") // the relay works by itself
  void theThreadsOfARelayTakeNoNoticeOfHandlersThatInterruptThem() throws SQLException {
    for (int i = 0; i < 5; i++) {
      add("busy", "k", "m" + i);
    }
    List<String> received = Collections.synchronizedList(new ArrayList<>());
    try (OutboxRelay relay =
        OutboxRelay.builder(
                dataSource,
                "busy",
                message -> {
                  received.add(message.payload());
                  Thread.currentThread().interrupt();
                })
            .interval(Duration.ofMillis(20))
            .build()) {
      Deadline.in(Duration.ofSeconds(60)).await("all have come", () -> received.size() >= 5);
    }
    assertThat(received).containsExactly("m0", "m1", "m2", "m3", "m4");
  }

  @Test
  void aHandlerMayCloseItsOwnRelayAndAnotherTakesOverAtOnce() throws Exception {
    add("closing", "k", "one");
    add("closing", "k", "two");
    AtomicReference<OutboxRelay> itself = new AtomicReference<>();
    CountDownLatch closed = new CountDownLatch(1);
    OutboxRelay relay =
        OutboxRelay.builder(
                dataSource,
                "closing",
                message -> {
                  Deadline.in(Duration.ofSeconds(60))
                      .await("the relay is known", () -> itself.get() != null);
                  itself.get().close();
                  closed.countDown();
                })
            .lease(Duration.ofHours(1))
            .interval(Duration.ofMillis(20))
            .build();
    itself.set(relay);
    Deadline.in(Duration.ofSeconds(50)).await("it has closed itself", () -> closed.getCount() == 0);
    List<String> received = new ArrayList<>();
    try (OutboxRelay other = relay("closing", message -> received.add(message.payload()))) {
      Deadline.in(Duration.ofSeconds(50))
          .await("the lease is given back", () -> other.deliver() > 0);
    }
    assertThat(received).containsExactly("two");
  }

  /** As a process does that is stopped in the middle of a message for longer than its lease. */
  @Test
  @SuppressWarnings("try") // closed in the middle, so that its lease is free
  void aRelayThatSleptPastItsLeaseHandsOverNothingOfWhatItHadRead() throws Exception {
    for (String payload : List.of("first", "second", "third")) {
      add("slept", "k", payload);
    }
    List<String> received = new CopyOnWriteArrayList<>();
    CountDownLatch asleep = new CountDownLatch(1);
    CountDownLatch wakes = new CountDownLatch(1);
    MessageHandler sleeping =
        message -> {
          received.add("sleeper " + message.payload());
          asleep.countDown();
          wakes.await();
        };
    try (OutboxRelay sleeper = shortly("slept", sleeping);
        OutboxRelay other = shortly("slept", message -> received.add(message.payload()))) {
      FutureTask<Integer> delivering = new FutureTask<>(sleeper::deliver);
      new Thread(delivering, "sleeper").start();
      asleep.await();
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "another relay takes over",
              () -> {
                other.deliver();
                return received.contains("third");
              });
      add("slept", "k", "fourth");
      other.deliver();
      other.close();
      wakes.countDown();
      delivering.get(60, TimeUnit.SECONDS);
    }
    assertThat(received).containsExactly("sleeper first", "first", "second", "third", "fourth");
  }

  private static OutboxRelay shortly(String topic, MessageHandler handler) {
    return OutboxRelay.builder(dataSource, topic, handler)
        .withoutBackground()
        .lease(Duration.ofMillis(300))
        .build();
  }

  @Test
  void aHandlerThatCallsItsOwnRelayGetsNothingTwice() throws SQLException {
    add("nested", "k", "one");
    add("nested", "k", "two");
    List<String> received = new ArrayList<>();
    AtomicReference<OutboxRelay> itself = new AtomicReference<>();
    try (OutboxRelay relay =
        relay(
            "nested",
            message -> {
              received.add(message.payload());
              if (received.size() < 5) {
                itself.get().deliver();
              }
            })) {
      itself.set(relay);
      relay.deliver();
    }
    assertThat(received).containsExactly("one", "two");
  }

  @Test
  void oddCharactersComeAsTheyWereOrAreRefused() throws SQLException {
    String odd = "\u0001\u007f\u00e9\ud83d\ude00\u2028'\"\\;--%_{}";
    add("odd" + odd, odd, odd);
    List<OutboxMessage> received = new ArrayList<>();
    try (OutboxRelay relay = relay("odd" + odd, received::add)) {
      relay.deliver();
    }
    assertThat(received)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.key()).contains(odd);
              assertThat(message.payload()).isEqualTo(odd);
            });
    for (String half : List.of("\ud83d", "a\ude00b", "\0")) {
      for (List<String> message :
          List.of(List.of(half, "k", "p"), List.of("t", half, "p"), List.of("t", "k", half))) {
        assertThatThrownBy(() -> add(message.get(0), message.get(1), message.get(2)))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("SJ0703");
      }
    }
  }

  @LongRun
  @Test
  void largeMessagesArePassedOnInASmallHeap() throws Exception {
    onServer(
        "INSERT INTO shardjdbc.outbox (topic, payload)"
            + " SELECT 'large', repeat('x', 1048576) FROM generate_series(1, 100)",
        "INSERT INTO shardjdbc.saga (id, name, version, key, status, input, epoch, due_at,"
            + " deadline_at, changed_at) SELECT gen_random_uuid(), 'large', 1, 'k' || n,"
            + " 'completed', to_json(repeat('x', 200000)), 1, now(), now(), now() - interval '9 d'"
            + " FROM generate_series(1, 500) n");
    SmallHeap.run(cluster.primaryUrls(), "large");
    assertThat(
            Bank.number(
                dataSource,
                "/* shardjdbc: shard=s0 */ SELECT (SELECT count(*) FROM shardjdbc.outbox"
                    + " WHERE topic = 'large')"
                    + " + (SELECT count(*) FROM shardjdbc.saga WHERE name = 'large')"))
        .isZero();
  }
}
