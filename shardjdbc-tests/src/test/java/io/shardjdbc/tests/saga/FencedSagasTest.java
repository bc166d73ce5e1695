package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaCodec;
import io.shardjdbc.saga.SagaResult;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever sleeps, throws or says otherwise, a saga is whole or undone, and once. */
class FencedSagasTest {

  private static final long AMOUNT = 10;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;
  private static ExecutorService threads;
  private static long here;
  private static long there;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Bank.open(cluster.primaryUrls());
    Bank.create(dataSource);
    threads = Executors.newCachedThreadPool();
    here = Bank.on(dataSource, "s0", 0);
    there = Bank.on(dataSource, "s1", 0);
  }

  @AfterAll
  static void close() {
    threads.shutdown();
    dataSource.close();
  }

  private static Sagas sagas(Saga<?> saga, Points points) {
    return Sagas.builder(dataSource).saga(saga).listener(points).withoutBackground().build();
  }

  /** Two steps whose codec, keys and compensations are the test's affair. */
  private static Saga<SagaState> moving(
      String name,
      SagaCodec<SagaState> codec,
      ToLongFunction<SagaState> source,
      ToLongFunction<SagaState> target,
      AtomicBoolean brokenCompensation) {
    return Saga.builder(name, 1, codec)
        .step(
            "debit",
            step ->
                step.on("accounts", source::applyAsLong)
                    .retry(Bank.QUICK)
                    .action(
                        (connection, state) -> {
                          Bank.add(connection, state, "from", -AMOUNT);
                          return state;
                        })
                    .compensation(
                        (connection, state) -> {
                          if (brokenCompensation.get()) {
                            throw new IllegalStateException("not now");
                          }
                          Bank.add(connection, state, "from", AMOUNT);
                        }))
        .step(
            "credit",
            step ->
                step.on("accounts", target::applyAsLong)
                    .retry(RetryPolicy.never())
                    .action(
                        (connection, state) -> {
                          if (state.has("fail")) {
                            throw new IllegalStateException("no credit");
                          }
                          Bank.add(connection, state, "to", AMOUNT);
                          return state;
                        }))
        .build();
  }

  /** Reads while it is not broken. */
  private static SagaCodec<SagaState> breaking(AtomicBoolean broken, boolean error) {
    return new SagaCodec<>() {
      @Override
      public String encode(SagaState state) {
        return SagaState.CODEC.encode(state);
      }

      @Override
      public SagaState decode(String json) {
        if (broken.get()) {
          if (error) {
            throw new NoClassDefFoundError("unreadable");
          }
          throw new IllegalArgumentException("unreadable");
        }
        return SagaState.CODEC.decode(json);
      }
    };
  }

  private static long key(SagaState state, String name, AtomicBoolean broken) {
    if (broken.get()) {
      throw new IllegalStateException("no key");
    }
    return state.getLong(name);
  }

  /** Lets a saga sleep before its credit, with its lease lost. */
  private static Future<SagaResult<SagaState>> asleep(
      Sagas sleeper, Saga<SagaState> saga, String transfer, String point, Points points)
      throws Exception {
    points.haltAt(point, transfer, Sagas.id(saga.name(), transfer));
    SagaState input = Bank.input(transfer, here, there, AMOUNT);
    SagaState full = point.startsWith("COMP") ? input.with("fail", true) : input;
    Future<SagaResult<SagaState>> slept = threads.submit(() -> sleeper.run(saga, transfer, full));
    points.awaitHalted(1);
    expire(transfer);
    return slept;
  }

  private static void expire(String transfer) throws SQLException {
    int changed = 0;
    for (String shard : List.of("s0", "s1", "s2")) {
      try (Statement statement = plain.to(shard).createStatement()) {
        statement.execute("SELECT to_regclass('shardjdbc.saga') IS NOT NULL");
        changed +=
            statement.executeUpdate(
                "UPDATE shardjdbc.saga SET due_at = '-infinity' WHERE key = '" + transfer + "'");
      }
    }
    assertThat(changed).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCodecThatThrowsWhereASagaIsTakenOverProvesNothing(boolean error) throws Exception {
    String transfer = "codec " + error;
    AtomicBoolean broken = new AtomicBoolean();
    Points points = new Points();
    Saga<SagaState> its =
        moving(
            "codec",
            SagaState.CODEC,
            s -> s.getLong("from"),
            s -> s.getLong("to"),
            new AtomicBoolean());
    Saga<SagaState> others =
        moving(
            "codec",
            breaking(broken, error),
            s -> s.getLong("from"),
            s -> s.getLong("to"),
            new AtomicBoolean());
    try (Sagas sleeper = sagas(its, points);
        Sagas other = sagas(others, new Points())) {
      other.install();
      Future<SagaResult<SagaState>> slept =
          asleep(sleeper, its, transfer, "ACTION_TRIED credit", points);
      broken.set(true);
      assertThat(other.recover()).isEqualTo(1);
      assertThat(other.parked())
          .singleElement()
          .satisfies(one -> assertThat(one.step()).contains("debit"));
      assertThat(Bank.bookings(dataSource, transfer)).as("the debit stands, and is told").isOne();
      broken.set(false);
      other.retry(Sagas.id("codec", transfer));
      assertThat(other.recover()).isEqualTo(1);
      points.letGo();
      assertThat(slept.get(60, TimeUnit.SECONDS).status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(Bank.bookings(dataSource, transfer)).as("there and back").isEqualTo(2);
    }
  }

  @LongRun
  @ParameterizedTest
  @ValueSource(strings = {"ACTION_TRIED debit", "ACTION_DONE debit", "ACTION_TRIED credit"})
  void aKeyFunctionThatThrowsWhereASagaIsTakenOverProvesNothing(String point) throws Exception {
    String transfer = "key of " + point;
    AtomicBoolean broken = new AtomicBoolean();
    Points points = new Points();
    Saga<SagaState> its =
        moving(
            "keys",
            SagaState.CODEC,
            s -> s.getLong("from"),
            s -> s.getLong("to"),
            new AtomicBoolean());
    Saga<SagaState> others =
        moving(
            "keys",
            SagaState.CODEC,
            s -> key(s, "from", broken),
            s -> key(s, "to", broken),
            new AtomicBoolean());
    try (Sagas sleeper = sagas(its, points);
        Sagas other = sagas(others, new Points())) {
      other.install();
      Future<SagaResult<SagaState>> slept = asleep(sleeper, its, transfer, point, points);
      broken.set(true);
      assertThat(other.recover()).isEqualTo(1);
      points.letGo();
      SagaResult<SagaState> result = slept.get(60, TimeUnit.SECONDS);
      assertThat(Bank.bookings(dataSource, transfer)).as("%s", result).isIn(0L, 2L);
      assertThat(other.find(others, transfer).orElseThrow().status()).isEqualTo(result.status());
      assertThat(result.status()).isIn(SagaStatus.COMPLETED, SagaStatus.COMPENSATED);
    }
  }

  @Test
  void aKeyThatASecondStepCannotTellUndoesTheFirst() throws Exception {
    for (String how : List.of("throws", "null")) {
      Saga<SagaState> saga =
          Saga.builder("bad key " + how, 1)
              .step(
                  "debit",
                  step ->
                      step.on("accounts", s -> s.getLong("from"))
                          .retry(Bank.QUICK)
                          .action(
                              (connection, state) -> {
                                Bank.add(connection, state, "from", -AMOUNT);
                                return state;
                              })
                          .compensation(
                              (connection, state) -> Bank.add(connection, state, "from", AMOUNT)))
              .step(
                  "credit",
                  step ->
                      step.on("accounts", s -> how.equals("null") ? null : Long.valueOf(how))
                          .retry(Bank.QUICK)
                          .action((connection, state) -> state))
              .build();
      try (Sagas sagas = Bank.sagas(dataSource, saga)) {
        SagaResult<SagaState> result =
            sagas.run(saga, how, Bank.input("bad " + how, here, there, AMOUNT));
        assertThat(result.status()).as(how).isEqualTo(SagaStatus.COMPENSATED);
        assertThat(result.reason().orElseThrow()).startsWith("step credit: ");
        assertThat(Bank.bookings(dataSource, "bad " + how)).isEqualTo(2);
      }
    }
  }

  @LongRun
  @Test
  void aCodecThatKeepsLessThanItIsGivenIsTheSameForAllWhoGoOn() throws Exception {
    SagaCodec<SagaState> lossy =
        new SagaCodec<>() {
          @Override
          public String encode(SagaState state) {
            return SagaState.CODEC.encode(state);
          }

          @Override
          public SagaState decode(String json) {
            SagaState state = SagaState.CODEC.decode(json);
            return state.with("from", here); // whatever it was
          }
        };
    Points points = new Points();
    Saga<SagaState> saga =
        moving("lossy", lossy, s -> s.getLong("from"), s -> s.getLong("to"), new AtomicBoolean());
    try (Sagas sleeper = sagas(saga, points);
        Sagas other = sagas(saga, new Points())) {
      other.install();
      points.haltAt("ACTION_DONE debit", "lossy", Sagas.id("lossy", "lossy"));
      Future<SagaResult<SagaState>> slept =
          threads.submit(
              () -> sleeper.run(saga, "lossy", Bank.input("lossy", there, there, AMOUNT)));
      points.awaitHalted(1);
      expire("lossy");
      assertThat(other.recover()).isEqualTo(1);
      points.letGo();
      assertThat(slept.get(60, TimeUnit.SECONDS).status()).isEqualTo(SagaStatus.COMPLETED);
      assertThat(Bank.bookings(dataSource, "lossy")).as("one debit, one credit").isEqualTo(2);
    }
  }

  @Test
  void whoeverWakesUpAfterAPersonHasSettledDoesNotCompensateToo() throws Exception {
    AtomicBoolean brokenFirst = new AtomicBoolean(true);
    AtomicBoolean brokenSecond = new AtomicBoolean(true);
    Points points = new Points();
    Saga<SagaState> its =
        moving(
            "settled", SagaState.CODEC, s -> s.getLong("from"), s -> s.getLong("to"), brokenFirst);
    Saga<SagaState> others =
        moving(
            "settled", SagaState.CODEC, s -> s.getLong("from"), s -> s.getLong("to"), brokenSecond);
    try (Sagas sleeper = sagas(its, points);
        Sagas other = sagas(others, new Points())) {
      other.install();
      Future<SagaResult<SagaState>> slept =
          asleep(sleeper, its, "settled", "COMPENSATION_FAILED debit", points);
      assertThat(other.recover()).isEqualTo(1);
      UUID id = Sagas.id("settled", "settled");
      assertThat(other.parked()).singleElement();
      other.settle(id);
      brokenFirst.set(false);
      points.letGo();
      Deadline.in(Duration.ofSeconds(60))
          .await("it is taken up again", () -> other.recover() == 1 || slept.isDone());
      assertThat(slept.get(60, TimeUnit.SECONDS).status()).isEqualTo(SagaStatus.COMPENSATED);
      assertThat(Bank.bookings(dataSource, "settled"))
          .as("the debit; the person's refund is not booked")
          .isOne();
    }
  }

  @Test
  void aPersonIsToldOfACompensationThatWasDoneMeanwhile() throws Exception {
    AtomicBoolean brokenFirst = new AtomicBoolean(true);
    Points points = new Points();
    Saga<SagaState> its =
        moving("late", SagaState.CODEC, s -> s.getLong("from"), s -> s.getLong("to"), brokenFirst);
    Saga<SagaState> others =
        moving(
            "late",
            SagaState.CODEC,
            s -> s.getLong("from"),
            s -> s.getLong("to"),
            new AtomicBoolean(true));
    try (Sagas sleeper = sagas(its, points);
        Sagas other = sagas(others, new Points())) {
      other.install();
      Future<SagaResult<SagaState>> slept =
          asleep(sleeper, its, "late", "COMPENSATION_FAILED debit", points);
      assertThat(other.recover()).isEqualTo(1);
      brokenFirst.set(false);
      points.letGo();
      assertThat(slept.get(60, TimeUnit.SECONDS).status()).isEqualTo(SagaStatus.PARKED);
      UUID id = Sagas.id("late", "late");
      assertThatThrownBy(() -> other.settle(id)).hasMessageContaining("SJ0868");
      other.retry(id);
      assertThat(other.recover()).isEqualTo(1);
      assertThat(other.find(others, "late").orElseThrow().status())
          .isEqualTo(SagaStatus.COMPENSATED);
      assertThat(Bank.bookings(dataSource, "late")).isEqualTo(2);
    }
  }
}
