package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.Merge;
import io.shardjdbc.routing.Route;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A write over several shards in auto-commit mode.
 *
 * <p>It runs on all of them at once, each in a transaction of its own, and commits only when all
 * succeeded. Two such writes can come to wait for each other, the first for a row of one shard, the
 * second for a row of another; no server sees that deadlock, for each sees one half of it. So a
 * write that waits for a lock while it holds others is rolled back and run again shard after shard,
 * in the one order that all follow: whoever waits then holds nothing that comes later, and no
 * circle can close.
 *
 * <p>What a server refuses to run inside a transaction (VACUUM, CREATE INDEX CONCURRENTLY) runs
 * outside of one, shard after shard.
 */
final class WriteApart {

  private final Runner runner;
  private final Session session;
  private final Route route;

  WriteApart(Runner runner, Session session, Route route) {
    this.runner = runner;
    this.session = session;
    this.route = route;
  }

  Answer run(Work work, Running running) throws SQLException {
    boolean outside = route.merge() instanceof Merge.SameOnAll same && !same.inTransaction();
    return outside ? runOneByOne(work, running) : runTogether(work, running);
  }

  private Answer runTogether(Work work, Running running) throws SQLException {
    List<Held> parts = new ArrayList<>(route.statements().size());
    List<ShardCall> calls = new ArrayList<>(route.statements().size());
    Answer answer = new Answer(session, route, calls, List.of());
    boolean committing = false;
    try {
      for (ShardStatement statement : route.statements()) {
        Held part = session.holdApart(statement.shard(), route);
        parts.add(part);
        calls.add(work.on(part, statement, 0));
      }
      runAll(parts, calls, work, running);
      committing = true;
      session.commitProtocol().commit(parts);
      parts.forEach(session::endApart);
      return answer;
    } catch (SQLException | RuntimeException | Error e) {
      if (!committing) {
        parts.forEach(Held::rollback);
      }
      parts.forEach(session::endApart);
      answer.close();
      throw e;
    }
  }

  private void runAll(List<Held> parts, List<ShardCall> calls, Work work, Running running)
      throws SQLException {
    try {
      runner.scatter(session, calls, work, running, true);
    } catch (LockWaitException e) {
      for (int i = 0; i < parts.size(); i++) {
        calls.get(i).close();
        parts.get(i).rollback();
        calls.set(i, work.on(parts.get(i), route.statements().get(i), 0));
      }
      for (ShardCall call : calls) {
        runner.scatter(session, List.of(call), work, running);
      }
    }
  }

  private Answer runOneByOne(Work work, Running running) throws SQLException {
    List<ShardCall> calls = new ArrayList<>(route.statements().size());
    Answer answer = new Answer(session, route, calls, List.of());
    List<ShardId> finished = new ArrayList<>();
    try {
      for (ShardStatement statement : route.statements()) {
        ShardCall call = work.on(session.hold(statement.shard(), route), statement, 0);
        calls.add(call);
        runner.scatter(session, List.of(call), work, running);
        finished.add(statement.shard());
      }
      return answer;
    } catch (SQLException e) {
      answer.close();
      throw finished.isEmpty() ? e : partial(finished, e);
    } catch (RuntimeException | Error e) {
      answer.close();
      throw e;
    }
  }

  private SQLException partial(List<ShardId> finished, SQLException e) {
    ShardId failed = route.statements().get(finished.size()).shard();
    return SqlErrors.partialCommit(finished, failed, e);
  }
}
