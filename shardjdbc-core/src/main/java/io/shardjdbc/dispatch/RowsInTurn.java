package io.shardjdbc.dispatch;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.FetchCall;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.LockingCursor;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.execute.ShardCall;
import io.shardjdbc.merge.Merges;
import io.shardjdbc.merge.RowSource;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.InTurn;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Locks as many rows as are wanted, on one shard after another.
 *
 * <p>Where any rows will do, each shard is asked for as many as are still missing. Where an order
 * says which come first, each shard has locked the first of its own that was not taken, and the
 * least of these is taken, until there are enough; the others are let go.
 *
 * <p>A transaction that can keep rows of one shard only takes all of them there: rows of other
 * shards count as locked by somebody else.
 */
final class RowsInTurn {

  private final Runner runner;
  private final Execution<InTurn> execution;
  private final Session session;
  private final InTurn route;
  private final long wanted;
  private final List<ShardStatement> asked = new ArrayList<>();
  private final List<ShardCall> calls = new ArrayList<>();

  RowsInTurn(Runner runner, Execution<InTurn> execution) {
    this.runner = runner;
    this.execution = execution;
    this.session = execution.session();
    this.route = execution.route();
    long most = execution.work().options().maxRows();
    long all = most + route.merge().skip();
    this.wanted = most == 0 || all < most ? route.wanted() : Math.min(route.wanted(), all);
  }

  Answer run() throws SQLException {
    execution.admit();
    Merge.Sorted order = route.order();
    return order == null ? any() : first(order);
  }

  /** Whether the rows of a second shard are out of reach. */
  private boolean keepsToOneShard() throws SQLException {
    return session.inTransaction()
        && (session.modes().current() == TransactionMode.SINGLE_SHARD
            || session.modes().seesOneMoment());
  }

  /** Shards that were written to come first, then others that take part, then the rest. */
  private List<ShardStatement> inTurn() {
    List<ShardStatement> all = route.statements();
    List<ShardStatement> order = new ArrayList<>(all.size());
    for (boolean wrote : new boolean[] {true, false}) {
      for (ShardStatement statement : all) {
        Held participant = participant(statement.shard());
        if (participant != null && participant.wrote() == wrote) {
          order.add(statement);
        }
      }
    }
    int start = Math.floorMod(System.identityHashCode(session), all.size());
    for (int i = 0; i < all.size(); i++) {
      ShardStatement statement = all.get((start + i) % all.size());
      if (participant(statement.shard()) == null) {
        order.add(statement);
      }
    }
    return order;
  }

  private @Nullable Held participant(ShardId shard) {
    return session.participants().stream()
        .filter(p -> p.shard().equals(shard))
        .findFirst()
        .orElse(null);
  }

  private Answer answer(List<Held> held) {
    DirectRoute whole =
        new ManyShards(
            Effect.READ_ON_PRIMARY, asked, route.merge(), KeyHashes.any(), true, List.of());
    return Answer.ofRows(session, whole, calls, held);
  }

  private Answer any() throws SQLException {
    List<Held> held = new ArrayList<>();
    long found = 0;
    try {
      List<ShardStatement> order = inTurn();
      for (int i = 0; i < order.size(); i++) {
        ShardStatement statement = order.get(i);
        boolean joins = participant(statement.shard()) == null;
        long count = take(statement, wanted - found, held);
        found += count;
        boolean last = found >= wanted || i == order.size() - 1;
        if (count == 0 && joins && session.inTransaction()) {
          session.leaveTransaction(held.get(held.size() - 1));
        }
        if (last || (found > 0 && keepsToOneShard())) {
          break;
        }
        if (count == 0) {
          forgetLast(held);
        }
      }
      return answer(held);
    } catch (SQLException | RuntimeException | Error e) {
      answer(held).close();
      throw e;
    }
  }

  /** Lets one shard lock rows, and says how many it has locked. */
  private long take(ShardStatement statement, long most, List<Held> held) throws SQLException {
    DirectRoute one =
        new OneShard(Effect.READ_ON_PRIMARY, statement, KeyHashes.any(), true, null, List.of());
    Invocation caller = execution.invocation();
    Invocation part =
        new Invocation(caller.form(), caller.bindings(), caller.options().counted(most), Map.of());
    Execution<DirectRoute> asking = execution.<DirectRoute>on(one).doing(part);
    ShardCall call = runner.run(asking).first();
    asked.add(statement);
    calls.add(call);
    held.add(call.held());
    ResultSet rows = call.rows();
    long count = rows.last() ? rows.getRow() : 0;
    rows.beforeFirst();
    return count;
  }

  private void forgetLast(List<Held> held) {
    int last = calls.size() - 1;
    asked.remove(last);
    calls.remove(last).close();
    session.release(held.remove(last));
  }

  private Answer first(Merge.Sorted order) throws SQLException {
    List<LockingCursor> cursors = new ArrayList<>();
    int ended = 0;
    try {
      boolean one = keepsToOneShard();
      for (ShardStatement statement : one ? inTurn() : route.statements()) {
        cursors.add(LockingCursor.open(runner, execution, statement));
        if (one && cursors.size() == 1 && cursors.get(0).held().wrote()) {
          takeAll(cursors.get(0));
        }
        if (!calls.isEmpty()) {
          break;
        }
      }
      if (calls.isEmpty()) {
        merge(order, cursors, one || keepsToOneShard());
      }
      if (calls.isEmpty()) {
        calls.add(cursors.get(0).none());
      }
      List<Held> held = new ArrayList<>();
      for (LockingCursor cursor : cursors) {
        ended++;
        cursor.end();
        if (cursor.answers()) {
          held.add(cursor.held());
        }
      }
      for (ShardCall call : calls) {
        asked.add(ShardStatement.unchanged(call.shard(), route.statements().get(0).sql()));
      }
      return answer(held);
    } catch (SQLException | RuntimeException | Error e) {
      calls.forEach(ShardCall::close);
      cursors.stream().skip(ended).forEach(LockingCursor::abandon);
      throw e;
    }
  }

  private void takeAll(LockingCursor only) throws SQLException {
    if (only.next()) {
      calls.add(only.take());
      more(only);
    }
  }

  private void more(LockingCursor only) throws SQLException {
    if (calls.size() < wanted) {
      FetchCall rest = only.takeMore(wanted - calls.size());
      calls.add(rest);
    }
  }

  private void merge(Merge.Sorted order, List<LockingCursor> cursors, boolean one)
      throws SQLException {
    List<ResultSet> inputs = new ArrayList<>(cursors);
    RowSource heads = Merges.heads(order, inputs);
    while (calls.size() < wanted) {
      int input = inputs.indexOf(heads.next());
      if (input < 0) {
        return;
      }
      calls.add(cursors.get(input).take());
      if (one) {
        more(cursors.get(input));
        return;
      }
    }
  }
}
