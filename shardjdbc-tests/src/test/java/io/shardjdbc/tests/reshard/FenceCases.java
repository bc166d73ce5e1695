package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MoveFence;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** For each fence of a move, what happens between the two steps that it is there for. */
final class FenceCases extends MoveBetween {
  private static final String END_OF_MOVERS =
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
          + " AND classid::bigint = "
          + ControlSchema.MOVER_LOCKS;

  private final PostgresCluster cluster;

  private FenceCases(MovingShards shards, PostgresCluster cluster) throws SQLException {
    super(shards);
    this.cluster = cluster;
  }

  /** What is wrong after the case of a fence. */
  static List<String> of(MoveFence fence, MovingShards shards, PostgresCluster cluster)
      throws Exception {
    try (FenceCases one = new FenceCases(shards, cluster)) {
      switch (fence) {
        case GUARD -> one.aWriterStandsBeforeItsWrite();
        case LOCK_OF_WRITERS -> one.aWriterStandsBeforeItsCommit();
        case BARRIER_BEFORE_COPY, BARRIER_COUNTS_WORK -> one.aReadOfAllStandsWhileRowsAreCopied();
        case BARRIER_BEFORE_DELETION -> one.aReadOfAllStandsWhileCopiesAreDeleted();
        case WAIT_FOR_TARGET -> one.theTargetCannotTakeAWrite();
        case FLUSH_OF_TARGET -> one.theTargetDiesWhenTheSourceHasGivenUp();
        case ONE_SESSION_ON_TARGET -> one.theTargetDiesWhenItHasEverything();
        case ACKNOWLEDGED_READS -> one.aReaderDoesNotHearOfTheFlip();
        case FLIP_COMPARES -> one.theRowsAreGivenBackBeforeTheCommit();
        case HIDDEN_ON_TARGET -> one.allAreCountedWhen("copied");
        case HIDDEN_ON_SOURCE -> one.allAreCountedWhen("way back");
        case APPLY_COMPARES -> one.aMoverCopiesWhatAnotherOneHasMoved();
      }
      return List.copyOf(one.wrong);
    }
  }

  private void aWriterStandsBeforeItsWrite() throws Exception {
    MapProcess process = process();
    MapProcess.Worker worker = process.worker();
    open.add(worker::close);
    CountDownLatch stands = new CountDownLatch(1);
    CompletableFuture<Void> write = new CompletableFuture<>();
    between.put(
        "copied",
        () -> {
          Thread writer =
              new Thread(
                  () -> {
                    try {
                      worker.on(
                          mover,
                          connection -> {
                            stands.countDown();
                            await(goOn);
                            return add(connection, mover);
                          });
                      write.complete(null);
                    } catch (SQLException e) {
                      write.completeExceptionally(e);
                    }
                  });
          writer.start();
          await(stands);
        });
    boolean moved = move();
    goOn.countDown();
    write.join();
    expect("what was acknowledged, where its reader looks", 1, number(moved ? S1 : S0));
  }

  private void aWriterStandsBeforeItsCommit() throws Exception {
    Connection writer = session(S0);
    writer.setAutoCommit(false);
    between.put("copied", () -> add(writer, mover));
    boolean moved = move();
    writer.commit();
    expect("what was acknowledged, where its reader looks", 1, number(moved ? S1 : S0));
  }

