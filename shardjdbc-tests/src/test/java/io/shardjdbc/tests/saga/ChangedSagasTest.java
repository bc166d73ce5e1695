package io.shardjdbc.tests.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaBuilder;
import io.shardjdbc.saga.SagaCodec;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.SagaSummary;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Definitions, keys and tables of another release. */
class ChangedSagasTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;
  private static long here;
  private static long there;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Bank.open(cluster.primaryUrls());
    Bank.create(dataSource);
    here = Bank.on(dataSource, "s0", 0);
    there = Bank.on(dataSource, "s1", 0);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static SagaBuilder<SagaState> step(
      SagaBuilder<SagaState> builder, String name, String whose, boolean undoable) {
    return builder.step(
        name,
        step -> {
          step.on("accounts", state -> state.getLong(whose))
              .action(
                  (connection, state) -> {
                    Bank.add(connection, state, whose, 1);
                    return state;
                  });
          if (undoable) {
            step.compensation((connection, state) -> Bank.add(connection, state, whose, -1));
          }
        });
  }

  private static Saga<SagaState> saga(String name, int version, String... steps) {
    SagaBuilder<SagaState> builder = Saga.builder(name, version);
    for (String step : steps) {
      step(builder, step, step.startsWith("to") ? "to" : "from", !step.endsWith("!"));
    }
    return builder.build();
  }

  @Test
  void aSagaInFlightIsNotGoneOnWithByOtherStepsOfItsVersion() throws SQLException {
    Saga<SagaState> begun = saga("flight", 1, "first", "to second");
    SagaState input = Bank.input("flight", here, there, 1);
    try (Sagas sagas = Bank.sagas(dataSource, begun)) {
      sagas.start(begun, "flight", input);
    }
    for (List<String> steps :
        List.of(
            List.of("first", "to renamed"),
            List.of("first"),
            List.of("first", "to second", "third"),
            List.of("to second", "first"),
            List.of("first!", "to second"))) {
      Saga<SagaState> changed = saga("flight", 1, steps.toArray(String[]::new));
      try (Sagas sagas = Bank.sagas(dataSource, changed)) {
        assertThat(sagas.recover()).as("%s", steps).isZero();
        assertThat(sagas.overdue(Duration.ZERO)).extracting(SagaSummary::name).contains("flight");
        assertThatThrownBy(() -> sagas.run(changed, "flight", input))
            .as("%s", steps)
            .hasMessageContaining("SJ0865");
      }
    }
    assertThat(Bank.bookings(dataSource, "flight")).isZero();
    Saga<SagaState> same = saga("flight", 1, "first", "to second");
    try (Sagas sagas = Bank.sagas(dataSource, same)) {
      assertThat(sagas.recover()).isEqualTo(1);
      assertThat(sagas.find(same, "flight").orElseThrow().isCompleted()).isTrue();
    }
  }

  @Test
  void aKeyNamesASagaOfOneVersion() throws SQLException {
    Saga<SagaState> one = saga("versions", 1, "first");
    Saga<SagaState> two = saga("versions", 2, "first", "to second");
    SagaState input = Bank.input("versions", here, there, 1);
    try (Sagas sagas = Bank.sagas(dataSource, one, two)) {
      assertThat(sagas.run(one, "k", input).isCompleted()).isTrue();
      assertThatThrownBy(() -> sagas.run(two, "k", input)).hasMessageContaining("SJ0866");
      assertThatThrownBy(() -> sagas.start(two, "k", input)).hasMessageContaining("SJ0866");
      assertThatThrownBy(() -> sagas.find(two, "k")).hasMessageContaining("SJ0866");
      assertThat(sagas.find(one, "k")).isPresent();
    }
    assertThat(Bank.bookings(dataSource, "versions")).isOne();
  }

  @Test
  void noTwoKeysAreOneSaga() throws SQLException {
    Saga<SagaState> saga = saga("keys", 1, "first");
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      for (String half : List.of("\ud800", "\ud801", "a\udc00", "\udc00\ud800", "\0", "")) {
        assertThatThrownBy(() -> sagas.run(saga, half, Bank.input("half", here, there, 1)))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sagas.id("keys", half))
            .isInstanceOf(IllegalArgumentException.class);
      }
      for (String odd : List.of("\ud83d\ude00", "?", "'\"\\", "\u00e9", "e\u0301", " ", "\n")) {
        assertThat(
                sagas
                    .run(
                        saga,
                        odd,
                        Bank.input("odd " + (int) odd.charAt(0) + odd.length(), here, there, 1))
                    .isCompleted())
            .isTrue();
      }
    }
    assertThatThrownBy(() -> Saga.builder("\ud800", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tablesAndSagasOfAnOlderReleaseAreGoneOnWith() throws SQLException {
    Saga<SagaState> saga = saga("older", 1, "first", "to second");
    String json = SagaState.CODEC.encode(Bank.input("older", here, there, 1));
    UUID id = Sagas.id("older", "k");
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      sagas.install();
      sagas.start(saga, "k", Bank.input("older", here, there, 1));
    }
    for (String shard : List.of("s0", "s1", "s2")) {
      onServer(
          shard,
          "ALTER TABLE shardjdbc.saga DROP COLUMN definition, DROP COLUMN places,"
              + " DROP COLUMN parked_shard",
          "ALTER TABLE shardjdbc.saga_step DROP COLUMN next",
          "UPDATE shardjdbc.saga SET epoch = 1 WHERE id = '" + id + "'");
    }
    onServer( // its first step is done by the older release
        "s0",
        "INSERT INTO shardjdbc.saga_step (saga_id, step, direction, outcome, epoch, state)"
            + " VALUES ('"
            + id
            + "', 'first', 'action', 'done', 1, '"
            + json
            + "')");
    try (ShardDataSource newer = Bank.open(cluster.primaryUrls());
        Sagas sagas = Bank.sagas(newer, saga)) {
      assertThat(sagas.recover()).isEqualTo(1);
      assertThat(sagas.find(saga, "k").orElseThrow().status()).isEqualTo(SagaStatus.COMPLETED);
      assertThat(Bank.bookings(dataSource, "older")).as("the second step's alone").isOne();
    }
  }

  @LongRun
  @Test
  void anUpgradeWaitsForNoLongTransactionButSaysSo() throws SQLException {
    Saga<SagaState> saga = saga("waiting", 1, "first");
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      sagas.install();
    }
    onServer("s2", "ALTER TABLE shardjdbc.saga_step DROP COLUMN next");
    try (Connection longOne = cluster.connect("s2");
        Statement statement = longOne.createStatement();
        ShardDataSource newer = Bank.open(cluster.primaryUrls());
        Sagas sagas = Bank.sagas(newer, saga)) {
      longOne.setAutoCommit(false);
      statement.execute("LOCK TABLE shardjdbc.saga_step IN ROW EXCLUSIVE MODE");
      assertThatThrownBy(sagas::install)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
      longOne.rollback();
      sagas.install();
    }
  }

  @Test
  void endedSagasAreForgottenByRecoverToo() throws SQLException {
    Saga<SagaState> saga = saga("ended", 1, "first");
    try (Sagas sagas =
        Sagas.builder(dataSource)
            .saga(saga)
            .retention(Duration.ofMillis(1))
            .withoutBackground()
            .build()) {
      sagas.run(saga, "k", Bank.input("ended", here, there, 1));
      io.shardjdbc.testkit.Deadline.in(Duration.ofSeconds(60))
          .await(
              "it is forgotten",
              () -> {
                sagas.recover();
                return sagas.find(saga, "k").isEmpty();
              });
    }
  }

  private static void onServer(String shard, String... statements) throws SQLException {
    plain.on(shard, statements);
  }

  @Test
  void whoeverHasWrittenAStateGoesOnFromItsJsonAsAllOthersWould() throws Exception {
    SagaCodec<SagaState> lossy =
        new SagaCodec<>() {
          @Override
          public String encode(SagaState state) {
            return SagaState.CODEC.encode(state.with("kept", false));
          }

          @Override
          public SagaState decode(String json) {
            return SagaState.CODEC.decode(json);
          }
        };
    List<Boolean> seen = new ArrayList<>();
    Saga<SagaState> saga =
        Saga.builder("read", 1, lossy)
            .step(
                "first",
                step ->
                    step.on("accounts", s -> s.getLong("from"))
                        .action((connection, state) -> state.with("kept", true)))
            .step(
                "second",
                step ->
                    step.on("accounts", s -> s.getLong("to"))
                        .action(
                            (connection, state) -> {
                              seen.add(state.getBoolean("kept"));
                              return state;
                            }))
            .build();
    try (Sagas sagas = Bank.sagas(dataSource, saga)) {
      sagas.run(saga, "read", Bank.input("read", here, there, 1));
    }
    assertThat(seen).containsExactly(false);
  }
}
