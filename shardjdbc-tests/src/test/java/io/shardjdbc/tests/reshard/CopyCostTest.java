package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.PositionRange;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A move copies the rows that a subscription by hand copies, under the same writes.
 *
 * <p>{@code -Dshardjdbc.reshard.rows=1000000 -Dshardjdbc.reshard.show=true} prints what both took.
 */
@LongRun
class CopyCostTest {
  private static final int ROWS = Integer.getInteger("shardjdbc.reshard.rows", 500);
  private static final int TURNS = Integer.getInteger("shardjdbc.reshard.turns", 1);
  private static final boolean SHOW = Boolean.getBoolean("shardjdbc.reshard.show");
  private static final Duration LONG = Duration.ofMinutes(20);

  /** Half of what there is, all of which the first shard has. */
  private static final Positions HALF =
      Positions.of(List.of(new PositionRange(Long.MIN_VALUE, -(1L << 62))));

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);
  private final AtomicLong writes = new AtomicLong();
  private volatile boolean over;

  @AfterEach
  void removeStreams() throws SQLException {
    shards.removeStreams();
  }

  @Test
  void aMoveCopiesWhatASubscriptionCopies() throws Exception {
    shards.createTables();
    shards.run(
        S0,
        "INSERT INTO users (id, name) SELECT g, 'user ' || g FROM generate_series(1, "
            + 2 * ROWS
            + ") g WHERE "
            + MovingShards.OF_S0.condition(KeyType.INTEGER.hashOf("g::bigint")),
        "ANALYZE users");
    long rows = shards.number(S0, "SELECT count(*) FROM users WHERE " + half());
    Thread writer = new Thread(this::write, "writes");
    writer.start();
    try (Resharding mover = shards.mover()) {
      mover.install(shards.map());
      for (int turn = 0; turn < TURNS; turn++) {
        show("a subscription", rows, subscription());
        show("a move", rows, move(mover));
      }
    } finally {
      over = true;
      writer.join();
    }
    assertThat(writes).hasPositiveValue();
  }

  private static String half() {
    return HALF.condition(KeyType.INTEGER.hashOf("id"));
  }

  /** Until all rows are there and what has changed since follows. */
  private Duration subscription() throws SQLException {
    shards.run(S0, "CREATE PUBLICATION bare FOR TABLE users WHERE (" + half() + ")");
    long begun = System.nanoTime();
    String url = shards.urls().get(S0).replace("jdbc:", "");
    shards.run(S0, "SELECT pg_create_logical_replication_slot('bare', 'pgoutput')");
    shards.run(
        S1,
        "CREATE SUBSCRIPTION bare CONNECTION '"
            + url
            + "' PUBLICATION bare WITH (create_slot = false, slot_name = 'bare')");
    Deadline.in(LONG)
        .await(
            "the subscription is in step",
            () ->
                shards.number(S1, "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate = 'r'")
                    == 1);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    shards.removeStreams();
    shards.run(S0, "DROP PUBLICATION bare");
    shards.run(S1, "TRUNCATE users CASCADE");
    return took;
  }

  private Duration move(Resharding mover) throws SQLException {
    Map<Step, Long> begun = new EnumMap<>(Step.class);
    mover.telling(
        new MoveListener() {
          @Override
          public void onStep(int move, Step step) {
            begun.put(step, System.nanoTime());
          }
        });
    int move = mover.start(new Moving("users", HALF, S0, S1));
    mover.run(move);
    mover.rollBack(move);
    return Duration.ofNanos(begun.get(Step.VERIFY) - begun.get(Step.COPY));
  }

  /** Changes rows of both halves, as often as it is let; those that are elsewhere are refused. */
  private void write() {
    try (Connection connection = shards.connect(S0);
        PreparedStatement update =
            connection.prepareStatement("UPDATE users SET n = n + 1 WHERE id = ?")) {
      for (long user = 1; !over; user = user % (2L * ROWS) + 1) {
        update.setLong(1, user);
        try {
          writes.addAndGet(update.executeUpdate());
        } catch (SQLException e) {
          if (!"SJ701".equals(e.getSQLState())) {
            throw e;
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("SystemOut")
  private void show(String what, long rows, Duration took) {
    if (SHOW) {
      System.out.printf(
          "%s copied %,d rows in %,d ms; %,d writes so far%n",
          what, rows, took.toMillis(), writes.get());
    }
  }
}