  /** A read over both shards that stands between the two until it is let go on. */
  private CompletableFuture<Long> standingRead(ShardId first, CountDownLatch stands)
      throws SQLException {
    Map<ShardId, String> urls = new LinkedHashMap<>();
    urls.put(first, shards.urls().get(first));
    urls.putAll(shards.urls());
    MapProcess.Worker worker = process(urls).worker();
    open.add(worker::close);
    worker.everywhere((connection, shown) -> Sql.number(connection, "SELECT 1"));
    CompletableFuture<Long> found = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              int[] parts = {0};
              try {
                long sum = 0;
                for (long part :
                    worker.everywhere(
                        (connection, shown) -> {
                          if (++parts[0] == 2) {
                            stands.countDown();
                            await(goOn);
                          }
                          return Sql.number(
                              connection, "SELECT count(*) FROM users WHERE " + shown);
                        })) {
                  sum += part;
                }
                found.complete(sum);
              } catch (SQLException e) {
                found.completeExceptionally(e);
              }
            });
    reader.start();
    return found;
  }

  private void aReadOfAllStandsWhileRowsAreCopied() throws Exception {
    CountDownLatch stands = new CountDownLatch(1);
    CompletableFuture<Long> found = standingRead(S0, stands);
    await(stands);
    move();
    goOn.countDown();
    expect("users that a read over all shards finds", USERS, found.join());
  }

  private void aReadOfAllStandsWhileCopiesAreDeleted() throws Exception {
    CountDownLatch stands = new CountDownLatch(1);
    List<CompletableFuture<Long>> found = new ArrayList<>();
    between.put(
        "copied",
        () -> {
          found.add(standingRead(S1, stands));
          await(stands);
        });
    move();
    try (Resharding finishing = mover()) {
      finishing.takeOver();
      finishing.finish(1);
    } catch (ReshardException e) {
      // It is held back: somebody reads by the map of before.
    }
    goOn.countDown();
    expect("users that a read over all shards finds", USERS, found.get(0).join());
  }

  private void theTargetCannotTakeAWrite() throws Exception {
    Connection holder = session(S1);
    Connection writer = session(S0);
    holder.setAutoCommit(false);
    between.put(
        "rehearsed",
        () -> {
          Sql.run(holder, "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE");
          add(writer, mover);
        });
    between.put(
        "s1 owns the rows",
        () -> {
          expect("what was acknowledged, where its reader looks", 1, number(S1));
          holder.rollback();
        });
    boolean moved = move();
    if (!moved) {
      expect("what was acknowledged, where its reader looks", 1, number(S0));
    }
  }

  /** What the target has taken is not on its disk, and does not come again when it comes back. */
  private void theTargetDies(String when) throws Exception {
    ClusterNode target = cluster.shard("s1").primary();
    Connection writer = session(S0);
    shards.run(S1, "ALTER SYSTEM SET max_logical_replication_workers = 0"); // from its start on
    between.put(
        "closed",
        () -> {
          signal(
              "STOP",
              shards.number(
                  S1, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"));
          add(writer, mover);
        });
    between.put(
        when,
        () -> {
          target.kill();
          target.start();
        });
    between.put(
        "s1 owns the rows",
        () -> expect("what was acknowledged, where its reader looks", 1, number(S1)));
    try {
      move();
    } catch (SQLException e) {
      // Its sessions have ended.
    }
    try (Resharding next = mover()) {
      next.takeOver();
      if (next.moves().get(0).step().isBeforeFlip()) {
        expect("what was acknowledged, where its reader looks", 1, number(S0));
      } else {
        next.resume();
      }
    }
    if (between.containsKey(when)) {
      wrong.add("nothing has died");
    }
    shards.run(S1, "ALTER SYSTEM RESET max_logical_replication_workers");
    target.restart();
  }

  private static void signal(String name, long process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process)).start().waitFor();
  }

  private void theTargetDiesWhenTheSourceHasGivenUp() throws Exception {
    theTargetDies("the source has given up the rows");
  }

  private void theTargetDiesWhenItHasEverything() throws Exception {
    theTargetDies("the target has everything");
  }

  private void aReaderDoesNotHearOfTheFlip() throws Exception {
    MapProcess deaf = process();
    MapProcess.Worker reader = deaf.worker();
    open.add(reader::close);
    read(reader);
    between.put("copied", deaf::goDeaf);
    Connection holder = session(S0);
    holder.setAutoCommit(false);
    if (move()) {
      // What is written on the target comes back to the source's copies soon; not just now.
      Sql.run(holder, "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE");
    }
    MapProcess.Worker writer = process().worker();
    open.add(writer::close);
    writer.on(mover, connection -> add(connection, mover));
    expect("what was acknowledged before a read", 1, read(reader));
  }

  private long read(MapProcess.Worker reader) throws SQLException {
    return reader.on(
        mover, connection -> Sql.number(connection, "SELECT n FROM users WHERE id = ?", mover));
  }

  private void theRowsAreGivenBackBeforeTheCommit() throws Exception {
    MapProcess deaf = process();
    MapProcess.Worker reader = deaf.worker();
    open.add(reader::close);
    read(reader);
    between.put(
        "the target has everything",
        () -> {
          // The mover's own session is lost, and what it holds is given back.
          shards.run(S0, END_OF_MOVERS);
          long open = shards.number(S0, "SELECT shardjdbc.reopen()");
          Deadline.in(SOON).await("it goes by the open map", () -> deaf.epoch() >= open);
          deaf.goDeaf();
        });
    try {
      move();
    } catch (SQLException e) {
      // Its session was ended.
    }
    try (Resharding next = shards.mover()) {
      next.takeOver();
      next.map();
      if (!next.moves().get(0).step().isBeforeFlip()) {
        shards.run(S1, "UPDATE shardjdbc.move SET phase = 'owner'");
      }
    }
    MapProcess.Worker writer = process().worker();
    open.add(writer::close);
    writer.on(mover, connection -> add(connection, mover));
    expect("what was acknowledged before a read", 1, read(reader));
  }

  private void aMoverCopiesWhatAnotherOneHasMoved() throws Exception {
    between.put(
        "copy of public.posts",
        () -> {
          for (ShardId shard : List.of(S0, S1)) {
            shards.run(shard, END_OF_MOVERS);
          }
          try (Resharding next = shards.mover()) {
            next.resume();
          }
          shards.run(S1, "DELETE FROM posts WHERE user_id = " + mover);
        });
    try {
      moveBy(Strategy.DOUBLE_WRITE);
    } catch (SQLException e) {
      // Another one has taken over.
    }
    expect(
        "posts that were deleted",
        0,
        shards.number(S1, "SELECT count(*) FROM posts WHERE user_id = " + mover));
  }

  private void allAreCountedWhen(String point) throws Exception {
    MapProcess.Worker worker = process().worker();
    open.add(worker::close);
    between.put(
        point,
        () -> {
          long sum = 0;
          for (long part :
              worker.everywhere(
                  (connection, shown) ->
                      Sql.number(connection, "SELECT count(*) FROM users WHERE " + shown))) {
            sum += part;
          }
          expect("users that a read over all shards finds", USERS, sum);
        });
    if (!move()) {
      wrong.add("it did not move");
    }
  }
}
