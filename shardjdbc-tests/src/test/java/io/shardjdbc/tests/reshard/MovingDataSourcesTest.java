package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.observe.MapChange;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.status.StatusPage;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows change their shard while DataSources of several processes read and write them. */
@LongRun
class MovingDataSourcesTest {

  private static final int USERS = 400;
  private static final int PROCESSES = 2;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);
  private final Map<Long, Long> acknowledged = new HashMap<>();
  private final List<List<MapChange>> changes = new ArrayList<>();
  private volatile boolean over;
  private long scatters;

  private static ShardListener listener(List<MapChange> heard) {
    return new ShardListener() {
      @Override
      public void changed(MapChange change) {
        heard.add(change);
      }
    };
  }

  private ShardDataSource open() throws SQLException {
    List<MapChange> heard = new CopyOnWriteArrayList<>();
    changes.add(heard);
    ShardDataSourceBuilder builder =
        ShardDataSource.builder()
            .tables(t -> t.sharded("users", "id").sharded("posts", "user_id"))
            .listener(listener(heard));
    CLUSTER.primaryUrls().forEach(builder::shard);
    return builder.build();
  }

  /** Counts up one user after the other, with a post for each count. */
  private void write(ShardDataSource process, int number) throws SQLException {
    Map<Long, Long> done = new HashMap<>();
    try (Connection connection = process.getConnection();
        PreparedStatement count =
            connection.prepareStatement("UPDATE users SET n = n + 1 WHERE id = ? RETURNING n");
        PreparedStatement post =
            connection.prepareStatement("INSERT INTO posts (user_id, no) VALUES (?, ?)")) {
      connection.setAutoCommit(false);
      for (long user = number + 1;
          !over;
          user = user + PROCESSES > USERS ? number + 1 : user + PROCESSES) {
        count.setLong(1, user);
        post.setLong(1, user);
        try {
          long n = number(count);
          assertThat(n).as("user %d", user).isEqualTo(done.getOrDefault(user, 0L) + 1);
          post.setLong(2, n);
          post.executeUpdate();
          connection.commit();
          done.put(user, n);
        } catch (SQLException e) {
          connection.rollback();
          if (!"40001".equals(e.getSQLState())) {
            throw e;
          }
        }
      }
    }
    synchronized (acknowledged) {
      acknowledged.putAll(done);
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      assertThat(rows.next()).isTrue();
      long number = rows.getLong(1);
      assertThat(rows.next()).isFalse();
      return number;
    }
  }

  /** Each user is seen once, whichever shard has him. */
  private void scatter(ShardDataSource process) throws SQLException {
    try (Connection connection = process.getConnection();
        PreparedStatement all = connection.prepareStatement("SELECT count(*) FROM users");
        PreparedStatement joined =
            connection.prepareStatement(
                "SELECT count(DISTINCT u.id) FROM users u JOIN posts p ON p.user_id = u.id")) {
      for (; !over; scatters++) {
        assertThat(number(all)).isEqualTo(USERS);
        assertThat(number(joined)).isEqualTo(USERS);
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  @Test
  void eachWriteIsKeptAndEachRowIsSeenOnceWhileTheyMove() throws Exception {
    shards.createTables();
    shards.fill(USERS);
    List<ShardDataSource> processes = new ArrayList<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        ShardDataSource process = open();
        processes.add(process);
        int number = i;
        work.add(threads.submit(() -> during(() -> write(process, number))));
        work.add(threads.submit(() -> during(() -> scatter(process))));
      }
      int move = mover.start(MOVING);
      mover.run(move);
      assertThat(mover.moves()).extracting(MoveStatus::step).containsExactly(Step.SETTLED);
      assertThat(mover.verify(move)).isEmpty();
      assertThat(processes.get(0).moves())
          .singleElement()
          .satisfies(
              told -> {
                assertThat(told.number()).isEqualTo(move);
                assertThat(told.source()).isEqualTo(S0);
                assertThat(told.target()).isEqualTo(S1);
                assertThat(told.step()).isEqualTo("SETTLED");
                assertThat(told.share()).isEqualTo(MOVING.positions().share());
                assertThat(told.keptLog()).as("of the way back").isPositive();
              });
      assertThat(StatusPage.of(processes.get(0)).html()).contains("SETTLED", " % of users");
      mover.finish(move);
      assertThat(processes.get(0).moves()).isEmpty();
      over = true;
      for (Future<?> each : work) {
        each.get();
      }
      assertThat(shards.misplaced(S0, mover.map())).isZero();
      assertThat(shards.misplaced(S1, mover.map())).isZero();
    } finally {
      over = true;
      threads.shutdown();
      processes.forEach(ShardDataSource::close);
    }
    Map<Long, Long> numbers = shards.numbers();
    assertThat(numbers).hasSize(USERS);
    acknowledged.forEach(
        (user, n) -> assertThat(numbers.get(user)).as("user %d", user).isEqualTo(n));
    assertThat(acknowledged).isNotEmpty();
    assertThat(scatters).isPositive();
    assertThat(changes).hasSize(PROCESSES);
    for (List<MapChange> heard : changes) {
      MapEpoch last = MapEpoch.STATIC;
      for (MapChange change : heard) {
        assertThat(change.before()).isEqualTo(last);
        assertThat(change.after().follows(last)).isTrue();
        last = change.after();
      }
      assertThat(heard).extracting(MapChange::moving).contains(true).endsWith(false);
    }
  }

  @Test
  void aUserWhoMayNotUseTheSchemaSeesNoMoves() throws SQLException {
    shards.createTables();
    ShardDataSourceBuilder builder =
        ShardDataSource.builder().tables(t -> t.sharded("users", "id"));
    for (ShardId shard : List.of(S0, S1)) {
      shards.run(
          shard,
          "CREATE SCHEMA shardjdbc",
          "CREATE ROLE moveless LOGIN",
          "GRANT SELECT ON users TO moveless");
      String url = CLUSTER.primaryUrls().get(shard.name());
      builder.shard(shard.name(), url.replaceAll("user=[^&]*", "user=moveless"));
    }
    try (ShardDataSource ordinary = builder.build()) {
      assertThat(ordinary.moves()).isEmpty();
    } finally {
      for (ShardId shard : List.of(S0, S1)) {
        shards.run(shard, "DROP OWNED BY moveless", "DROP ROLE moveless");
      }
    }
  }

  private interface Act {
    void run() throws Exception;
  }

  private Object during(Act act) throws Exception {
    act.run();
    return act;
  }
}
