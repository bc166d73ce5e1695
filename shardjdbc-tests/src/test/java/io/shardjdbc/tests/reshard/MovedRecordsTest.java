package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.saga.Saga;
import io.shardjdbc.saga.SagaState;
import io.shardjdbc.saga.SagaStatus;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.outbox.Outbox;
import io.shardjdbc.saga.outbox.OutboxRelay;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the library keeps of sagas and messages goes the way of the rows that it belongs to. */
@LongRun
class MovedRecordsTest {
  private static final int USERS = 60;
  private static final long MOVES = user(true, true);
  private static final long OTHER = user(false, false);

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);
  private volatile @Nullable Sagas stops;
  private volatile boolean refused;

  /** A user of the first shard or not, whose rows move or not. */
  private static long user(boolean ofFirst, boolean moves) {
    return LongStream.rangeClosed(1, USERS)
        .filter(user -> MovingShards.OF_S0.contains(MovingShards.position(user)) == ofFirst)
        .filter(user -> MovingShards.moves(user) == moves)
        .findFirst()
        .orElseThrow();
  }

  @BeforeEach
  void createTables() throws SQLException {
    shards.createTables();
    shards.fill(USERS);
  }

  @AfterEach
  void removeStreams() throws SQLException {
    shards.removeStreams();
  }

  private static ShardDataSource open() throws SQLException {
    ShardDataSourceBuilder builder =
        ShardDataSource.builder().tables(t -> t.sharded("users", "id").sharded("posts", "user_id"));
    CLUSTER.primaryUrls().forEach(builder::shard);
    return builder.build();
  }

  /** Its first step is done; in the second one its process may end, or say no. */
  private Saga<SagaState> pay() {
    return Saga.builder("pay", 1)
        .step(
            "take",
            step ->
                step.on("users", s -> s.getLong("from"))
                    .action((connection, s) -> add(connection, s, "from", 1))
                    .compensation((connection, s) -> add(connection, s, "from", 100)))
        .step(
            "give",
            step -> step.on("users", s -> s.getLong("to")).action((on, state) -> give(on, state)))
        .build();
  }

  private SagaState give(Connection connection, SagaState state) throws SQLException {
    Sagas ending = stops;
    if (ending != null) {
      ending.close();
      throw new SQLException("its process ends", "53000");
    }
    if (refused) {
      throw new SQLException("no", "23514");
    }
    return add(connection, state, "to", 1);
  }

  private static SagaState add(Connection connection, SagaState state, String who, int amount)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE users SET n = n + ? WHERE id = ?")) {
      update.setInt(1, amount);
      update.setLong(2, state.getLong(who));
      assertThat(update.executeUpdate()).isOne();
    }
    return state;
  }

  private static Sagas sagas(ShardDataSource process, Saga<SagaState> pay) {
    return Sagas.builder(process).saga(pay).withoutBackground().build();
  }

  /** Sagas of which a process has done the first step, and has ended in the second one. */
  private void leave(ShardDataSource process, Saga<SagaState> pay, List<String> keys)
      throws SQLException {
    for (String key : keys) {
      try (Sagas ends = sagas(process, pay)) {
        stops = ends;
        SagaState input = SagaState.of("from", MOVES).with("to", OTHER);
        assertThatThrownBy(() -> ends.run(pay, key, input)).isInstanceOf(SQLException.class);
        stops = null;
      }
    }
    assertThat(numbers(S0, MOVES)).containsExactly((long) keys.size());
  }

  private List<Long> numbers(ShardId shard, long... users) throws SQLException {
    List<Long> numbers = new ArrayList<>();
    for (long user : users) {
      numbers.add(shards.number(shard, "SELECT n FROM users WHERE id = " + user));
    }
    return numbers;
  }

  private static List<SagaStatus> statuses(Sagas sagas, Saga<SagaState> pay, List<String> keys)
      throws SQLException {
    List<SagaStatus> all = new ArrayList<>();
    for (String key : keys) {
      all.add(sagas.find(pay, key).orElseThrow().status());
    }
    return all;
  }

  /** All records of sagas that the first shard has, and the rows that move. */
  private void move(Resharding mover, boolean finish) throws SQLException {
    int rows = mover.start(MOVING);
    mover.run(rows);
    if (finish) {
      mover.finish(rows);
      Positions homes = mover.map().placement(ShardMap.RECORDS).ownedBy(S0);
      int records = mover.start(new Moving(ShardMap.RECORDS, homes, S0, S1));
      mover.run(records);
      mover.finish(records);
    }
  }

  private MapDocument mapWithRecords() {
    return shards
        .map()
        .with(
            ShardMap.RECORDS,
            Positioned.of(
                Map.of(S0, MovingShards.OF_S0, S1, Positions.ALL.minus(MovingShards.OF_S0))));
  }

  @Test
  void aSagaThatIsResumedActsOnceWhereverItsStepsAndItsRecordAreNow() throws Exception {
    List<String> keys = List.of("a", "b", "c", "d");
    Saga<SagaState> pay = pay();
    try (ShardDataSource process = open();
        Resharding mover = shards.mover()) {
      mover.install(mapWithRecords());
      leave(process, pay, keys);
      long records = shards.number(S0, "SELECT count(*) FROM shardjdbc.saga");
      assertThat(records).isBetween(1L, 3L);
      move(mover, true);
      try (Sagas sagas = sagas(process, pay)) {
        assertThat(statuses(sagas, pay, keys)).containsOnly(SagaStatus.RUNNING);
        assertThat(sagas.recover()).isEqualTo(4);
        assertThat(statuses(sagas, pay, keys)).containsOnly(SagaStatus.COMPLETED);
      }
      assertThat(mover.audit()).isEmpty();
    }
    assertThat(numbers(S1, MOVES, OTHER)).containsExactly(4L, 4L);
    assertThat(shards.number(S0, "SELECT count(*) FROM shardjdbc.saga")).isZero();
    assertThat(shards.number(S0, "SELECT count(*) FROM shardjdbc.saga_step")).isZero();
    assertThat(shards.number(S1, "SELECT count(*) FROM shardjdbc.saga_step")).isEqualTo(8);
  }

  @LongRun
  @Test
  void whatHasMovedIsUndoneWhereItIsNowWhileItsCopiesAreStillThere() throws Exception {
    Saga<SagaState> pay = pay();
    try (ShardDataSource process = open();
        Resharding mover = shards.mover()) {
      mover.install(mapWithRecords());
      leave(process, pay, List.of("a"));
      move(mover, false);
      refused = true;
      try (Sagas sagas = sagas(process, pay)) {
        assertThat(sagas.recover()).isOne();
        assertThat(statuses(sagas, pay, List.of("a"))).containsOnly(SagaStatus.COMPENSATED);
      }
      assertThat(numbers(S1, MOVES, OTHER)).containsExactly(101L, 0L);
      mover.rollBack(1);
      assertThat(numbers(S0, MOVES)).containsExactly(101L);
      assertThat(shards.number(S0, "SELECT count(*) FROM shardjdbc.saga_step")).isEqualTo(2);
      assertThat(mover.audit()).isEmpty();
    }
  }

  @LongRun
  @Test
  void messagesAreDeliveredBehindThoseThatWereAddedBeforeTheirKeyHasMoved() throws Exception {
    List<String> delivered = new CopyOnWriteArrayList<>();
    refused = true;
    try (ShardDataSource process = open();
        Resharding mover = shards.mover();
        OutboxRelay relay =
            OutboxRelay.builder(
                    process,
                    "news",
                    message -> {
                      if (refused && message.payload().equals("first")) {
                        throw new IllegalStateException("not yet");
                      }
                      delivered.add(message.payload());
                    })
                .pauses(Duration.ofMillis(1), Duration.ofMillis(1))
                .withoutBackground()
                .build()) {
      mover.install(mapWithRecords());
      send(process, "other", "before");
      send(process, "key", "first");
      int move = mover.start(MOVING);
      mover.run(move);
      send(process, "key", "second");
      send(process, "new", "third");
      Deadline.in(Duration.ofMinutes(1))
          .await(
              "what waits for nothing is delivered",
              () -> {
                relay.deliver();
                return delivered.size() >= 2;
              });
      relay.deliver();
      assertThat(delivered).containsExactly("before", "third");
      mover.rollBack(move);
      send(process, "key", "fourth");
      refused = false;
      Deadline.in(Duration.ofMinutes(1))
          .await(
              "all is delivered",
              () -> {
                relay.deliver();
                return delivered.size() >= 5;
              });
      assertThat(delivered).containsExactly("before", "third", "first", "second", "fourth");
      for (ShardId shard : List.of(S0, S1)) {
        assertThat(shards.number(shard, "SELECT count(*) FROM shardjdbc.outbox_behind")).isZero();
      }
    }
  }

  private static void send(ShardDataSource process, String key, String payload)
      throws SQLException {
    try (Connection connection = process.getConnection();
        PreparedStatement write =
            connection.prepareStatement("UPDATE users SET n = n + 1 WHERE id = ?")) {
      connection.setAutoCommit(false);
      write.setLong(1, MOVES);
      write.executeUpdate();
      Outbox.of(process).add(connection, "news", key, payload);
      connection.commit();
    }
  }
}
